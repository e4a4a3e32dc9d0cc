"""How a message about a claim is declared, composed and told: a notice in the portal, and mail where it matters (Q45)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from claims.enums import ClaimAction
from claims.letters import Block, as_sentence
from claims.models import Claim, ClaimEvent
from kit.templatetags.portal import written
from kit.texts import Text
from notifications.notices import notify
from notifications.outbox import enqueue
from notifications.preferences import wanting_mail
from notifications.rendering import render_mail
from partners.organization.people import addresses_inside, still_working_for


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says: its title, and the paragraphs and lists below it."""

    title: str
    paragraphs: Sequence[Block]


Compose = Callable[..., Letter]


@dataclass(frozen=True, slots=True)
class ClaimMessage:
    """One message of the process. Calling it tells it; ``compose`` only writes the letter.

    ``title`` names it for staff, ``when`` says in words when it is told, ``actions`` which rows of history it goes with.
    One with ``mail=False`` asks nothing of anybody, so it stands in the portal only.
    """

    compose: Compose
    actions: tuple[ClaimAction, ...]
    title: Text
    when: Text
    mail: bool

    @property
    def name(self) -> str:
        """The name by which previews find it."""
        return self.compose.__name__

    def __call__(self, claim: Claim, *, event: ClaimEvent, **facts: Any) -> None:
        """Write the notices and queue the mail about one row of history. Needs an open transaction."""
        _tell(claim, event=event, letter=self.compose(claim, event=event, **facts), mail=self.mail)


MESSAGES: list[ClaimMessage] = []


def message(*actions: ClaimAction, title: Text, when: Text, mail: bool = True) -> Callable[[Compose], ClaimMessage]:
    """Declare a message by the function that composes its letter."""

    def declare(compose: Compose) -> ClaimMessage:
        declared = ClaimMessage(compose, actions, title, when, mail)
        MESSAGES.append(declared)
        return declared

    return declare


def render(claim: Claim, letter: Letter) -> tuple[str, str, str]:
    """Subject, text and HTML of the letter about a claim."""
    context = {
        "claim": claim,
        "title": letter.title,
        "paragraphs": letter.paragraphs,
        "link": settings.PORTAL_URL + claim.get_absolute_url(),
        "settings_link": settings.PORTAL_URL + reverse("notification-settings"),
    }
    return render_mail("claim_update", context)


def day(value: date | None) -> str:
    """A date as mails print it: «March 25, 2020» (R030), a moment with its time and zone; empty for none."""
    if isinstance(value, datetime):
        return written(localtime(value), "until")
    return written(value) if value else ""


def _tell(claim: Claim, *, event: ClaimEvent, letter: Letter, mail: bool) -> None:
    """One message per event and address, however often it is called.

    It goes to the creator, or to the Incentive Admins once the creator has left the organisation, and to the contact that
    the partner named. The notice always comes; whoever has an account and switched this kind of mail off gets none (Q45).
    """
    kind = f"claim.{event.action}"
    people = still_working_for(claim.organization, user=claim.created_by)
    notify(
        users=people, kind=kind, title=f"{letter.title}: {claim.name} ({claim.pk})", body=as_sentence(letter.paragraphs),
        url=claim.get_absolute_url(), reference=str(claim.pk), now=event.at,
    )  # fmt: skip
    if not mail:
        return
    contacts = addresses_inside(claim.organization, addresses=[claim.partner_contact_email])
    addresses = dict.fromkeys([*(person.email.lower() for person in people), *contacts])
    wanting = wanting_mail(addresses, kind=kind)
    if not wanting:
        return
    subject, text, html = render(claim, letter)
    for address in wanting:
        enqueue(
            kind=kind, to=[address], subject=subject, text=text, html=html, reference=str(claim.pk),
            dedupe_key=f"claim-event:{event.pk}:{address}", now=event.at,
        )  # fmt: skip
