"""What the mails to the people at the desk look like."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import CustomerTrouble
from claims.models import Claim
from notifications.registry import RegisteredMessage, Sample
from review.digest import KIND, render_digest
from review.digest_parts import Item, Part, Team
from review.escalation import DUE, OVERDUE, render_alert
from review.not_reached import KIND as NOT_REACHED
from review.not_reached import in_words

_TODAY = date(2026, 3, 25)
_LATE = Item(999_998, "Dynamics for CompanyX", date(2026, 3, 23), 0)  # unread
_DUE = Item(999_999, "M365 for CompanyX", _TODAY, 0)  # unread


def registered() -> Iterator[RegisteredMessage]:
    """The messages of the desk, for the list that staff read."""
    yield RegisteredMessage(
        code="desk-digest",
        title=_("Morning list"),
        when=_("On business days, from the hour that is set; nothing is sent when there is nothing to say."),
        to=_("Each reviewer with claims of its own; leads also read how the team stands."),
        kinds=(KIND.code,),
        mailed=True,
        in_portal=False,
        make=lambda language: [_digest()],
    )
    yield RegisteredMessage(
        code="desk-alert",
        title=_("Reviews due and overdue"),
        when=_(
            "On the morning of the day on which a review is due, and once that day has passed; once for each claim and day."
        ),
        to=_(
            "The reviewer who has the claim; the leads once it is overdue, or when nobody has it; administrators where no lead may know of it."
        ),
        kinds=(DUE.code, OVERDUE.code),
        mailed=True,
        in_portal=True,
        make=lambda language: [_alert(gettext("Due today"), _DUE), _alert(gettext("Overdue"), _LATE)],
    )
    yield RegisteredMessage(
        code="desk-not-reached",
        title=_("Customer not reached"),
        when=_(
            "The message to the customer of an approved claim is not delivered, or reaches the wrong person, also when that "
            "one names a colleague."
        ),
        to=_("The reviewer who approved the claim, or the leads when that one decides no longer."),
        kinds=(NOT_REACHED.code,),
        mailed=False,
        in_portal=True,
        make=lambda language: [_not_reached(trouble) for trouble in (*CustomerTrouble, None)],
    )


def _not_reached(trouble: CustomerTrouble | None) -> Sample:
    claim = Claim(pk=999_999, name="M365 for CompanyX", customer_domain="companyx.example")  # unread
    title, body = in_words(claim, trouble=trouble)
    label = trouble.label if trouble else gettext("Handed over by the customer")
    return Sample(label, title, notice=f"{title}\n{body}")


def _alert(heading: str, item: Item) -> Sample:
    subject, text, html = render_alert([Part(heading, items=[item])], today=_TODAY)
    notice = gettext("Review {state}: {name} ({claim})").format(
        state=heading.lower(), name=item.name, claim=item.claim_id
    )
    return Sample(heading, subject, text, html, notice=notice)


def _digest() -> Sample:
    parts = [
        Part(gettext("Overdue"), short=gettext("overdue"), items=[_LATE]),
        Part(gettext("Due today"), short=gettext("due today"), items=[_DUE]),
    ]
    person = User(full_name="Robin Reviewer", email="robin@microsoft.example")  # unread
    late = replace(_LATE, reviewer=person.get_full_name(), standing=gettext("overdue"))
    due = replace(_DUE, reviewer=gettext("nobody has it"), standing=gettext("due today"))
    theirs = [Part(gettext("Overdue"), items=[late], unread=2), Part(gettext("Due today"), items=[due], unread=4)]
    team = Team(waiting=42, overdue=3, due_today=5, unassigned=7, lost=1, cases=1, looks=2, parts=theirs)
    return Sample(gettext("To a lead"), *render_digest(person, parts=parts, team=team, today=_TODAY))
