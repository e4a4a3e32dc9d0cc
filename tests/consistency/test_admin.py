"""Promises of every page of the admin: audited, nothing in use deleted, nothing that moves a claim."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from claims.associations import open_associations
from claims.models import Association, Holiday, ReasonCode
from customers.models import CatalogueSku, Product, Subscription, Tenant
from customers.survey import answer_survey
from kit.admin_audit import Audited
from notifications.models import OutgoingEmail
from partners.models import Location, Membership, PartnerOrganization, Program
from revenue.models import ProductArea, RevenueImport, RevenueLine
from review.models import Bar
from tests.customers.asking import ask
from tests.factories import (
    NOW,
    LocationFactory,
    MembershipFactory,
    ProductFactory,
    StaffFactory,
    SubscriptionFactory,
    claim_under_review,
)
from tests.revenue.samples import crm, line, some_import, subscription_of

pytestmark = pytest.mark.django_db
LIFECYCLE = {
    "claims.claim", "claims.claimline", "claims.linesubscription", "claims.document", "claims.claimevent",
    "claims.association", "claims.actionrequest", "claims.fixitem", "claims.submission", "claims.comment",
    "customers.consentrequest",
}  # fmt: skip
NEVER_DELETED = {
    User, Group, EmailAddress, PartnerOrganization, Location, Program, Tenant, Subscription, Product, CatalogueSku,
    ReasonCode, Association, LogEntry, OutgoingEmail, RevenueImport, RevenueLine, ProductArea, Bar,
}  # fmt: skip
HOSTILE = ["'\"><script>alert(1)</script>", "\0", "9" * 40, "%_\\", "=2+3", "\u202e" * 300, "a b c d e f g h i j"]


@pytest.fixture
def superuser(client):
    person = StaffFactory(is_superuser=True)
    client.force_login(person)
    return person


@pytest.fixture
def request_of_superuser(superuser):
    request = RequestFactory().get("/admin/")
    request.user = superuser
    return request


def pages():
    return sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows_of_all_kinds(number=1):
    """At least one row for every table in the admin that has none from the start; each ``number`` makes more of all."""
    membership = MembershipFactory()
    LocationFactory(organization=membership.organization)
    list(open_associations(claim_under_review(), now=NOW))
    SubscriptionFactory(product=ProductFactory())
    line("2026-09", product=(product := crm()), subscription=subscription_of(product))
    some_import()
    EmailAddress.objects.create(user=membership.user, email=f"second{number}@partner.example")
    Holiday.objects.create(date=NOW.date() + timedelta(days=number), name="Company holiday")
    Bar.objects.create(reviewer=StaffFactory(), organization=membership.organization, reason="Worked there", set_at=NOW)
    LogEntry.objects.log_actions(membership.user_id, [membership], 2, "Changed.")
    answer_survey(ask(f"{1000000 + number}"), rating=4, comment="Good", now=NOW)
    OutgoingEmail.objects.create(
        kind="account", to=["a@b.example"], subject="Hello", text="Hello", html="", dedupe_key=f"x{number}",
        message_id=f"<{number}@portal.example>", created_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip


def test_every_page_is_one_of_ours_and_writes_down_what_happens():
    assert [model for model, page in pages() if not isinstance(page, Audited)] == []


def test_nobody_deletes_in_bulk(request_of_superuser):
    for model, page in pages():
        assert "delete_selected" not in page.get_actions(request_of_superuser), model


def test_what_others_point_to_is_never_deleted(request_of_superuser):
    registered = dict(pages())
    assert set(registered) >= NEVER_DELETED
    for model in NEVER_DELETED:
        assert not registered[model].has_delete_permission(request_of_superuser), model
        assert not registered[model].has_delete_permission(request_of_superuser, model()), model


def test_nothing_in_the_admin_moves_a_claim(request_of_superuser):
    known = {model._meta.label_lower for model in apps.get_models()}
    assert known >= LIFECYCLE
    editors = list(pages())
    for _, page in pages():
        editors += [(inline.model, inline) for inline in page.get_inline_instances(request_of_superuser)]
    for model, page in editors:
        if model._meta.label_lower in LIFECYCLE:
            of_row = (None,) if isinstance(page, InlineModelAdmin) else ()
            assert not page.has_add_permission(request_of_superuser, *of_row), model
            assert not page.has_change_permission(request_of_superuser), model
            assert not page.has_delete_permission(request_of_superuser), model


def test_no_form_of_the_admin_names_a_field_of_a_claims_life(client, superuser):
    rows_of_all_kinds()
    held = Association.objects.get()
    before = {"ended_at": held.ended_at, "claim": held.claim.status}
    for data in ({"ended_at": "2026-01-01"}, {"status": "rejected", "_save": "1"}):
        assert client.post(address(Association, "change", held.pk), data).status_code == 403
    held.refresh_from_db()
    assert {"ended_at": held.ended_at, "claim": held.claim.status} == before


def test_every_page_opens_for_an_administrator(client, superuser, request_of_superuser):
    rows_of_all_kinds()
    for model, page in pages():
        assert client.get(address(model, "changelist")).status_code == 200, model
        wanted = 200 if page.has_add_permission(request_of_superuser) else 403
        assert client.get(address(model, "add")).status_code == wanted, model
        row = model._default_manager.first()
        assert row is not None, f"rows_of_all_kinds makes no row of {model._meta.label}"
        assert client.get(address(model, "change", row.pk)).status_code == 200, model
        assert client.get(address(model, "history", row.pk)).status_code == 200, model


@pytest.mark.parametrize("words", HOSTILE)
def test_every_search_stands_hostile_words(client, superuser, words):
    rows_of_all_kinds()
    for model, page in pages():
        if page.get_search_fields(None):
            answer = client.get(address(model, "changelist"), {"q": words})
            assert answer.status_code == 200, model
            assert b"<script>alert(1)" not in answer.content


def test_odd_filters_and_pages_lead_back_to_the_list(client, superuser):
    for model, _ in pages():
        for query in ({"p": "x"}, {"p": "-4"}, {"no_such_field": "1"}, {"o": "99.x"}):
            answer = client.get(address(model, "changelist"), query)
            assert answer.status_code in {200, 302}, (model, query)


def test_whoever_may_only_view_sees_no_way_to_act(client):
    rows_of_all_kinds()
    person = StaffFactory()
    client.force_login(person)
    for model, _ in pages():
        assert client.get(address(model, "changelist")).status_code == 403, model
    view = {f"view_{model._meta.model_name}" for model, _ in pages()}
    person.user_permissions.set(Permission.objects.filter(codename__in=view))
    for model, _ in pages():
        content = client.get(address(model, "changelist")).content.decode()
        assert 'class="addlink"' not in content.split("content-main")[-1], model
        assert "Import " not in content.split("object-tools")[-1].split("</ul>")[0], model
        assert client.get(address(model, "add")).status_code == 403, model
        row = model._default_manager.first()
        assert client.post(address(model, "change", row.pk), {}).status_code == 403, model
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model


def test_the_membership_of_a_person_that_left_can_be_taken_away(request_of_superuser):
    assert dict(pages())[Membership].has_delete_permission(request_of_superuser)
