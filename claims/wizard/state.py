"""The state of one wizard: which steps apply, what they were answered, and what follows from the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims.content import ClaimContent, Contacts
from claims.eligibility import ProductChoice, product_choices, silent_subscriptions
from claims.enums import Activity, programs_for
from claims.models import Claim, ClaimDraft
from claims.wizard import forms
from claims.wizard.subscriptions import SubscriptionsForm
from customers.models import Product, Subscription, Tenant
from kit.texts import Text
from partners.models import Enrollment, Location, Membership, ProgramCode
from partners.programs import names_of_programs


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its part of the address, its name for the reader, and its form."""

    slug: str
    title: Text
    form: Callable[..., Any]


STEPS = (
    Step("solution-area", _("Solution area"), forms.SolutionAreaForm),
    Step("activity", _("Activity"), forms.ActivityForm),
    Step("customer", _("MPN and customer"), forms.CustomerForm),
    Step("products", _("Products/workloads"), forms.ProductsForm),
    Step("subscriptions", _("Subscriptions"), SubscriptionsForm),
    Step("contacts", _("Contacts"), forms.ContactsForm),
)
BY_SLUG = {step.slug: step for step in STEPS}
LATER = {step.slug: [later.slug for later in STEPS[number + 1 :]] for number, step in enumerate(STEPS)}
# An answer that changes takes back what was built on it; contacts are the partner's own words and stay.
FOLLOWS = {
    "solution-area": ["activity", "products", "subscriptions"],
    "activity": ["products", "subscriptions"],
    "customer": ["products", "subscriptions"],
    "products": ["subscriptions"],
}

Lists = dict[str, list[str]]


