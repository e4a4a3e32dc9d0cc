"""An organisation with an Incentive Admin who is signed in, and a foreign one whose data must not leak."""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from partners.models import Invitation, Location, Membership, PartnerOrganization, Role
from partners.organization.inviting import invite
from tests.factories import NOW, LocationFactory, MembershipFactory, OrganizationFactory, UserFactory

HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>"
LISTS = ["organization", "organization-people", "organization-invitations", "organization-changes"]


@dataclass
class Office:
    """A partner with one person of each role and two locations."""

    organization: PartnerOrganization
    admin: Membership
    user: Membership
    member: Membership
    toronto: Location
    bezons: Location


def office(name: str) -> Office:
    """A partner organisation called ``name`` with people, whose addresses end in that name."""
    organization = OrganizationFactory(name=f"{name} Consulting")
    people = {
        role: MembershipFactory(
            organization=organization,
            role=role,
            user=UserFactory(email=f"{who}@{name.lower()}.example", full_name=f"{who.title()} {name}"),
        )
        for role, who in ((Role.INCENTIVE_ADMIN, "ada"), (Role.INCENTIVE_USER, "uma"), (Role.MEMBER, "mel"))
    }
    toronto = LocationFactory(organization=organization)
    bezons = LocationFactory(organization=organization, city="Bezons", country="FR")
    return Office(organization, *people.values(), toronto, bezons)


@pytest.fixture
def fabrikam(db: None) -> Office:
    return office("Fabrikam")


@pytest.fixture
def rival(db: None) -> Office:
    return office("Rivalsecret")


@pytest.fixture
def admin(fabrikam, client):
    """The browser of Fabrikam's Incentive Admin."""
    client.force_login(fabrikam.admin.user)
    return client


def invited(at: Office, *, email: str = "new@x.example", now=NOW, **given) -> Invitation:
    """An invitation as the rule writes it."""
    values = {"full_name": "Nell New", "role": Role.INCENTIVE_USER, "locations": []} | given
    return invite(email, **values, by=at.admin, now=now)


def html(response):
    """The answer as text."""
    return response.content.decode()


def addresses_with_ids(at):
    """Every address of the settings that names a person or an invitation."""
    invitation = Invitation.objects.filter(organization=at.organization).first() or invited(at)
    return [
        reverse("organization-person", args=[at.user.pk]),
        reverse("organization-person-remove", args=[at.user.pk]),
        reverse("organization-invitation-revoke", args=[invitation.pk]),
        reverse("organization-invitation-resend", args=[invitation.pk]),
    ]
