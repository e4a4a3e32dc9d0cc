"""What the mails to the people at the desk look like."""

from collections.abc import Iterator
from datetime import date

from accounts.models import User
from notifications.registry import RegisteredMessage, Sample
from review.digest import KIND, render_digest
from review.digest_parts import Item, Part, Team
from review.escalation import DUE, OVERDUE, render_alert
from review.not_reached import KIND as NOT_REACHED

_TODAY = date(2026, 3, 25)
_LATE = Item(999_998, "Dynamics for CompanyX", date(2026, 3, 23), 0)
_DUE = Item(999_999, "M365 for CompanyX", _TODAY, 0)


def registered() -> Iterator[RegisteredMessage]:
    """The messages of the desk, for the list that staff read."""
    yield RegisteredMessage(
        code="desk-digest",
        title="Morning list",
        when="On business days, from the hour that is set; nothing is sent when there is nothing to say.",
        to="Each reviewer with claims of its own; leads also read how the team stands.",
        kinds=(KIND.code,),
        mailed=True,
        in_portal=False,
        make=lambda language: [_digest()],
    )
    yield RegisteredMessage(
        code="desk-alert",
        title="Reviews due and overdue",
        when="On the morning of the day on which a review is due, and once that day has passed; once for each claim and day.",
        to="The reviewer who has the claim; the leads once it is overdue, or when nobody has it.",
        kinds=(DUE.code, OVERDUE.code),
        mailed=True,
        in_portal=True,
        make=lambda language: [_alert("Due today", _DUE), _alert("Overdue", _LATE)],
    )
    yield RegisteredMessage(
        code="desk-not-reached",
        title="Customer not reached",
        when="The message to the customer of an approved claim is not delivered, or reaches the wrong person.",
        to="The reviewer who approved the claim, or the leads when that one decides no longer.",
        kinds=(NOT_REACHED.code,),
        mailed=False,
        in_portal=True,
        make=lambda language: [Sample(NOT_REACHED.label, NOT_REACHED.label, notice=NOT_REACHED.description)],
    )


def _alert(heading: str, item: Item) -> Sample:
    subject, text, html = render_alert([Part(heading, items=[item])], today=_TODAY)
    return Sample(heading, subject, text, html, notice=f"Review {heading.lower()}: {item.name} ({item.claim_id})")


def _digest() -> Sample:
    parts = [
        Part("Overdue", short="overdue", items=[_LATE]),
        Part("Due today", short="due today", items=[_DUE]),
    ]
    lost = Part("Overdue without reviewer", items=[_LATE])
    team = Team(waiting=42, overdue=3, due_today=5, unassigned=7, cases=1, looks=2, lost=lost)
    person = User(full_name="Robin Reviewer", email="robin@microsoft.example")
    return Sample("To a lead", *render_digest(person, parts=parts, team=team, today=_TODAY))
