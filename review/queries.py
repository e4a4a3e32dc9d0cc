"""The reviewers' queue: which claims wait for whom, and which comes first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from claims.enums import DECIDED, IN_REVIEW, ClaimAction, ClaimStatus
from claims.models import Association, Claim, ClaimEvent, ClaimLine, LineSubscription

PAGE_SIZE = 25
RECENT_DAYS = 30
_NO_DUE_DATE = date(9999, 12, 31)


class Order(StrEnum):
    """What a tab is sorted by; every order ends with the claim id, so that a key names one place in it."""

    REVIEW = "review"
    PARTNER = "partner"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the queue."""

    slug: str
    label: str
    statuses: frozenset[str]
    order: Order = Order.REVIEW


TABS = (
    Tab("open", "To decide", IN_REVIEW),
    Tab("submitted", "Submitted", frozenset({ClaimStatus.SUBMITTED})),
    Tab("under-review", "Under review", frozenset({ClaimStatus.UNDER_REVIEW})),
    Tab("disputed", "Disputed", frozenset({ClaimStatus.DISPUTED})),
    Tab("partner", "Waiting for partner", frozenset({ClaimStatus.ACTION_REQUIRED}), Order.PARTNER),
    Tab("decided", "Decided lately", DECIDED, Order.DECIDED),
)
_BY_SLUG = {tab.slug: tab for tab in TABS}


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of the queue; ``claim`` carries ``product_count`` and ``conflict``."""

    claim: Claim
    overdue: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a tab and the key of the next one, empty on the last. There is no total: it would cost."""

    rows: list[Row]
    next_key: str
    is_first: bool


def tab_named(slug: str) -> Tab:
    """The tab with this slug; the first one for anything else."""
    return _BY_SLUG.get(slug, TABS[0])


def queue_page(tab: Tab, *, now: datetime, after: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of a tab in its order, paged by key. One query, however many rows.

    Claims in review come by due date, those whose review has not started behind them by time of submission
    (R162); claims that wait for the partner by the end of its 30 days; decided ones of the last 30 days newest
    first.
    ``after`` is a key of an earlier page; a key that makes no sense begins at the first page.
    """
    claims = _ordered(tab, now=now)
    key = _parse(after)
    if key is not None:
        claims = claims.filter(_behind(tab.order, *key))
    found = list(claims[: size + 1])
    shown = found[:size]
    today = timezone.localdate(now)
    next_key = _key(shown[-1]) if len(found) > size else ""
    return Page([Row(claim, is_overdue(claim, today=today)) for claim in shown], next_key, key is None)


def next_claim(reviewer: User, *, besides: Claim, now: datetime) -> Claim | None:
    """The most urgent claim that nobody else reviews, other than ``besides``; None when all is done.

    A disputed claim does not come up for whoever rejected it, since another reviewer decides on it (Q49).
    """
    free = Q(reviewer=None) | Q(reviewer=reviewer)
    own_rejection = ClaimEvent.objects.filter(claim=OuterRef("pk"), action=ClaimAction.REJECT, actor=reviewer)
    others = _ordered(TABS[0], now=now).filter(free).exclude(pk=besides.pk)
    return others.exclude(Exists(own_rejection), status=ClaimStatus.DISPUTED).first()


def is_overdue(claim: Claim, *, today: date) -> bool:
    """Whether the five business days of the review have passed without an answer (R162)."""
    return claim.is_in_review and claim.review_due_on is not None and claim.review_due_on < today


def _ordered(tab: Tab, *, now: datetime) -> QuerySet[Claim]:
    claims = Claim.objects.filter(status__in=sorted(tab.statuses)).select_related("organization", "reviewer")
    lines = ClaimLine.objects.filter(claim=OuterRef("pk"))
    counted = lines.values("claim").annotate(n=Count("pk")).values("n")
    claims = claims.annotate(product_count=Coalesce(Subquery(counted), Value(0)), conflict=has_rivals())
    never = Value(_NO_DUE_DATE)
    if tab.order == Order.DECIDED:
        recent = claims.filter(decided_at__gte=now - timedelta(days=RECENT_DAYS))
        return recent.annotate(place_on=never, place_at=F("decided_at")).order_by("-place_at", "-pk")
    if tab.order == Order.PARTNER:
        return claims.annotate(place_on=never, place_at=F("action_due_at")).order_by("place_at", "pk")
    placed = claims.annotate(place_on=Coalesce("review_due_on", never), place_at=Coalesce("submitted_at", "created_at"))
    return placed.order_by("place_on", "place_at", "pk")


def _behind(order: Order, on: date, at: datetime, pk: int) -> Q:
    if order == Order.DECIDED:
        return Q(place_at__lt=at) | Q(place_at=at, pk__lt=pk)
    later = Q(place_at__gt=at) | Q(place_at=at, pk__gt=pk)
    return later if order == Order.PARTNER else Q(place_on__gt=on) | (Q(place_on=on) & later)


def _key(claim: Claim) -> str:
    return f"{claim.place_on.isoformat()}_{claim.place_at.isoformat()}_{claim.pk}"  # type: ignore[attr-defined]


def _parse(key: str) -> tuple[date, datetime, int] | None:
    try:
        on, at, pk = key.split("_")
        moment = datetime.fromisoformat(at)
        return (date.fromisoformat(on), moment, int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def has_rivals() -> Exists:
    """Condition on claims: another partner holds or claims a product or subscription of it (R163, R170).

    The same question as ``claims.eligibility.rivals_of``, for a whole page in one query.
    """
    others = ~Q(organization=OuterRef("organization"))
    same_workload = {"tenant": OuterRef("tenant"), "product": OuterRef("product")}
    held = Association.objects.filter(others, ended_at=None, exclusive=True)
    by_workload = ClaimLine.objects.filter(incentive=True, by_subscription=False)
    workloads = by_workload.filter(claim=OuterRef("pk")).filter(
        Exists(by_workload.filter(others, live=True, **same_workload))
        | Exists(held.filter(subscription=None, **same_workload))
    )
    same_subscription = {"subscription": OuterRef("subscription")}
    subscriptions = LineSubscription.objects.filter(line__claim=OuterRef("pk"), incentive=True).filter(
        Exists(LineSubscription.objects.filter(others, live=True, incentive=True, **same_subscription))
        | Exists(held.filter(**same_subscription))
    )
    return Exists(workloads) | Exists(subscriptions)  # type: ignore[return-value]
