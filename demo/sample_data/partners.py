"""Creates partner organisations, Microsoft's reviewers, and the demo sign-ins."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import User
from demo.sample_data.partner_facts import INVITED, OTHER_STAFF, PARTNERS, REVIEWERS, Person, Place
from demo.sample_data.special import FABRIKAM
from partners.models import INCENTIVE_ROLES, Enrollment, Location, Membership, PartnerOrganization
from partners.organization.inviting import invite
from review.groups import AUDITORS, CATALOGUE, LEADS
from review.groups import REVIEWERS as REVIEWERS_GROUP

STAFF_GROUPS = {
    "reviewer": REVIEWERS_GROUP, "reviewer2": REVIEWERS_GROUP, "lead": LEADS, "auditor": AUDITORS, "catalog": CATALOGUE,
}  # fmt: skip
SIGN_INS = frozenset(
    {
        "ola.demmo@fabrikam.example", "user@fabrikam.example", "viewer@fabrikam.example", "admin@northwind.example",
        "reviewer@microsoft.example", "reviewer2@microsoft.example", "lead@microsoft.example",
        "auditor@microsoft.example", "catalog@microsoft.example",
    }
)  # fmt: skip


def create_partners(*, password: str, now: datetime) -> None:
    """Create organisations, locations, enrolments and their people.

    Only the demo sign-ins get ``password``, which is hashed already; nobody else can sign in.
    """
    since = now - timedelta(days=900)
    for partner in PARTNERS:
        first = partner.people[0]
        organization = PartnerOrganization.objects.create(
            name=partner.name,
            preferred_contact_name=first.name,
            preferred_contact_email=f"{first.local}@{partner.domain}",
        )
        for place in partner.places:
            _create_location(organization, place)
        for person in partner.people:
            user = _create_user(person, partner.domain, password=password, since=since)
            Membership.objects.create(user=user, organization=organization, role=person.role)
    PartnerOrganization.objects.update(created_at=since)
    Enrollment.objects.update(enrolled_at=since + timedelta(days=40))


def invite_colleagues(*, now: datetime) -> None:
    """Let Fabrikam's Incentive Admin invite two people, days ago, who have not answered yet."""
    fabrikam = PartnerOrganization.objects.get(name=FABRIKAM)
    admin = fabrikam.memberships.select_related("user").get(user__email="ola.demmo@fabrikam.example")
    first = fabrikam.locations.filter(is_active=True).order_by("pk")[:1]
    for person, days in zip(INVITED, (9, 2), strict=True):
        invite(
            f"{person.local}@fabrikam.example", full_name=person.name, role=person.role,
            locations=list(first) if person.role in INCENTIVE_ROLES else [], by=admin, now=now - timedelta(days=days),
        )  # fmt: skip


def create_reviewers(*, password: str, now: datetime) -> None:
    """Create Microsoft's reviewers, their lead, an auditor and a catalogue manager, each in the group of the desk."""
    for person in (*REVIEWERS, *OTHER_STAFF):
        user = _create_user(
            person, "microsoft.example", password=password, since=now - timedelta(days=900), is_staff=True
        )
        user.groups.set([Group.objects.get(name=STAFF_GROUPS[person.local])])


def _create_location(organization: PartnerOrganization, place: Place) -> None:
    location = Location.objects.create(
        organization=organization,
        mpn_id=place.mpn_id,
        city=place.city,
        country=place.country,
        is_active=place.is_active,
    )
    Enrollment.objects.bulk_create(Enrollment(location=location, program=program) for program in place.programs)


def _create_user(person: Person, domain: str, *, password: str, since: datetime, is_staff: bool = False) -> User:
    email = f"{person.local}@{domain}"
    return User.objects.create(
        email=email,
        full_name=person.name,
        password=password if email in SIGN_INS else make_password(None),
        is_staff=is_staff,
        date_joined=since,
    )
