"""Who plays in the sample claims: partners' people and locations, reviewers, customers' contacts, reasons."""

from dataclasses import dataclass
from random import Random

from accounts.models import User
from claims.actors import Actor
from claims.content import ClaimContent, Contacts
from claims.enums import programs_for
from claims.models import ReasonCode
from customers.models import Tenant
from demo.sample_data import words
from demo.sample_data.partner_facts import REVIEWERS
from demo.sample_data.plans import Plan
from partners.models import INCENTIVE_ROLES, Location, PartnerOrganization


@dataclass(frozen=True, slots=True)
class Firm:
    """A partner with those who file claims and the locations they choose from."""

    organization: PartnerOrganization
    people: list[User]
    locations: list[Location]


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer's business contact."""

    name: str
    email: str
    title: str


class Cast:
    """Everybody who acts, and what they know. Reads the database when made, not later."""

    def __init__(self) -> None:
        organizations = PartnerOrganization.objects.prefetch_related(
            "memberships__user", "locations__enrollments"
        ).order_by("pk")
        self.firms = {organization.name: _firm(organization) for organization in organizations}
        emails = [f"{person.local}@microsoft.example" for person in REVIEWERS]
        self.reviewers = [Actor.reviewer(user) for user in User.objects.filter(email__in=emails).order_by("pk")]
        self.reasons = {reason.code: reason for reason in ReasonCode.objects.all()}
        self._contacts: dict[int, list[Contact]] = {}

    def contact_of(self, tenant: Tenant, domain: str, *, rng: Random) -> Contact:
        """One of the three people of a customer who deal with partners. Their addresses are sample addresses always."""
        if tenant.pk not in self._contacts:
            at = domain if domain.endswith(".example") else f"{domain.partition('.')[0]}.example"
            known = Random(at)
            names = [words.person(known) for _ in range(3)]
            if at == "microsoft.example":
                names[0] = "Joseph Jones"
            self._contacts[tenant.pk] = [
                Contact(name, words.address(name, at), known.choice(words.TITLES)) for name in names
            ]
        return rng.choice(self._contacts[tenant.pk])

    def filer(self, plan: Plan, *, rng: Random) -> User:
        """The person who files: stories are told by the first of the firm, who also files most of the rest."""
        people = self.firms[plan.partner].people
        return people[0] if plan.story or rng.random() < 0.6 else rng.choice(people)

    def another_reviewer(self, but: User | None, *, rng: Random) -> Actor:
        """A reviewer, and not this one (Q49)."""
        return rng.choice([actor for actor in self.reviewers if actor.user != but])

    def content_of(self, plan: Plan, *, filer: User, rng: Random) -> ClaimContent:
        """What the wizard would hand over."""
        tenant = plan.tenant
        names = [domain.name for domain in tenant.domains.all()]
        domain = names[-1] if not plan.story and rng.random() < 0.08 else names[0]
        contact = self.contact_of(tenant, names[0], rng=rng)
        return ClaimContent(
            solution_area=plan.solution_area,
            activities=[activity.value for activity in plan.activities],
            location=self._location(plan, rng=rng),
            tenant=tenant,
            domain=domain,
            products=plan.products,
            subscriptions=plan.subscriptions,
            contacts=Contacts(
                customer_name=contact.name,
                customer_email=contact.email,
                customer_title=contact.title,
                partner_name=filer.get_full_name(),
                partner_email=filer.email,
                claim_name=plan.story.name if plan.story else self._claim_name(plan, tenant, rng=rng),
                seller_name=words.person(rng) if plan.is_revenue else "",
                isv_solution=rng.choice(words.ISV_SOLUTIONS) if plan.is_revenue else "",
            ),
            agreed_at=plan.created_at,
        )

    def _location(self, plan: Plan, *, rng: Random) -> Location:
        locations = self.firms[plan.partner].locations
        needed = programs_for(plan.solution_area, list(plan.activities))
        fitting = [one for one in locations if {entry.program for entry in one.enrollments.all()} >= set(needed)]
        if plan.story:
            return fitting[0]
        return rng.choice(fitting if fitting and rng.random() < 0.85 else locations)

    def _claim_name(self, plan: Plan, tenant: Tenant, *, rng: Random) -> str:
        template = rng.choice(words.PROJECTS)
        product = words.short_product(plan.products[0].name, plan.products[0].code)
        return template.format(product=product, customer=tenant.display_name, year=plan.created_at.year)[:120]


def _firm(organization: PartnerOrganization) -> Firm:
    members = sorted(organization.memberships.all(), key=lambda membership: membership.pk)
    people = [membership.user for membership in members if membership.role in INCENTIVE_ROLES]
    locations = sorted(organization.locations.all(), key=lambda location: location.pk)
    return Firm(organization, people, [location for location in locations if location.is_active])
