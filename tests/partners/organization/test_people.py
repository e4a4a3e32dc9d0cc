"""Rules about the people of an organisation: who changes whom, and what is written down."""

import pytest
from django.db import DatabaseError, transaction

from kit.errors import RuleViolation
from notifications.models import Notice
from partners.models import Membership, OrganizationChange, Role
from partners.organization.people import (
    GONE,
    LAST_ADMIN,
    OWN_CHANGE,
    OWN_REMOVAL,
    addresses_inside,
    change_member,
    is_last_admin,
    remove_member,
    still_working_for,
)
from tests.factories import NOW, LocationFactory, MembershipFactory, UserFactory
from tests.partners.organization.conftest import invited

pytestmark = pytest.mark.django_db


def written():
    return list(
        OrganizationChange.objects.order_by("pk").values_list("kind", "actor_name", "person_name", "old", "new")
    )


def test_a_new_role_is_saved_listed_and_told_to_the_person(fabrikam):
    assert change_member(fabrikam.user, role="incentive_admin", locations=[], by=fabrikam.admin, now=NOW)
    fabrikam.user.refresh_from_db()
    assert fabrikam.user.role == Role.INCENTIVE_ADMIN
    assert written() == [("role", "Ada Fabrikam", "Uma Fabrikam", "Incentive User", "Incentive Admin")]
    assert OrganizationChange.objects.get().at == NOW
    notice = Notice.objects.get()
    assert notice.user == fabrikam.user.user
    assert "Your role changed from Incentive User to Incentive Admin. Changed by Ada Fabrikam." in notice.body


def test_a_limit_to_locations_is_saved_listed_and_taken_back(fabrikam):
    change_member(fabrikam.user, role="incentive_user", locations=[fabrikam.toronto], by=fabrikam.admin, now=NOW)
    assert list(fabrikam.user.active_locations()) == [fabrikam.toronto]
    change_member(fabrikam.user, role="incentive_user", locations=[], by=fabrikam.admin, now=NOW)
    assert set(fabrikam.user.active_locations()) == {fabrikam.toronto, fabrikam.bezons}
    assert [row[3:] for row in written()] == [
        ("All locations", str(fabrikam.toronto)),
        (str(fabrikam.toronto), "All locations"),
    ]


def test_saving_without_a_change_writes_nothing(fabrikam):
    assert not change_member(fabrikam.user, role="incentive_user", locations=[], by=fabrikam.admin, now=NOW)
    assert written() == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["user", "member"])
def test_only_an_incentive_admin_changes_or_removes_people(who, fabrikam):
    caller = getattr(fabrikam, who)
    for act in (
        lambda: change_member(fabrikam.admin, role="member", locations=[], by=caller, now=NOW),
        lambda: change_member(caller, role="incentive_admin", locations=[], by=caller, now=NOW),
        lambda: remove_member(fabrikam.admin, by=caller, now=NOW),
    ):
        with pytest.raises(RuleViolation, match="Only an Incentive Admin"):
            act()
    assert written() == []
    caller.refresh_from_db()
    assert caller.role != Role.INCENTIVE_ADMIN


def test_nobody_changes_or_removes_themselves_even_beside_another_admin(fabrikam):
    MembershipFactory(organization=fabrikam.organization)
    with pytest.raises(RuleViolation, match=str(OWN_CHANGE)):
        change_member(fabrikam.admin, role="incentive_admin", locations=[fabrikam.toronto], by=fabrikam.admin, now=NOW)
    with pytest.raises(RuleViolation, match=str(OWN_REMOVAL)):
        remove_member(fabrikam.admin, by=fabrikam.admin, now=NOW)
    assert Membership.objects.filter(pk=fabrikam.admin.pk, role=Role.INCENTIVE_ADMIN).exists()


