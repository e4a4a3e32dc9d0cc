"""The record that a customer can print: every association, and every line of what was told and done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from customers.center.codes import masked
from customers.center.listing import State, state_of
from customers.consent.telling import tell
from customers.models import ConsentEvent, ConsentItem, ConsentRequest
from notifications.addresses import same_address


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when in UTC, what, and which address did it."""

    at: str
    what: str
    comment: str
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One association in the record."""

    consent: ConsentRequest
    state: State
    items: list[ConsentItem]
    numbers: list[str]
    lines: list[Line]


def record_of(requests: QuerySet[ConsentRequest], *, email: str, everything: bool, now: datetime) -> list[Entry]:
    """The record of these associations, the newest first, as ``email`` may read it.

    Unless it is of the tenant (``everything``) addresses are hidden from it, and reasons and comments of others where it is
    not the present contact (``customers.belonging.may_read_answer``).
    """

    def show(address: str) -> str:
        return address if everything or not address else masked(address)

    found = requests.order_by("-asked_at", "-pk").prefetch_related("items", "links", "events")
    return [
        Entry(
            consent=consent,
            state=state_of(consent, now=now),
            items=list(consent.items.all()),
            numbers=[link.reference_number for link in consent.links.all()],
            lines=[
                _line(
                    event,
                    show=show,
                    answer=everything or any(same_address(email, each) for each in (consent.customer_email, event.by)),
                )
                for event in consent.events.all()
            ],
        )
        for consent in found
    ]


def _line(event: ConsentEvent, *, show: Callable[[str], str], answer: bool) -> Line:
    comment = event.data.get("comment", "") if answer else ""
    return Line(utc(event.at), tell(event, show=show, reasons=answer), comment, show(event.by))


def utc(moment: datetime) -> str:
    """A moment in UTC, the same in every language: 2026-11-24 10:00:05 UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
