"""What stands in the proof of execution template, once for the PDF and the Word document (R141)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import Activity
from claims.models import Claim
from claims.queries import lines_of
from kit.errors import RuleViolation

TITLE = _("Proof of execution")
PUBLIC_SECTOR_COUNTRIES = frozenset({"US", "PR"})
_BLANK_PRODUCTS = 4  # as many as a claim may hold (R080)
# Characters that a name may hold but neither format can: they would break the file.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

DISCLOSURE = _(
    "For public sector customers in the United States and Puerto Rico only. The partner may receive an incentive from "
    "Microsoft for the work that this document describes. The partner has told the customer so in writing before the "
    "customer signed part 2. The customer confirms that it has received this disclosure, and that accepting the work "
    "under these circumstances does not go against the procurement or ethics rules it is bound by."
)
ACKNOWLEDGMENT = _(
    "By signing, the customer confirms that the partner named in part 1 does, or did, the work described in this document "
    "for the products listed. The signature must be dated within the 12 months before the claim is submitted."
)
ACTIVITY_TYPES = (
    ("planning", _("Adoption planning and change management")),
    ("deployment", _("Deployment, migration and configuration")),
    ("integration", _("Integration and development")),
    ("training", _("Training of users and administrators")),
    ("support", _("Support and managed services")),
    ("monitoring", _("Monitoring and improving usage")),
    ("other", _("Other (describe in part 3)")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field to fill in: its name in the file, its label for people, and what the claim already knows."""

    name: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ProductPart:
    """One product or workload with its own field in part 3 and its own column in part 4."""

    number: int
    label: str
    subscriptions: list[str] = field(default_factory=list)
    is_open: bool = False  # the blank template leaves its name to the reader


@dataclass(frozen=True, slots=True)
class PoeForm:
    """The whole template, filled in as far as the claim knows."""

    reference: str
    subtitle: str
    partner: list[Entry]
    acknowledgment: list[Entry]
    products: list[ProductPart]
    growth: str
    with_usage: bool
    with_disclosure: bool

    milestones = range(1, 6)
    documents = range(1, 4)
    activity_types = ACTIVITY_TYPES
    disclosure = DISCLOSURE
    acknowledgment_text = ACKNOWLEDGMENT

    def entries(self) -> Iterable[Entry]:
        """The single-line fields of the parts 1 and 2 in their order."""
        return [*self.partner, *self.acknowledgment]


def poe_form(claim: Claim | None) -> PoeForm:
    """The template for ``claim``, prefilled, or the blank one (R117, R141). Reads the claim's lines; changes nothing.

    Part 4 belongs to usage only. The public sector paragraph is left out when the customer is known to be elsewhere than
    in the United States or Puerto Rico. Raises RuleViolation for a revenue association, which needs no proof (R190).
    """
    if claim is None:
        return _form(
            gettext("Blank template"), gettext("For any solution area and activity. Leave out what does not apply to your claim."),
            products=[ProductPart(n, gettext("Product/workload {number}").format(number=n), is_open=True) for n in range(1, _BLANK_PRODUCTS + 1)],
            growth=gettext("revenue or usage growth"), with_usage=True, with_disclosure=True,
        )  # fmt: skip
    if claim.is_revenue:
        raise RuleViolation(
            gettext("A revenue association needs no proof of execution, so there is no template for it.")
        )
    title = claim.customer_contact_title
    return _form(
        gettext("Claim {number}").format(number=claim.pk),
        f"{claim.name}. {claim.get_solution_area_display()}, {claim.activity_label}.",
        products=_products(claim),
        growth=_growth(claim.activities),
        with_usage=Activity.USAGE in claim.activities,
        with_disclosure=claim.tenant.country.upper() in PUBLIC_SECTOR_COUNTRIES or not claim.tenant.country,
        partner_company=claim.organization.name,
        mpn_location=f"{claim.location.label} (MPN: {claim.location.mpn_id})",
        customer_company=claim.tenant.display_name,
        customer_domain=claim.customer_domain,
        tenant_id=str(claim.tenant.tenant_id).upper(),
        customer_name=claim.customer_contact_name,
        customer_title=title,
        partner_name=claim.partner_contact_name,
    )


def printable(text: str) -> str:
    """The text without control characters, which neither PDF fields nor Word documents can hold."""
    return _UNPRINTABLE.sub("", text)


def _form(
    reference: str, subtitle: str, *, products: list[ProductPart], growth: str, with_usage: bool, with_disclosure: bool,
    **known: str,
) -> PoeForm:  # fmt: skip
    def entry(name: str, label: str) -> Entry:
        return Entry(name, label, printable(known.get(name, "")))

    return PoeForm(
        reference=reference,
        subtitle=printable(subtitle),
        partner=[
            entry("partner_company", gettext("Partner company")),
            entry("mpn_location", gettext("MPN location")),
            entry("customer_company", gettext("Customer company")),
            entry("customer_domain", gettext("Customer domain name")),
            entry("tenant_id", gettext("Directory ID (Tenant ID)")),
            entry("project_name", gettext("Project name (optional)")),
        ],
        acknowledgment=[
            entry("customer_name", gettext("Name at the customer")),
            entry("customer_title", gettext("Work title")),
            entry("customer_signature", gettext("Customer signature")),
            entry("customer_signed_on", gettext("Date of customer signature")),
            entry("partner_name", gettext("Name at the partner")),
            entry("partner_signature", gettext("Partner signature")),
            entry("partner_signed_on", gettext("Date of partner signature")),
        ],
        products=products,
        growth=growth,
        with_usage=with_usage,
        with_disclosure=with_disclosure,
    )


def _products(claim: Claim) -> list[ProductPart]:
    return [
        ProductPart(
            number,
            printable(line.product.label),
            [entry.subscription.shown_id for entry in line.subscriptions.all()],
        )
        for number, line in enumerate(lines_of(claim), start=1)
    ]


def _growth(activities: list[str]) -> str:
    kinds = {Activity.PRE_SALES: gettext("revenue growth"), Activity.USAGE: gettext("usage growth")}
    return get_text_list([text for activity, text in kinds.items() if activity in activities], gettext("and"))
