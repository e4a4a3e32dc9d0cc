"""Incentive Admins who act on each other at the very same moment: one is always left."""

from functools import partial

import pytest

from partners.models import Invitation, Membership, OrganizationChange, Role
from partners.organization.inviting import invite
from partners.organization.joining import accept, register
from partners.organization.people import change_member, remove_member
from tests.factories import NOW, MembershipFactory, OrganizationFactory, UserFactory
from tests.support.at_once import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 6


def two_admins():
    organization = OrganizationFactory()
    return MembershipFactory(organization=organization), MembershipFactory(organization=organization)


def demote(member, by):
    change_member(member, role="member", locations=[], by=by, now=NOW)


def remove(member, by):
    remove_member(member, by=by, now=NOW)


def ask(address, by):
    return invite(address, full_name="Nell New", role="member", locations=[], by=by, now=NOW)


def test_two_admins_who_demote_each_other_leave_one():
    for _ in range(ROUNDS):
        first, second = two_admins()
        assert at_once(partial(demote, second, first), partial(demote, first, second)) == ["done", "refused"]
        left = Membership.objects.filter(organization=first.organization, role=Role.INCENTIVE_ADMIN)
        assert left.count() == 1
        assert OrganizationChange.objects.filter(organization=first.organization).count() == 1


def test_two_admins_who_remove_each_other_leave_one():
    for _ in range(ROUNDS):
        first, second = two_admins()
        assert at_once(partial(remove, second, first), partial(remove, first, second)) == ["done", "refused"]
        assert Membership.objects.filter(organization=first.organization).count() == 1


def test_one_address_invited_twice_at_once_gets_one_invitation():
    for number in range(ROUNDS):
        first, second = two_admins()
        asking = partial(ask, f"new{number}@x.example", first), partial(ask, f"NEW{number}@X.example", second)
        assert at_once(*asking) == ["done", "refused"]
        assert Invitation.objects.filter(organization=first.organization).count() == 1


def test_an_invitation_used_twice_at_once_makes_one_account():
    for number in range(ROUNDS):
        invitation = ask(f"once{number}@x.example", two_admins()[0])
        use = partial(register, invitation, full_name="Nell", password="a b c d e f g", now=NOW)
        assert at_once(use, use, use) == ["done", "refused", "refused"]
        assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_an_account_that_accepts_two_organizations_at_once_belongs_to_one():
    for _ in range(ROUNDS):
        user = UserFactory()
        asked = [ask(user.email, two_admins()[0]) for _ in range(2)]
        assert at_once(*[partial(accept, each, user=user, now=NOW) for each in asked]) == ["done", "refused"]
        assert Membership.objects.filter(user=user).count() == 1
        assert Invitation.objects.filter(email=user.email, accepted_at=None).count() == 1