def test_the_last_admin_who_can_sign_in_is_neither_demoted_nor_removed(fabrikam):
    """The caller's account was switched off while its page stood open, so the other one is the last."""
    other = MembershipFactory(organization=fabrikam.organization)
    fabrikam.admin.user.is_active = False
    fabrikam.admin.user.save()
    assert is_last_admin(other)
    with pytest.raises(RuleViolation, match=str(LAST_ADMIN)):
        change_member(other, role="member", locations=[], by=fabrikam.admin, now=NOW)
    with pytest.raises(RuleViolation, match=str(LAST_ADMIN)):
        remove_member(other, by=fabrikam.admin, now=NOW)
    other.refresh_from_db()
    assert other.role == Role.INCENTIVE_ADMIN


def test_somebody_demoted_meanwhile_acts_no_more(fabrikam):
    stale = Membership.objects.get(pk=fabrikam.admin.pk)
    Membership.objects.filter(pk=stale.pk).update(role=Role.MEMBER)
    with pytest.raises(RuleViolation, match="Only an Incentive Admin"):
        change_member(fabrikam.user, role="member", locations=[], by=stale, now=NOW)


def test_people_and_locations_of_another_organization_are_out_of_reach(fabrikam, rival):
    with pytest.raises(RuleViolation, match=str(GONE)):
        change_member(rival.user, role="member", locations=[], by=fabrikam.admin, now=NOW)
    with pytest.raises(RuleViolation, match=str(GONE)):
        remove_member(rival.user, by=fabrikam.admin, now=NOW)
    foreign = [LocationFactory(organization=rival.organization)]
    with pytest.raises(RuleViolation, match="of your own organization"):
        change_member(fabrikam.user, role="member", locations=foreign, by=fabrikam.admin, now=NOW)
    assert written() == []


def test_a_removed_person_keeps_the_account_and_is_told(fabrikam):
    person = fabrikam.user.user
    remove_member(fabrikam.user, by=fabrikam.admin, now=NOW)
    person.refresh_from_db()
    assert person.is_active
    assert not person.memberships.exists()
    assert written() == [("removed", "Ada Fabrikam", "Uma Fabrikam", "Incentive User, All locations", "")]
    assert Notice.objects.get(user=person).title == "You were removed from Fabrikam Consulting"


@pytest.mark.parametrize("how", ["demoted", "removed"])
def test_the_open_invitations_of_a_former_admin_are_revoked(how, fabrikam):
    second = MembershipFactory(organization=fabrikam.organization)
    invitation = invited(fabrikam, email="backdoor@x.example", role=Role.INCENTIVE_ADMIN)
    untouched = invited(fabrikam, email="own@x.example")
    untouched.invited_by = second.user
    untouched.save()
    if how == "demoted":
        change_member(fabrikam.admin, role="incentive_user", locations=[], by=second, now=NOW)
    else:
        remove_member(fabrikam.admin, by=second, now=NOW)
    invitation.refresh_from_db()
    untouched.refresh_from_db()
    assert (invitation.state(now=NOW), untouched.state(now=NOW)) == ("revoked", "open")


def test_the_list_of_changes_refuses_update_and_delete(fabrikam):
    change_member(fabrikam.user, role="member", locations=[], by=fabrikam.admin, now=NOW)
    row = OrganizationChange.objects.get()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        OrganizationChange.objects.filter(pk=row.pk).update(new="Incentive Admin")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        row.delete()


def test_messages_about_a_claim_follow_those_who_work_there(fabrikam, rival):
    organization, creator = fabrikam.organization, fabrikam.user.user
    assert still_working_for(organization, user=creator) == [creator]
    remove_member(fabrikam.user, by=fabrikam.admin, now=NOW)
    assert still_working_for(organization, user=creator) == [fabrikam.admin.user]
    MembershipFactory(user=creator, organization=rival.organization)
    assert still_working_for(organization, user=creator) == [fabrikam.admin.user]
    own, unknown = fabrikam.admin.user.email, "assistant@fabrikam.example"
    addresses = [creator.email.upper(), own, unknown]
    assert addresses_inside(organization, addresses=addresses) == [own, unknown]


def test_a_person_without_an_incentive_role_is_told_nothing_of_claims(fabrikam):
    demoted = fabrikam.member.user
    assert still_working_for(fabrikam.organization, user=demoted) == [fabrikam.admin.user]
    assert still_working_for(fabrikam.organization, user=UserFactory()) == [fabrikam.admin.user]
