"""Action of the admin's lists x group: what is declared succeeds, and everything else leaves no trace."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.two_step import APP
from customers.models import CatalogueSku, Product
from notifications.models import OutgoingEmail
from review.groups import CATALOGUE, LEADS
from review.models import Bar
from tests.consistency.matrix import all_rows
from tests.consistency.test_desk_access import READ_BY, STAFF
from tests.factories import (
    NOW,
    OrganizationFactory,
    ProductFactory,
    ReviewerFactory,
    SkuFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def mail(number, status, **more):
    return OutgoingEmail.objects.create(
        kind="account", to=["a@b.example"], subject="Hello", text="Hello", html="", dedupe_key=f"act{number}",
        message_id=f"<act{number}@portal.example>", created_at=NOW, next_attempt_at=NOW, status=status, **more,
    )  # fmt: skip


def person_with_app():
    person = UserFactory()
    Authenticator.objects.create(user=person, type=APP, data={})
    return person


# For each action of a list: a row on which it does something, and the groups that may.
ACTIONS = {
    (Product, "retire"): (ProductFactory, {CATALOGUE}),
    (Product, "offer_again"): (lambda: ProductFactory(retired_at=NOW), {CATALOGUE}),
    (Product, "let_imports_decide"): (lambda: ProductFactory(kept_by_hand=True), {CATALOGUE}),
    (CatalogueSku, "let_imports_decide"): (lambda: SkuFactory(kept_by_hand=True), {CATALOGUE}),
    (OutgoingEmail, "send_again"): (lambda: mail(1, "failed"), {LEADS}),
    (OutgoingEmail, "withhold"): (lambda: mail(2, "queued"), {LEADS}),
    (OutgoingEmail, "mark_as_bounced"): (lambda: mail(3, "sent", sent_at=NOW), {LEADS}),
    (OutgoingEmail, "mark_as_seen_to"): (lambda: mail(4, "failed"), {LEADS}),
    (User, "reset_two_steps"): (person_with_app, set()),
    (Bar, "lift"): (
        lambda: Bar.objects.create(
            reviewer=ReviewerFactory(), organization=OrganizationFactory(), reason="Worked there", set_at=NOW
        ),
        {LEADS},
    ),
}
NOBODYS = ("delete_selected", "no_such_action")


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """The row of each action; each test's own transaction takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {key: make() for key, (make, _) in ACTIONS.items()}
        transaction.set_rollback(True)


def test_every_action_of_a_list_is_described():
    assert {
        (model, action) for model, page in admin.site._registry.items() for action in page.actions
    } == ACTIONS.keys()


@pytest.mark.parametrize("group", [*STAFF, "administrator", "without a group"])
def test_only_what_is_declared_succeeds(rows, group):
    client = Client()
    client.force_login(STAFF[group]() if group in STAFF else StaffFactory(is_superuser=group == "administrator"))
    before, may = all_rows(), []
    for (model, action), row in rows.items():
        if group in ACTIONS[model, action][1] or group == "administrator":
            may.append((model, action, row))
            continue
        was_refused(press(client, model, action, row), model, group)
    for model in admin.site._registry:
        row = next((row for (of, _), row in rows.items() if of is model), None) or model._default_manager.first()
        for action in NOBODYS if row else ():
            was_refused(press(client, model, action, row), model, group)
    assert all_rows() == before, f"{group} left a trace"
    for model, action, row in may:
        with transaction.atomic():
            answer = press(client, model, action, row)
            assert answer.status_code == 302, (group, model, action)
            table = (Authenticator if model is User else model)._meta.db_table
            assert all_rows()[table] != before[table], (group, action)
            assert LogEntry.objects.latest("pk").object_id == str(row.pk), (group, action)
            transaction.set_rollback(True)


def press(client, model, action, row):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return client.post(address, {"action": action, "_selected_action": [row.pk], "post": "yes"})


def was_refused(answer, model, group):
    """Who may not read the list is shut out; who may reads the list again, and that no action was chosen."""
    reads = group == "administrator" or group in READ_BY[model._meta.label_lower]
    if not reads:
        assert answer.status_code == 403, (group, model)
        assert "Your role" in answer.content.decode() or "may not" in answer.content.decode(), (group, model)
        return
    assert answer.status_code in {200, 302, 403}, (group, model, answer.status_code)
    if answer.status_code == 302:
        assert [str(each) for each in get_messages(answer.wsgi_request)], (group, model)
