"""The list of cases: which one comes first, filtered and paged by key."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import IN_REVIEW, ClaimStatus
from claims.models import ActionRequest, Claim
from kit.texts import Text
from review.access import barred_organizations
from review.models import ArbitrationCase, CaseItem, CaseParty

PAGE_SIZE = 25
_NEVER = date(9999, 12, 31)
_State = ArbitrationCase.State


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """One list of cases."""

    slug: str
    label: Text
    empty: Text


FILTERS = (
    CaseFilter("running", _("Running"), _("No partners contest the same product or subscription now.")),
    CaseFilter("mine", _("Mine"), _("You have taken no case. Open one from the list of running cases to take it.")),
    CaseFilter("ready", _("Ready to decide"), _("No case can be decided now.")),
    CaseFilter("answers", _("Waiting for answers"), _("No case waits for a partner's answer.")),
    CaseFilter("confirmation", _("Waiting for confirmation"), _("No proposed decision waits for a second reviewer.")),
    CaseFilter("closed", _("Closed"), _("No case has been closed yet.")),
)
_BY_SLUG = {each.slug: each for each in FILTERS}


@dataclass(slots=True)
class Row:
    """One case of the list, with its parties and items: those of now, or those that were decided on."""

    case: ArbitrationCase
    due_on: date | None
    overdue: bool
    waits: bool
    age: int
    parties: list[CaseParty] = field(default_factory=list)
    items: list[CaseItem] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Where the case stands, in words."""
        if self.case.is_closed:
            return self.case.get_outcome_display()
        if self.case.state == _State.PROPOSED:
            return self.case.get_state_display()
        return gettext("Waiting for answers") if self.waits else gettext("Ready to decide")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list and the key of the next one, empty on the last."""

    rows: list[Row]
    next_key: str
    is_first: bool


def filter_named(slug: str) -> CaseFilter:
    """The filter with this name; the first one for anything else."""
    return _BY_SLUG.get(slug, FILTERS[0])


def case_page(chosen: CaseFilter, *, user: User, now: datetime, after: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of cases, paged by key: running ones by due day, closed ones newest first. Three queries at any length.

    Cases with a partner from which the person is barred are left out.
    """
    cases = _filtered(chosen, user=user, now=now)
    key = _parse(after)
    closed = chosen.slug == "closed"
    if key is not None:
        on, pk = key
        behind = Q(place__lt=on) | Q(place=on, pk__lt=pk) if closed else Q(place__gt=on) | Q(place=on, pk__gt=pk)
        cases = cases.filter(behind)
    order = ("-place", "-pk") if closed else ("place", "pk")
    found = list(cases.order_by(*order).prefetch_related(*_related())[: size + 1])
    rows = [_row(case, now=now) for case in found[:size]]
    next_key = f"{found[size - 1].place.isoformat()}_{found[size - 1].pk}" if len(found) > size else ""  # type: ignore[attr-defined]
    return Page(rows, next_key, key is None)


def _filtered(chosen: CaseFilter, *, user: User, now: datetime) -> QuerySet[ArbitrationCase]:
    barred = CaseParty.objects.filter(case=OuterRef("pk"), claim__organization__in=barred_organizations(user))
    cases = ArbitrationCase.objects.filter(~Exists(barred)).select_related("tenant", "reviewer")
    cases = cases.annotate(waits=Exists(_asked(now)), due_on=Subquery(_due()))
    if chosen.slug == "closed":
        return cases.filter(state=_State.CLOSED).annotate(place=F("closed_at"))
    cases = cases.exclude(state=_State.CLOSED).annotate(place=Coalesce("due_on", Value(_NEVER)))
    return {
        "mine": cases.filter(reviewer=user),
        "ready": cases.filter(state=_State.OPEN, waits=False),
        "answers": cases.filter(state=_State.OPEN, waits=True),
        "confirmation": cases.filter(state=_State.PROPOSED),
    }.get(chosen.slug, cases)


def _asked(now: datetime) -> QuerySet[ActionRequest]:
    """Requests to parties of the case whose time to answer still runs."""
    parties = CaseParty.objects.filter(case=OuterRef(OuterRef("pk")), is_open=True).values("claim_id")
    asked = ActionRequest.objects.filter(claim__in=parties, closed_at=None)
    return asked.filter(Q(due_at__gt=now) | Q(claim__status=ClaimStatus.ACTION_REQUIRED))


def _due() -> QuerySet[Claim, Any]:
    """The earliest day by which Microsoft owes one of the parties an answer."""
    parties = CaseParty.objects.filter(case=OuterRef(OuterRef("pk")), is_open=True).values("claim_id")
    waiting = Claim.objects.filter(pk__in=parties, status__in=sorted(IN_REVIEW)).order_by()
    return waiting.annotate(all=Value(1)).values("all").annotate(due=Min("queue_due_on")).values("due")


def _related() -> list[Prefetch]:
    parties = CaseParty.objects.select_related("claim__organization").order_by("claim_id")
    items = CaseItem.objects.select_related("product", "subscription")
    return [Prefetch("parties", parties, to_attr="all_parties"), Prefetch("items", items, to_attr="all_items")]


def _row(case: ArbitrationCase, *, now: datetime) -> Row:
    due_on = None if case.is_closed else case.due_on  # type: ignore[attr-defined]
    end = case.closed_at or now
    row = Row(
        case,
        due_on,
        overdue=bool(due_on and due_on < timezone.localdate(now)),
        waits=case.waits,  # type: ignore[attr-defined]
        age=(end - case.opened_at).days,
    )
    row.parties = shown_parties(case, case.all_parties)  # type: ignore[attr-defined]
    row.items = shown_items(case, case.all_items)  # type: ignore[attr-defined]
    return row


def shown_parties(case: ArbitrationCase, parties: list[CaseParty]) -> list[CaseParty]:
    """Those that are in a running case, or were in a closed one when it was decided; all of one that was not decided."""
    if not case.is_closed:
        found = [party for party in parties if party.is_open]
    elif case.outcome == ArbitrationCase.Outcome.DECIDED:
        found = [party for party in parties if party.left_at is None]
    else:
        found = list(parties)
    return sorted(found, key=lambda party: (party.role != CaseParty.Role.HOLDER, party.claim_id))


def shown_items(case: ArbitrationCase, items: list[CaseItem]) -> list[CaseItem]:
    """The same of items."""
    if not case.is_closed:
        return [item for item in items if item.is_open]
    decided = [item for item in items if item.winner_id]
    return decided or list(items)


def _parse(key: str) -> tuple[date | datetime, int] | None:
    try:
        on, pk = key.split("_")
        number = int(pk)
        if "T" in on:
            moment = datetime.fromisoformat(on)
            return (moment, number) if moment.tzinfo and number < 2**63 else None
        return (date.fromisoformat(on), number) if number < 2**63 else None
    except (ValueError, OverflowError):
        return None
