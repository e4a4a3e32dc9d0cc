"""The record that a customer can print: every association, and every line of what was told and done."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from customers.center.codes import masked
from customers.center.listing import State, state_of
from customers.consent.telling import tell
from customers.models import ConsentItem, ConsentRequest


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


def record_of(requests: QuerySet[ConsentRequest], *, masks: bool, now: datetime) -> list[Entry]:
    """The record of these associations, the newest first. ``masks`` hides addresses from who is not of the tenant."""

    def show(email: str) -> str:
        return masked(email) if masks and email else email

    found = requests.order_by("-asked_at", "-pk").prefetch_related("items", "links", "events")
    return [
        Entry(
            consent=consent,
            state=state_of(consent, now=now),
            items=list(consent.items.all()),
            numbers=[link.reference_number for link in consent.links.all()],
            lines=[
                Line(utc(event.at), tell(event, show=show), event.data.get("comment", ""), show(event.by))
                for event in consent.events.all()
            ],
        )
        for consent in found
    ]


def utc(moment: datetime) -> str:
    """A moment in UTC, the same in every language: 2026-11-24 10:00:05 UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