class Wizard:
    """Reads a draft's answers. Answers are kept as posted and checked anew, so that nothing outdated slips through."""

    def __init__(self, draft: ClaimDraft, *, membership: Membership, now: datetime) -> None:
        self.draft, self.membership, self.now = draft, membership, now
        self.organization = membership.organization
        self.claim: Claim | None = draft.claim
        self.begun_with: dict[str, list[str]] = {}
        self._forms: dict[str, Any] = {}

    # --- what the answers say ---------------------------------------------------------------------------------------
    def _cleaned(self, slug: str) -> dict[str, Any]:
        form = self._forms.get(slug)
        if form is None:
            form = self._forms[slug] = self.form(slug, querydict(self.draft.answers.get(slug, {})))
            form.is_valid()
        return form.cleaned_data if getattr(form, "cleaned_data", None) else {}

    @property
    def solution_area(self) -> str:
        """The chosen solution area; of the claim itself when one is edited."""
        return self.claim.solution_area if self.claim else self._cleaned("solution-area").get("solution_area", "")

    @property
    def activities(self) -> list[str]:
        """The chosen activities, in the order of the list."""
        chosen = self.claim.activities if self.claim else self._cleaned("activity").get("activities", [])
        return [activity.value for activity in Activity if activity in chosen]

    @property
    def incentive(self) -> bool:
        """False for revenue association."""
        return Activity.REVENUE not in self.activities

    @property
    def tenant(self) -> Tenant:
        """The customer's tenant; known once the customer step is answered."""
        if self.claim:
            return self.claim.tenant
        self._cleaned("customer")
        return self._forms["customer"].tenant

    @property
    def programs(self) -> list[ProgramCode]:
        """The programmes that solution area and activities belong to (R041, Q11)."""
        return programs_for(self.solution_area, self.activities)

    @cached_property
    def program_names(self) -> list[str]:
        """Their names, as staff keep them."""
        return names_of_programs(self.programs)

    @cached_property
    def locations(self) -> "QuerySet[Location]":
        """Active MPN locations that this person has access to (R071)."""
        return self.membership.active_locations()

    @cached_property
    def enrolled_locations(self) -> frozenset[int]:
        """Those of them that are enrolled in at least one programme of this claim (Q11)."""
        enrolled = Enrollment.objects.filter(location__in=self.locations, program__in=self.programs)
        return frozenset(enrolled.values_list("location_id", flat=True))

    @cached_property
    def product_choices(self) -> list[ProductChoice]:
        """All products with their standing for this tenant, those on the tenant first."""
        return product_choices(
            organization=self.organization,
            tenant=self.tenant,
            solution_area=self.solution_area,
            incentive=self.incentive,
            editing=self.claim,
        )

    @property
    def products(self) -> list[Product]:
        """The chosen products."""
        return list(self._cleaned("products").get("products", []))

    @cached_property
    def silent(self) -> dict[int, Subscription]:
        """The subscriptions that are attached without asking, by product (Q18)."""
        chosen = self.products
        return silent_subscriptions(chosen, self.tenant) if chosen else {}

    @property
    def products_to_ask(self) -> list[Product]:
        """The chosen products for which subscriptions must be typed (R090)."""
        return [product for product in self.products if not product.is_workload and product.pk not in self.silent]

    # --- the way through --------------------------------------------------------------------------------------------
    @cached_property
    def steps(self) -> list[Step]:
        """The steps that apply, given the answers so far; editing begins at the MPN step (R130)."""
        slugs = [step.slug for step in STEPS]
        if self.claim:
            slugs = slugs[2:]
        if (
            (self._answered("products") and not self.products_to_ask)
            or self.solution_area == "microsoft_365"
            or not self._answered("products")
        ):
            slugs.remove("subscriptions")
        return [BY_SLUG[slug] for slug in slugs]

    def _answered(self, slug: str) -> bool:
        before = [step for step in STEPS[: STEPS.index(BY_SLUG[slug])] if step.slug != "subscriptions"]
        needed = [step.slug for step in (before[2:] if self.claim else before)] + [slug]
        return all(self.is_complete(each) for each in needed)

    def is_complete(self, slug: str) -> bool:
        """Whether the step was answered, and the answer still holds."""
        if slug not in self.draft.answers:
            return False
        self._cleaned(slug)
        form = self._forms[slug]
        return bool(form.cleaned_data) and not getattr(form, "errors", None)

    def first_incomplete(self) -> Step | None:
        """The first step without a valid answer, or None when all are answered."""
        for step in self.steps:
            if not self.is_complete(step.slug):
                return step
        return None

    def reachable(self, slug: str) -> bool:
        """A step may be opened when all before it are answered."""
        slugs = [step.slug for step in self.steps]
        return slug in slugs and all(self.is_complete(each) for each in slugs[: slugs.index(slug)])

    def next_step(self, slug: str) -> Step | None:
        """The step after this one, or None after the last."""
        later = [step for step in self.steps if step.slug in LATER[slug]]
        return later[0] if later else None

    def previous_step(self, slug: str) -> Step | None:
        """The step before this one, or None before the first."""
        earlier = [step for step in self.steps if slug in LATER[step.slug]]
        return earlier[-1] if earlier else None

    # --- forms and answers ------------------------------------------------------------------------------------------
    def form(self, slug: str, data: QueryDict | None = None) -> Any:
        """The step's form: bound to ``data``, else showing what was typed or answered before, else fresh."""
        if data is not None:
            return BY_SLUG[slug].form(data, wizard=self)
        kept: Lists = self.draft.typed.get(slug) or self.draft.answers.get(slug) or {}
        return BY_SLUG[slug].form(wizard=self, initial=self._initial(slug, kept))

    def form_as_typed(self, slug: str, data: QueryDict) -> Any:
        """The step's form showing what was just typed, unchecked (for the helper buttons of a step)."""
        return BY_SLUG[slug].form(wizard=self, initial=self._initial(slug, _lists(data)))

    def _initial(self, slug: str, kept: Lists) -> dict[str, Any]:
        if kept:
            many = {"activities", "products"}
            return {
                name: values if name in many or slug == "subscriptions" else (values[-1] if values else "")
                for name, values in kept.items()
            }
        if slug == "contacts":
            user, organization = self.membership.user, self.organization
            return {
                "partner_name": organization.preferred_contact_name or user.get_full_name(),
                "partner_email": organization.preferred_contact_email or user.email,
            }
        return {}

    def remember_typed(self, slug: str, data: QueryDict) -> None:
        """Keep what stands in a step that is left unfinished, so that Back loses nothing (R042)."""
        self.draft.typed = {**self.draft.typed, slug: _lists(data)}
        self._save()

    def answer(self, slug: str, data: QueryDict) -> None:
        """Keep a step's valid answer; a changed answer takes back those that were built on it."""
        given, answers, typed = _lists(data), dict(self.draft.answers), dict(self.draft.typed)
        if answers.get(slug) != given:
            for later in FOLLOWS.get(slug, []):
                if later in answers and later != "activity":
                    typed.setdefault(later, answers[later])
                answers.pop(later, None)
            if slug == "solution-area" and slug in answers:
                typed.pop("activity", None)  # what stood there belongs to the other solution area
        answers[slug] = given
        typed.pop(slug, None)
        if slug == "products":
            answers["agreed"] = {"at": [self.now.isoformat()]}
        self.draft.answers, self.draft.typed = answers, typed
        self._forms.clear()
        for name in ("steps", "silent", "enrolled_locations", "product_choices", "locations"):
            self.__dict__.pop(name, None)
        self._save()

    def _save(self) -> None:
        self.draft.updated_at = self.now
        self.draft.save()

    def content(self) -> ClaimContent:
        """All answers as the rules take them. Call only when ``first_incomplete()`` is None."""
        customer, contacts = self._cleaned("customer"), self._cleaned("contacts")
        typed = self._cleaned("subscriptions").get("subscriptions", {}) if self.products_to_ask else {}
        agreed = self.draft.answers.get("agreed", {}).get("at") or [self.now.isoformat()]
        return ClaimContent(
            solution_area=self.solution_area,
            activities=self.activities,
            location=customer["location"],
            tenant=self.tenant,
            domain=self.claim.customer_domain if self.claim else customer["domain"],
            products=self.products,
            subscriptions={**{pk: [only] for pk, only in self.silent.items()}, **typed},
            contacts=Contacts(**{name: value.strip() for name, value in contacts.items()}),
            agreed_at=datetime.fromisoformat(agreed[0]),
        )


def querydict(lists: Lists) -> QueryDict:
    """Kept answers in the form in which a browser posts them."""
    data = QueryDict(mutable=True)
    for name, values in lists.items():
        data.setlist(name, values)
    return data


def _lists(data: QueryDict) -> Lists:
    ignored = {"csrfmiddlewaretoken", "go"}
    return {name: [str(value)[:2000] for value in values][:100] for name, values in data.lists() if name not in ignored}
