"""Finding claims by what a reviewer has at hand: an id, a partner, a customer, a subscription."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from customers.models import Subscription, Tenant, TenantDomain
from kit.texts import Text
from partners.models import PartnerOrganization

MOST_NAMES = 200  # partners, customers or domains that fit; whoever means one of more is told to type more of it
_LONGEST_ID = 18  # digits that every number of the database's takes
PARTNERS = _("More than {most} partners fit, and only the first {most} were looked at. Type more of the name.")
CUSTOMERS = _("More than {most} customers fit, and only the first {most} were looked at. Type more of the name.")
DOMAINS = _("More than {most} domains fit, and only the first {most} were looked at. Type more of the domain.")


@dataclass(frozen=True, slots=True)
class Names:
    """Rows found by their name, the first of them by name, and the column of claims that holds one of their ``keys``.

    ``too_many`` is the sentence for when more of them fit than are looked at.
    """

    column: str
    rows: QuerySet[Any]
    keys: str
    too_many: Text

    @property
    def condition(self) -> Q:
        """Condition on claims: they belong to one of the rows."""
        return _is_one_of(self.column, self.rows.values(self.keys))

    @property
    def sentence(self) -> str:
        """Says that more fit than were looked at."""
        return self.too_many.format(most=MOST_NAMES)


def claim_id_in(text: str) -> int | None:
    """The claim id that the text is, if it is one."""
    digits = text.strip().upper().removeprefix("ID:").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ID else None


def search(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """Claims with this id, partner (any part of its name), customer (how its name begins), domain (how it begins, be it the
    claim's own or another that the customer's tenant verified), tenant id or subscription id, with or without dashes. Each
    way of finding has an index or a short table of its own.
    """
    text = text.strip()
    number, guid = claim_id_in(text), _guid_in(text)
    if guid is not None:
        return claims.filter(
            _is_one_of("tenant_id", Tenant.objects.filter(tenant_id=guid).values("pk"))
            | _is_one_of("id", _with_subscription(guid).values("pk"))
        )
    found = Q(customer_domain__istartswith=text)
    for each in names_searched(text):
        found |= each.condition
    return claims.filter(found | Q(pk=number) if number is not None else found)


def of_partner(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """Claims of the partners whose name contains the text."""
    return claims.filter(_partners(text.strip()).condition)


def names_searched(text: str) -> list[Names]:
    """The names among which a search looks for the text; none when it is an id."""
    text = text.strip()
    if _guid_in(text) is not None:
        return []
    customers = Tenant.objects.filter(display_name__istartswith=text).order_by("display_name")
    domains = TenantDomain.objects.filter(name__istartswith=text).order_by("name")
    return [
        _partners(text),
        Names("tenant_id", customers, "pk", CUSTOMERS),
        Names("tenant_id", domains, "tenant", DOMAINS),
    ]


def partners_searched(text: str) -> list[Names]:
    """The names among which the filter by partner looks."""
    return [_partners(text.strip())]


def _partners(text: str) -> Names:
    rows = PartnerOrganization.objects.filter(name__icontains=text).order_by("name")
    return Names("organization_id", rows, "pk", PARTNERS)


def _with_subscription(guid: UUID) -> Any:
    named = Subscription.objects.filter(Q(subscription_id=guid) | Q(commerce_subscription_id=guid))
    return Claim.objects.filter(lines__subscriptions__subscription__in=named)


def _guid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_one_of(column: str, rows: QuerySet[Any]) -> Q:
    """Condition: the column holds one of the keys in the rows, which are read once, as one array. So the database goes by the
    column's index, also beside other conditions that are joined to it by «or».
    """
    keys = ArraySubquery(rows[:MOST_NAMES])
    return Q(Func(F(column), keys, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))
