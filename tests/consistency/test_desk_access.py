"""What each group may do at the desk and in the admin: over all its routes and tables, so that no new one is forgotten."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, reverse

from claims.models import Holiday
from notifications.models import OutgoingEmail
from review.groups import AUDITORS, CATALOGUE, GROUPS, LEADS, REVIEWERS
from review.models import Bar, CannedMessage
from tests.consistency.matrix import all_rows
from tests.consistency.test_admin import rows_of_all_kinds
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    LeadFactory,
    MembershipFactory,
    OrganizationFactory,
    ReviewerFactory,
    StaffFactory,
)
from tests.review.behind_doors import Scene, routes

pytestmark = pytest.mark.django_db
READERS = {REVIEWERS: ReviewerFactory, LEADS: LeadFactory, AUDITORS: AuditorFactory}
STAFF = {**READERS, CATALOGUE: CatalogueManagerFactory}
# Who reads which table of the admin, for all tables that there are; everybody else meets 403.
_MASTER = {REVIEWERS, LEADS, AUDITORS, CATALOGUE}
_DESK, _RECORDS = {REVIEWERS, LEADS, AUDITORS}, {LEADS, AUDITORS}
READ_BY = {
    "customers.product": _MASTER, "customers.cataloguesku": _MASTER, "customers.tenant": _MASTER,
    "customers.subscription": _MASTER, "partners.program": _MASTER, "partners.partnerorganization": _MASTER,
    "partners.location": _MASTER, "partners.membership": _DESK, "revenue.productarea": _MASTER,
    "claims.reasoncode": _MASTER, "claims.holiday": _MASTER, "review.cannedmessage": _DESK,
    "review.rubriccriterion": _DESK, "claims.association": _DESK, "review.bar": _RECORDS,
    "notifications.outgoingemail": _RECORDS, "admin.logentry": _RECORDS,
    "customers.surveyanswer": _RECORDS,
    "revenue.revenueimport": {LEADS, AUDITORS, CATALOGUE}, "revenue.revenueline": {LEADS, AUDITORS, CATALOGUE},
    "accounts.user": {AUDITORS}, "auth.group": {AUDITORS}, "account.emailaddress": {AUDITORS},
}  # fmt: skip
_KEPT_BY_BOTH = {LEADS, CATALOGUE}
CHANGED_BY = {
    "claims.reasoncode": _KEPT_BY_BOTH, "claims.holiday": _KEPT_BY_BOTH, "review.cannedmessage": {LEADS},
    "review.rubriccriterion": {LEADS}, "review.bar": {LEADS}, "customers.product": {CATALOGUE},
    "customers.cataloguesku": {CATALOGUE}, "customers.tenant": {CATALOGUE}, "customers.subscription": {CATALOGUE},
    "partners.program": {CATALOGUE}, "partners.partnerorganization": {CATALOGUE}, "partners.location": {CATALOGUE},
    "revenue.productarea": {CATALOGUE},
}  # fmt: skip


def tables():
    return {model._meta.label_lower: model for model in admin.site._registry}


def address(label, page, *args):
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def row_of(model, scene):
    """A row of the table, of those that the scene and the factories made."""
    if model is Bar:
        return Bar.objects.first()
    if model is OutgoingEmail:
        return OutgoingEmail.objects.order_by("pk").last()
    return model._default_manager.order_by("pk").first()


@pytest.fixture
def scene():
    made = Scene()
    rows_of_all_kinds()
    CannedMessage.objects.get_or_create(title="Sign it", defaults={"text": "Please sign."})
    return made


@pytest.mark.parametrize("group", STAFF)
def test_a_group_has_exactly_what_is_declared_after_all_migrations(group):
    has = {
        f"{app}.{codename}"
        for app, codename in Group.objects.get(name=group).permissions.values_list(
            "content_type__app_label", "codename"
        )
    }
    assert has == GROUPS[group]


def test_every_declared_permission_exists():
    known = {
        f"{each.content_type.app_label}.{each.codename}" for each in Permission.objects.select_related("content_type")
    }
    assert set().union(*GROUPS.values()) - known == set()


def test_every_table_of_the_admin_is_told_who_reads_it():
    assert tables().keys() == READ_BY.keys()


@pytest.mark.parametrize("group", STAFF)
def test_a_group_opens_the_tables_it_reads_and_changes_those_it_keeps(group, client, scene):
    client.force_login(STAFF[group]())
    for label, model in tables().items():
        reads, keeps = group in READ_BY[label], group in CHANGED_BY.get(label, set())
        row = row_of(model, scene)
        assert row is not None, label
        assert client.get(address(label, "changelist")).status_code == (200 if reads else 403), label
        page = client.get(address(label, "change", row.pk))
        assert page.status_code == (200 if reads else 403), label
        assert ('name="_save"' in page.content.decode()) == (keeps and label != "review.bar"), label
        if not keeps:
            assert client.post(address(label, "change", row.pk), {}).status_code == 403, label
            assert client.get(address(label, "add")).status_code == 403, label
        assert client.get(address(label, "history", row.pk)).status_code == (200 if reads else 403), label


@pytest.mark.parametrize("group", STAFF)
def test_the_front_page_and_the_navigation_lead_only_where_one_may_go(group, client, scene):
    client.force_login(STAFF[group]())
    text = client.get("/admin/").content.decode()
    for link in sorted(set(re.findall(r'href="(/admin/[^"#?]*)', text))):
        assert client.get(link).status_code in {200, 302}, link
    for app in {label.split(".")[0] for label, groups in READ_BY.items() if group in groups}:
        assert client.get(reverse("admin:app_list", args=[app])).status_code == 200, app
    assert ('href="/admin/claims/"' in text) == (group in READERS)
    assert ('href="/admin/leads/"' in text) == (group in {LEADS, AUDITORS})
    assert ("Next claim" in text) == (group in {REVIEWERS, LEADS})


@pytest.mark.parametrize("factory", [CatalogueManagerFactory, StaffFactory])
def test_who_may_not_read_claims_meets_a_sentence_on_every_page_of_the_desk(factory, client, scene):
    client.force_login(factory())
    for route in routes():
        for answer in (client.get(scene.address(route)), client.post(scene.address(route))):
            assert answer.status_code == 403, route.name
            assert "Your role" in answer.content.decode() or "Only leads" in answer.content.decode(), route.name
            assert b"Zanzibar" not in answer.content, route.name


def test_staff_without_a_group_read_what_they_lack(client):
    client.force_login(StaffFactory())
    text = client.get("/admin/").content.decode()
    assert "Your account has no role at the desk yet" in text
    assert 'href="/admin/claims/"' not in text
    for label in tables():
        assert client.get(address(label, "changelist")).status_code == 403, label


def test_partners_and_strangers_come_no_further_than_the_sign_in(client, scene):
    for person in (None, MembershipFactory().user):
        if person:
            client.force_login(person)
        for route in routes():
            for answer in (client.get(scene.address(route)), client.post(scene.address(route))):
                assert answer.status_code == 302, route.name
                assert answer["Location"].startswith("/admin/login/"), route.name
        for label in tables():
            assert client.get(address(label, "changelist"))["Location"].startswith("/admin/login/"), label


class TestAuditor:
    @pytest.fixture
    def auditor(self, client):
        person = AuditorFactory()
        client.force_login(person)
        return person

    def test_reads_every_page_of_the_desk_that_only_shows(self, client, auditor, scene):
        opened = []
        for route in routes():
            answer = client.get(scene.address(route))
            assert answer.status_code in {200, 302, 403, 405}, route.name
            if answer.status_code == 200:
                opened.append(route.name.removeprefix("review-"))
        assert {
            "queue",
            "queue-export",
            "claim",
            "similar",
            "document",
            "cases",
            "case",
            "second-looks",
            "leads",
        } <= set(opened)

    def test_no_post_to_the_desk_changes_anything(self, client, auditor, scene):
        before = all_rows()
        for route in routes():
            answer = client.post(scene.address(route), {"text": "x", "note": "x", "name": "x", "to": auditor.pk})
            assert answer.status_code in {403, 405}, route.name
            if answer.status_code == 403:
                assert (
                    "Your role lets you read claims" in answer.content.decode()
                    or "Only leads" in answer.content.decode()
                )
        assert all_rows() == before

    def test_no_post_to_the_admin_changes_anything(self, client, auditor, scene):
        before = all_rows()
        for label, model in tables().items():
            row = row_of(model, scene)
            actions = ["delete_selected", *(model_admin := admin.site._registry[model]).actions]
            for action in actions:
                name = action if isinstance(action, str) else action.__name__
                answer = client.post(
                    address(label, "changelist"), {"action": name, "_selected_action": [row.pk], "post": "yes"}
                )
                assert answer.status_code in {200, 302, 403}, (label, name)
                assert "select_across" not in client.get(address(label, "changelist")).content.decode(), label
            forms = {
                "form-TOTAL_FORMS": 1,
                "form-INITIAL_FORMS": 1,
                "form-0-id": row.pk,
                "form-0-position": 99,
                "_save": 1,
            }
            if model_admin.list_editable:
                client.post(address(label, "changelist"), forms)
                assert getattr(model.objects.get(pk=row.pk), "position", None) == getattr(row, "position", None), label
            for page, args in (("add", []), ("change", [row.pk]), ("delete", [row.pk])):
                assert client.post(address(label, page, *args), {"post": "yes"}).status_code == 403, (label, page)
            try:
                upload = address(label, "import")
            except NoReverseMatch:
                continue
            assert client.get(upload).status_code == 403, label
            assert client.post(upload, {"kept": "x"}).status_code == 403, label
        assert client.post(reverse("admin:auth_user_password_change", args=[auditor.pk]), {}).status_code == 403
        assert all_rows() == before
        assert not LogEntry.objects.filter(user=auditor).exists()

    def test_sees_no_hash_of_a_password(self, client, auditor):
        person = ReviewerFactory()
        text = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
        assert person.email in text
        assert person.password not in text
        assert person.password.split("$")[-1] not in text


def test_a_catalogue_manager_may_import_revenue_and_nobody_else_of_the_groups(client):
    for group, factory in STAFF.items():
        client.force_login(factory())
        expected = 200 if group == CATALOGUE else 403
        assert client.get(reverse("admin:revenue_revenueimport_import")).status_code == expected, group


def test_a_holiday_that_a_lead_deletes_is_gone_and_an_auditor_deletes_none(client):
    holiday = Holiday.objects.create(date=NOW.date(), name="Company holiday")
    for factory, left in ((AuditorFactory, True), (ReviewerFactory, True), (LeadFactory, False)):
        client.force_login(factory())
        client.post(reverse("admin:claims_holiday_delete", args=[holiday.pk]), {"post": "yes"})
        assert Holiday.objects.filter(pk=holiday.pk).exists() == left


def test_what_a_partner_is_called_stays_for_who_only_reads(client):
    organization = OrganizationFactory(name="As it was")
    for factory in READERS.values():
        client.force_login(factory())
        answer = client.post(
            reverse("admin:partners_partnerorganization_change", args=[organization.pk]), {"name": "x"}
        )
        assert answer.status_code == 403
    organization.refresh_from_db()
    assert organization.name == "As it was"
