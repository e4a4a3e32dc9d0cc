"""Incentive Admins who act on each other at the very same moment: one is always left."""

import threading

import pytest
from django.db import connection

from kit.errors import RuleViolation
from partners.models import Invitation, Membership, OrganizationChange, Role
from partners.organization.inviting import invite
from partners.organization.joining import accept, register
from partners.organization.people import change_member, remove_member
from tests.factories import NOW, MembershipFactory, OrganizationFactory, UserFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 6


def at_once(*acts):
    """Run the acts at the same time; return what each came to: done, refused, or the error."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            gate.wait(20)
            act()
            outcomes.append("done")
        except RuleViolation:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def two_admins():
    organization = OrganizationFactory()
    return MembershipFactory(organization=organization), MembershipFactory(organization=organization)


def test_two_admins_who_demote_each_other_leave_one():
    for _ in range(ROUNDS):
        first, second = two_admins()
        outcome = at_once(
            lambda: change_member(second, role="member", locations=[], by=first, now=NOW),
            lambda: change_member(first, role="member", locations=[], by=second, now=NOW),
        )
        assert outcome == ["done", "refused"]
        left = Membership.objects.filter(organization=first.organization, role=Role.INCENTIVE_ADMIN)
        assert left.count() == 1
        assert OrganizationChange.objects.filter(organization=first.organization).count() == 1


def test_two_admins_who_remove_each_other_leave_one():
    for _ in range(ROUNDS):
        first, second = two_admins()
        outcome = at_once(
            lambda: remove_member(second, by=first, now=NOW), lambda: remove_member(first, by=second, now=NOW)
        )
        assert outcome == ["done", "refused"]
        assert Membership.objects.filter(organization=first.organization).count() == 1


def test_one_address_invited_twice_at_once_gets_one_invitation():
    for number in range(ROUNDS):
        first, second = two_admins()

        def ask(by, address):
            invite(address, full_name="Nell New", role="member", locations=[], by=by, now=NOW)

        outcome = at_once(
            lambda: ask(first, f"new{number}@x.example"), lambda: ask(second, f"NEW{number}@X.example")  # noqa: B023
        )
        assert outcome == ["done", "refused"]
        assert Invitation.objects.filter(organization=first.organization).count() == 1


def test_an_invitation_used_twice_at_once_makes_one_account():
    for number in range(ROUNDS):
        admin, _ = two_admins()
        invitation = invite(
            f"once{number}@x.example", full_name="Nell New", role="member", locations=[], by=admin, now=NOW
        )
        outcome = at_once(
            *[lambda: register(invitation, full_name="Nell", password="a b c d e f g", now=NOW)] * 3  # noqa: B023
        )
        assert outcome == ["done", "refused", "refused"]
        assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_an_account_that_accepts_two_organizations_at_once_belongs_to_one():
    for _ in range(ROUNDS):
        user = UserFactory()
        asked = [
            invite(user.email, full_name="Nell", role="member", locations=[], by=two_admins()[0], now=NOW)
            for _ in range(2)
        ]
        outcome = at_once(*[lambda each=each: accept(each, user=user, now=NOW) for each in asked])  # noqa: B023
        assert outcome == ["done", "refused"]
        assert Membership.objects.filter(user=user).count() == 1
        assert Invitation.objects.filter(email=user.email, accepted_at=None).count() == 1
