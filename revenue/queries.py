"""Which revenue lines count for whom. Everything that the Sales summary prints goes through ``counted_lines``."""

from dataclasses import dataclass
from datetime import UTC, date

from django.db.models import DateField, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from claims.enums import Activity
from claims.models import Association
from partners.models import Location, Membership, PartnerOrganization
from revenue.currencies import USUAL
from revenue.enums import PerformanceArea
from revenue.models import RevenueImport, RevenueLine


@dataclass(frozen=True, slots=True)
class SalesView:
    """What a person looks at: one area, the whole organisation or one of its locations, one currency (R192, R193)."""

    organization: PartnerOrganization
    area: PerformanceArea
    location: Location | None = None
    currency: str = USUAL

    @property
    def account_number(self) -> str:
        """«Account Number» of the header (R192).

        For a location its MPN ID. For the organisation, which has no MPN ID of its own, the number under which this
        portal keeps it, in seven digits.
        """
        return str(self.location.mpn_id) if self.location else f"{self.organization.pk:07}"

    @property
    def sale_for(self) -> str:
        """«View sale for» of the header: «Organization», or the location."""
        return str(self.location) if self.location else gettext("Organization")


def revenue_associations(
    organization: PartnerOrganization, *, location: Location | None = None
) -> QuerySet[Association]:
    """The organisation's revenue associations, running and ended; a location has those of claims filed under it."""
    held = Association.objects.filter(organization=organization, claim__activities__contains=[Activity.REVENUE])
    return held.filter(claim__location=location) if location else held


def counted_lines(organization: PartnerOrganization, *, location: Location | None = None) -> QuerySet[RevenueLine]:
    """The revenue lines that belong to the organisation's revenue associations, each line once (R190, Q29).

    A line counts in a month when one of the associations was running in it: from the month in which the association
    started to the month in which it ended, both whole, months by UTC. An association exists only after Microsoft's
    approval, and what was held until a disassociation stays. The line's subscription must be the association's; a line
    without a subscription, and an association without one, go by customer and product. Revenue associations are not
    exclusive (Q16): the same line may count for several organisations, and for several locations of one, but it
    counts once in any view.
    """
    held = revenue_associations(organization, location=location)
    running = held.annotate(
        first_month=TruncMonth("started_at", output_field=DateField(), tzinfo=UTC),
        last_month=TruncMonth("ended_at", output_field=DateField(), tzinfo=UTC),
    ).filter(Q(last_month=None) | Q(last_month__gte=OuterRef("month")), first_month__lte=OuterRef("month"))
    same_product = Q(tenant=OuterRef("tenant"), product=OuterRef("product"))
    by_subscription = Exists(
        running.filter(Q(subscription=OuterRef("subscription")) | same_product & Q(subscription=None))
    )
    by_product = Q(subscription=None) & Exists(running.filter(same_product))
    customers = RevenueLine.objects.filter(tenant__in=held.values("tenant"))
    return customers.filter(by_subscription | by_product)


def lines_of(view: SalesView) -> QuerySet[RevenueLine]:
    """The lines of one view: counted, of its area, in its currency. Currencies are never added up together."""
    lines = counted_lines(view.organization, location=view.location)
    return lines.filter(currency=view.currency, product__performance_area__area=view.area)


def currencies_of(organization: PartnerOrganization) -> list[str]:
    """Codes of the currencies in which the organisation has counted lines; US Dollars come first, rows or not."""
    found = counted_lines(organization).order_by("currency").values_list("currency", flat=True).distinct()
    return [USUAL, *(code for code in found if code != USUAL)]


def data_as_of() -> date | None:
    """The newest day that any import tells of, the same for everybody (R192); None before the first import."""
    return RevenueImport.objects.aggregate(day=Max("data_as_of"))["day"]


def has_revenue_association(organization: PartnerOrganization) -> bool:
    """Whether there is or was a revenue association, with revenue or without."""
    return revenue_associations(organization).exists()


def locations_of(membership: Membership) -> QuerySet[Location]:
    """The locations whose sale the person may view: all of the organisation, or those it is limited to (R071).

    Inactive ones are among them, because what was sold there stays. One query.
    """
    chosen = membership.locations.through.objects.filter(membership=membership)
    own = membership.organization.locations
    return own.filter(~Exists(chosen) | Q(pk__in=chosen.values("location")))
