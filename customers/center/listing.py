"""The associations of the consent center, page by page: what stands first, then what has ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from customers.consent.taking_back import item_restorable_until, restorable_until
from customers.models import ConsentItem, ConsentRequest

PAGE = 25
_ENDED = ~Q(denied_at=None) | ~Q(withdrawn_at=None)
_PAST = Case(When(_ENDED, then=Value(1)), default=Value(0), output_field=IntegerField())


class State(StrEnum):
    """How an association stands, for its customer."""

    ON_ITS_WAY = "on_its_way"
    OPT_OUT = "opt_out"
    IN_EFFECT = "in_effect"
    NOT_ASKED = "not_asked"
    UNDELIVERED = "undelivered"
    WRONG_PERSON = "wrong_person"
    DENIED = "denied"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """One association and what may be done about it by the address that looks at it.

    ``restorable_until`` is for what was denied, the whole or parts of it; None when nothing can be taken back.
    """

    consent: ConsentRequest
    state: State
    items: list[ConsentItem]
    may_deny: bool
    may_confirm: bool
    restorable_until: datetime | None
    is_addressed: bool

    @property
    def is_past(self) -> bool:
        """Whether it belongs below those that stand."""
        return not self.consent.stands


@dataclass(frozen=True, slots=True)
class Page:
    """Some associations, and the key of the next page; empty on the last one."""

    rows: list[Row]
    after: str
    is_first: bool


def state_of(consent: ConsentRequest, *, now: datetime) -> State:
    """How an association stands at ``now``. Days that have passed count, whatever became of later messages."""
    if consent.denied_at:
        return State.DENIED
    if consent.withdrawn_at:
        return State.ENDED
    if not consent.asks:
        return State.NOT_ASKED
    if not consent.window_is_open(now):
        return State.IN_EFFECT
    if consent.undeliverable_at:
        return State.UNDELIVERED
    if consent.wrong_person_at:
        return State.WRONG_PERSON
    return State.OPT_OUT if consent.opt_out_until else State.ON_ITS_WAY


def page_of(requests: QuerySet[ConsentRequest], *, email: str, after: str, now: datetime) -> Page:
    """The page behind the association with the key ``after``, or the first page for a key that is none."""
    ordered = requests.annotate(past=_PAST).order_by("past", "-asked_at", "-pk")
    last = ordered.filter(pk=int(after)).first() if after.isascii() and after.isdigit() and len(after) < 18 else None
    rows = ordered
    if last is not None:
        behind = Q(past__gt=last.past) | Q(past=last.past, asked_at__lt=last.asked_at)
        rows = ordered.filter(behind | Q(past=last.past, asked_at=last.asked_at, pk__lt=last.pk))
    found = list(rows.prefetch_related("items")[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    shown = [row_of(consent, email=email, now=now) for consent in found[:PAGE]]
    return Page(shown, more, last is None)


def row_of(consent: ConsentRequest, *, email: str, now: datetime) -> Row:
    """What the center shows of one association to the address ``email``."""
    open_question = consent.asks and consent.stands
    items = list(consent.items.all())
    ends = [restorable_until(consent)]
    if open_question:
        ends += [item_restorable_until(consent, item) for item in items]
    until = max((end for end in ends if end), default=None)
    return Row(
        consent=consent,
        state=state_of(consent, now=now),
        items=items,
        may_deny=open_question,
        may_confirm=open_question and consent.consented_at is None,
        restorable_until=until if until and now < until else None,
        is_addressed=open_question and consent.customer_email.lower() == email.lower(),
    )
