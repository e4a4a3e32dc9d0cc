"""Finding claims by what a reviewer has at hand: an id, a partner, a customer, a subscription."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from claims.models import Claim
from customers.models import Subscription, Tenant
from partners.models import PartnerOrganization

MOST_NAMES = 200  # partners or customers whose name fits; whoever means one of more types more of it
_LONGEST_ID = 18  # digits that every number of the database's takes


def claim_id_in(text: str) -> int | None:
    """The claim id that the text is, if it is one."""
    digits = text.strip().upper().removeprefix("ID:").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ID else None


def search(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """Claims with this id, partner (any part of its name), customer (how its name begins), domain (how it begins), tenant id
    or subscription id, with or without dashes. Each way of finding has an index or a short table of its own.
    """
    text = text.strip()
    number, guid = claim_id_in(text), _guid_in(text)
    if guid is not None:
        return claims.filter(
            _is_one_of("tenant_id", Tenant.objects.filter(tenant_id=guid)) | _is_one_of("id", _with_subscription(guid))
        )
    customers = Tenant.objects.filter(display_name__istartswith=text).order_by("display_name")
    found = _of_partner(text) | _is_one_of("tenant_id", customers) | Q(customer_domain__istartswith=text)
    return claims.filter(found | Q(pk=number) if number is not None else found)


def of_partner(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """Claims of the partners whose name contains the text."""
    return claims.filter(_of_partner(text.strip()))


def _of_partner(text: str) -> Q:
    return _is_one_of("organization_id", PartnerOrganization.objects.filter(name__icontains=text).order_by("name"))


def _with_subscription(guid: UUID) -> Any:
    named = Subscription.objects.filter(Q(subscription_id=guid) | Q(commerce_subscription_id=guid))
    return Claim.objects.filter(lines__subscriptions__subscription__in=named)


def _guid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_one_of(column: str, rows: QuerySet[Any]) -> Q:
    """Condition: the column holds the key of one of the rows, which are read once, as one array. So the database goes by the
    column's index, also beside other conditions that are joined to it by «or».
    """
    keys = ArraySubquery(rows.values("pk")[:MOST_NAMES])
    return Q(Func(F(column), keys, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))
