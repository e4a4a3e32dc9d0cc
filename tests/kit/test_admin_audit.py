"""The change log: what it says of each way to change something in the admin, and that it only grows."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import User
from notifications.models import OutgoingEmail
from partners.models import Enrollment, Membership, OrganizationChange, ProgramCode
from tests.factories import (
    NOW,
    EnrollmentFactory,
    LocationFactory,
    MembershipFactory,
    OrganizationFactory,
    ProductFactory,
    StaffFactory,
    TenantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LOG = "/admin/admin/logentry/"


@pytest.fixture
def admin(client):
    person = StaffFactory(is_superuser=True, full_name="Ada Admin")
    client.force_login(person)
    return person


def told(flag=CHANGE):
    """What the newest entry says."""
    entry = LogEntry.objects.order_by("-pk").first()
    assert entry.action_flag == flag
    return entry.get_change_message()


def save(client, row, data):
    meta = row._meta
    answer = client.post(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]


def formset(prefix, *rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


class TestForms:
    def test_a_change_says_old_and_new(self, client, admin):
        row = OrganizationFactory(name="Fabrikam", preferred_contact_name="Pat")
        save(client, row, {"name": "Fabrikam {Inc}", "preferred_contact_name": ""} | formset("locations"))
        assert told() == "Changed Name: Fabrikam → Fabrikam {Inc}. Changed Preferred contact name: Pat → –."
        assert LogEntry.objects.get().user == admin

    def test_nothing_changed_is_said_too(self, client, admin):
        row = OrganizationFactory(name="Fabrikam")
        save(client, row, {"name": "Fabrikam"} | formset("locations"))
        assert told() == "No fields changed."

    def test_choices_and_lists_are_told_in_words(self, client, admin):
        row = MembershipFactory(role="incentive_user")
        one, two = LocationFactory.create_batch(2, organization=row.organization)
        row.locations.set([one])
        save(client, row, {"role": "incentive_admin", "locations": [two.pk]})
        message = told()
        assert "Role: Incentive User → Incentive Admin" in message
        assert f"{one} → {two}" in message

    def test_an_addition_says_what_was_entered(self, client, admin):
        user, organization = UserFactory(), OrganizationFactory()
        data = {"user": user.pk, "organization": organization.pk, "role": "incentive_user"}
        assert client.post(reverse("admin:partners_membership_add"), data).status_code == 302
        message = told(ADDITION)
        assert f"Added Organization “{organization}”." in message
        assert "Added Role “Incentive User”." in message

    def test_inline_rows_say_what_was_added_changed_and_deleted(self, client, admin):
        tenant = TenantFactory(display_name="Contoso")
        kept, gone = tenant.domains.get(), tenant.domains.create(name="gone.example")
        data = {"tenant_id": str(tenant.tenant_id), "display_name": "Contoso", "country": "US", "admin_emails": ""}
        rows = (
            {"id": kept.pk, "name": "renamed.example"},
            {"id": gone.pk, "name": "gone.example", "DELETE": "on"},
            {"name": "new.example", "is_initial": "on"},
        )
        save(client, tenant, data | formset("domains", *rows, initial=2) | formset("skus") | formset("subscriptions"))
        message = told()
        assert "Added tenant domain “new.example”." in message
        assert f"Name: {kept.name} → renamed.example" in message
        assert "Is default: yes → no" in message
        assert "Deleted tenant domain “gone.example”." in message

    def test_a_long_value_is_cut(self, client, admin):
        from claims.models import ReasonCode

        reason = ReasonCode.objects.get(code="dates_missing")
        page = client.get(reverse("admin:claims_reasoncode_change", args=[reason.pk]))
        data = {
            name: value for name, value in page.context["adminform"].form.initial.items() if value not in (None, False)
        }
        save(client, reason, data | {"text": "x" * 3000})
        assert 200 < len(told()) < 1000

    def test_deleting_a_membership_is_written_down(self, client, admin):
        row = MembershipFactory()
        client.post(reverse("admin:partners_membership_delete", args=[row.pk]), {"post": "yes"})
        assert told(DELETION) is not None
        assert LogEntry.objects.get().object_repr == str(row)
        assert not Membership.objects.exists()


class TestPeople:
    def person_form(self, person, **changes):
        moment = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
        return {"email": person.email, "full_name": person.full_name, "is_active": "on", **moment} | changes

    def test_groups_and_sign_in_are_told(self, client, admin):
        person = UserFactory()
        group = Group.objects.create(name="Some group")
        save(client, person, self.person_form(person, groups=[group.pk], is_active=""))
        message = told()
        assert "Groups: – → Some group" in message
        assert "Is active: yes → no" in message

    def test_a_password_is_named_and_never_told(self, client, admin):
        person = UserFactory()
        secret = "a long pass phrase"
        data = {"password1": secret, "password2": secret, "usable_password": "true"}
        answer = client.post(reverse("admin:auth_user_password_change", args=[person.pk]), data)
        assert answer.status_code == 302
        assert told() == "Changed password."
        new = {
            "email": "x@y.example",
            "full_name": "X",
            "usable_password": "true",
            "password1": secret,
            "password2": secret,
        }
        client.post(reverse("admin:accounts_user_add"), new)
        assert User.objects.filter(email="x@y.example").exists()
        assert secret not in "".join(LogEntry.objects.values_list("change_message", flat=True))

    def test_what_a_group_may_do_is_told(self, client, admin):
        group = Group.objects.create(name="Some group")
        permission = Permission.objects.get(codename="view_tenant")
        save(client, group, {"name": "Some group", "permissions": [permission.pk]})
        assert "Permissions: – → " in told()
        assert "Can view tenant" in told()


class TestActions:
    @pytest.mark.parametrize(
        ("action", "before", "sentence"),
        [
            ("retire", {}, "Retired."),
            ("offer_again", {"retired_at": NOW}, "Offered again."),
            ("let_imports_decide", {"kept_by_hand": True}, "Left to imports again."),
        ],
    )
    def test_an_action_is_written_down_for_the_rows_that_it_changed(self, client, admin, action, before, sentence):
        changed = ProductFactory(**before)
        unchanged = ProductFactory(**({} if before else {"retired_at": NOW}))
        data = {"action": action, "_selected_action": [changed.pk, unchanged.pk]}
        client.post(reverse("admin:customers_product_changelist"), data)
        entry = LogEntry.objects.get()
        assert (entry.object_id, entry.get_change_message()) == (str(changed.pk), sentence)

    def test_sending_again_and_withholding_are_written_down(self, client, admin):
        def mail(key, status):
            return OutgoingEmail.objects.create(
                kind="account", to=["a@b.example"], subject="S", text="T", dedupe_key=key, message_id=key, status=status,
                sent_at=NOW if status == OutgoingEmail.Status.SENT else None,
                created_at=NOW, next_attempt_at=NOW,
            )  # fmt: skip

        failed, queued, sent = (
            mail("a", OutgoingEmail.Status.FAILED),
            mail("b", OutgoingEmail.Status.QUEUED),
            mail("c", OutgoingEmail.Status.SENT),
        )
        everything = [failed.pk, queued.pk, sent.pk]
        address = reverse("admin:notifications_outgoingemail_changelist")
        client.post(address, {"action": "withhold", "_selected_action": everything})
        assert (LogEntry.objects.get().object_id, told()) == (str(queued.pk), "Withheld.")
        client.post(address, {"action": "send_again", "_selected_action": [failed.pk, sent.pk]})
        assert LogEntry.objects.count() == 2
        assert told() == "Queued again."


class TestCompanysOwnList:
    def test_the_company_reads_what_microsoft_changed_about_its_people(self, client, admin):
        row = MembershipFactory(role="incentive_user")
        save(client, row, {"role": "member"})
        client.post(reverse("admin:partners_membership_delete", args=[row.pk]), {"post": "yes"})
        kinds = [(each.kind, each.actor_name, each.old, each.new) for each in OrganizationChange.objects.order_by("pk")]
        assert kinds == [
            ("role", "Microsoft", "Incentive User", "Member"),
            ("removed", "Microsoft", "Member", ""),
        ]

    def test_an_added_person_and_a_changed_contact_stand_there_too(self, client, admin):
        user, organization = UserFactory(), OrganizationFactory()
        client.post(
            reverse("admin:partners_membership_add"),
            {"user": user.pk, "organization": organization.pk, "role": "incentive_user"},
        )
        contact = {"preferred_contact_name": "Pat", "preferred_contact_email": "pat@p.example"}
        save(client, organization, {"name": organization.name} | contact | formset("locations"))
        kinds = list(OrganizationChange.objects.order_by("pk").values_list("kind", "new"))
        assert kinds == [("added", "Incentive User"), ("contact", "Pat (pat@p.example)")]


class TestLog:
    def entries(self, count=1, **fields):
        person = StaffFactory(full_name="=Ada")
        row = EnrollmentFactory(program=ProgramCode.OSA_SELL).location
        for number in range(count):
            LogEntry.objects.create(
                **{
                    "user": person, "content_type_id": None, "object_id": str(row.pk), "action_flag": CHANGE,
                    "object_repr": f"=Row {number}", "change_message": "Changed <b>City</b>: A → B.",
                }
                | fields
            )  # fmt: skip

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_queries_do_not_grow(self, client, admin, rows, django_assert_num_queries):
        self.entries(rows)
        client.get(LOG)
        with django_assert_num_queries(7):
            client.get(LOG)

    def test_entries_are_found_and_their_text_is_no_markup(self, client, admin):
        self.entries()
        page = client.get(LOG, {"q": "Row 0"}).content.decode()
        assert "Changed &lt;b&gt;City&lt;/b&gt;: A → B." in page
        assert "Row 0" not in client.get(LOG, {"q": "Row 77"}).content.decode().split("result_list")[-1]

    def test_the_export_holds_what_the_filters_leave_safe_for_spreadsheets(self, client, admin):
        self.entries(2)
        self.entries(object_repr="Other", action_flag=DELETION)
        everything = b"".join(client.get(f"{LOG}export/")).decode("utf-8-sig").splitlines()
        assert len(everything) == 4
        deleted = (
            b"".join(client.get(f"{LOG}export/", {"action_flag__exact": DELETION})).decode("utf-8-sig").splitlines()
        )
        assert [("Other" in line) for line in deleted] == [False, True]
        assert "'=Row 0" in everything[-1]
        assert ",'=Ada," in everything[1]

    def test_odd_filters_of_the_export_lead_to_the_list(self, client, admin):
        assert client.get(f"{LOG}export/", {"nonsense__x": "1"}).status_code == 302

    def test_counting_stops_at_a_bound(self, client, admin, monkeypatch):
        monkeypatch.setattr("kit.admin_paging.MOST_COUNTED", 60)
        self.entries(70)
        page = client.get(LOG)
        assert page.context["cl"].result_count == 60
        assert client.get(LOG, {"p": 2}).status_code == 200

    def test_only_those_with_the_permission_read_and_export_it(self, client):
        person = StaffFactory()
        client.force_login(person)
        assert client.get(LOG).status_code == 403
        assert client.get(f"{LOG}export/").status_code == 403
        person.user_permissions.add(Permission.objects.get(codename="view_logentry"))
        assert client.get(LOG).status_code == 200
        assert client.get(f"{LOG}export/").status_code == 200

    def test_strangers_are_sent_to_the_sign_in(self, client):
        assert client.get(f"{LOG}export/").status_code == 302

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_the_database_refuses_to_rewrite_it(self, change):
        self.entries()
        rewrite = {
            "update": lambda found: found.update(change_message="Nothing."),
            "delete": lambda found: found.delete(),
        }
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            rewrite[change](LogEntry.objects.all())
        assert LogEntry.objects.count() == 1

    def test_not_even_an_administrator_changes_it_in_the_admin(self, client, admin):
        self.entries()
        entry = LogEntry.objects.get()
        assert client.post(f"{LOG}{entry.pk}/change/", {"change_message": "x"}).status_code == 403
        assert client.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{LOG}add/").status_code == 403
        assert Enrollment.objects.exists()
