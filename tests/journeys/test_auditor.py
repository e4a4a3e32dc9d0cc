"""An auditor in a real browser: opens every page of the desk and the admin, and finds nothing there that changes anything."""

import pytest
from django.contrib import admin
from django.urls import reverse

from claims.models import Claim
from tests.consistency.test_admin import rows_of_all_kinds
from tests.factories import AuditorFactory
from tests.journeys.conftest import Person
from tests.review.behind_doors import Scene, routes
from tests.support.axe import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AUDITOR = "ada@microsoft.example"
# What an auditor may press: to leave, to choose the look, to search and to filter. Forms that only ask are sent with GET.
HARMLESS = {"/admin/logout/", "/accounts/logout/"}
SENDS = """
() => [...document.querySelectorAll("form")]
  .filter((form) => form.method === "post")
  .map((form) => ({ to: new URL(form.action || location.href).pathname, buttons: form.querySelectorAll("button, input[type=submit]").length }))
"""
HTMX_ACTS = """
() => [...document.querySelectorAll("[hx-post], [hx-put], [hx-patch], [hx-delete]")].map((each) => each.outerHTML.slice(0, 120))
"""
FORGE = """
async ([address, field]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, [field]: "Forged", decision: "approve", confirm: "1" });
  const answer = await fetch(address, { method: "POST", body, redirect: "manual" });
  return answer.status;
}
"""


def pages_of_the_desk(rooms):
    """Addresses of the desk that answer with a page, none of those that only take a POST or hand out a file."""
    files = {"review-queue-export", "review-leads-export", "review-document", "review-preview-image"}
    return [rooms.address(route) for route in routes() if route.name not in files]


def pages_of_the_admin():
    """The list of each table and the page of one of its rows."""
    found = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        found.append(reverse(f"{name}_changelist"))
        found += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])] if row else []
    return found


@pytest.mark.long(40)
def test_an_auditor_finds_no_button_that_changes_anything_and_forged_requests_are_refused(browser, site):
    rooms = Scene()
    rows_of_all_kinds()
    AuditorFactory(email=AUDITOR)
    context = browser.new_context()
    person = Person(context.new_page(), site)
    person.sign_in(AUDITOR)
    opened = 0
    for address in ["/admin/", *pages_of_the_desk(rooms), *pages_of_the_admin()]:
        answer = person.page.goto(site + address)
        if answer.status in {403, 404, 405}:
            continue
        assert answer.status == 200, address
        opened += 1
        forms = [form for form in person.page.evaluate(SENDS) if form["to"] not in HARMLESS]
        assert [form for form in forms if form["buttons"]] == [], address
        assert person.page.evaluate(HTMX_ACTS) == [], address
        links = person.page.locator("main a, #content a").evaluate_all(
            "all => all.map((each) => each.getAttribute('href'))"
        )
        assert [link for link in links if link and link.endswith(("/add/", "/delete/", "/import/"))] == [], address
    assert opened > 50
    person.open(rooms_claim := reverse("admin:review-claim", args=[rooms.claim.pk]))
    assert violations(person.page) == []
    before = Claim.objects.get(pk=rooms.claim.pk)
    for act, field in (("decision", "message"), ("comment", "text"), ("note", "note"), ("take", "x"), ("start", "x")):
        assert person.page.evaluate(FORGE, [f"{rooms_claim}{act}/", field]) == 403, act
    assert person.page.evaluate(FORGE, ["/admin/claims/next/", "x"]) == 403
    after = Claim.objects.get(pk=rooms.claim.pk)
    assert (after.version, after.status, after.reviewer_id) == (before.version, before.status, before.reviewer_id)
    assert not after.events.filter(data__contains={"message": "Forged"}).exists()
    context.close()
