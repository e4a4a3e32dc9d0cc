"""What the partner and the customer would get: the real rule runs, its mails are read, and everything is taken back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from claims.models import Claim, FixItem
from customers.consent import CONSENT_MAIL
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from review.decision.outcomes import Outcome
from review.decision.sending import send_decision

_MASK = "••••••"
_NUMBER = re.compile(r"(?<![\w-])[A-Z2-9]{4}(?:-[A-Z2-9]{4}){2}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it would be sent: to whom, the subject, the text; links that are secret are masked."""

    to: list[str]
    cc: list[str]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would set in motion; ``refusal`` says why it would be refused, and then there is nothing else."""

    refusal: RuleViolation | None = None
    letters: list[Letter] = field(default_factory=list)
    notice: Notice | None = None
    noticed: list[str] = field(default_factory=list)
    fix_list: list[FixItem] = field(default_factory=list)
    customer: Letter | None = None
    claim: Claim | None = None


def preview_decision(claim: Claim, *, outcome: Outcome, now: datetime, user: User, **sent: Any) -> Preview:
    """Send the decision inside a transaction that is taken back, and tell what it would bring about.

    Exact, because ``send_decision`` itself writes the mails. Afterwards every table is as before, and no mail is handed
    on: what waits for the commit goes with the transaction. ``sent`` is passed on to ``send_decision``.
    """
    try:
        with transaction.atomic():
            first_mail, first_notice = _newest(OutgoingEmail), _newest(Notice)
            decided = send_decision(claim, outcome=outcome, now=now, user=user, **sent)
            mails = OutgoingEmail.objects.filter(pk__gt=first_mail, reference=str(claim.pk)).order_by("pk")
            notices = Notice.objects.filter(pk__gt=first_notice, reference=str(claim.pk)).select_related("user")
            found = _told(decided, list(mails), list(notices))
            transaction.set_rollback(True)
    except RuleViolation as refusal:
        return Preview(refusal=refusal)
    return found


def _told(claim: Claim, mails: list[OutgoingEmail], notices: list[Notice]) -> Preview:
    request = claim.action_requests.filter(closed_at=None).first()
    items = request.items.select_related("product", "document") if request else FixItem.objects.none()
    customers = [_letter(mail) for mail in mails if mail.kind == CONSENT_MAIL]
    return Preview(
        letters=_letters(mail for mail in mails if mail.kind != CONSENT_MAIL),
        notice=notices[0] if notices else None,
        noticed=[notice.user.get_full_name() for notice in notices],
        fix_list=list(items),
        customer=customers[0] if customers else None,
        claim=claim,
    )


def _letters(mails: Iterable[OutgoingEmail]) -> list[Letter]:
    """Mails that say the same become one letter to several people, although each gets its own."""
    found: dict[tuple[str, str], Letter] = {}
    for mail in mails:
        found.setdefault((mail.subject, mail.text), Letter([], [], mail.subject, mail.text)).to.extend(mail.to)
    return list(found.values())


def _letter(mail: OutgoingEmail) -> Letter:
    return Letter(list(mail.to), list(mail.cc), mail.subject, mask_secret_links(mail.text))


def mask_secret_links(text: str) -> str:
    """The text without what is drawn anew when it is sent: the secret part of a consent mail's links, and its number."""
    place = re.escape(reverse("consent", args=["0"]).removesuffix("0/"))
    return _NUMBER.sub(_MASK, re.sub(rf"({place})[\w-]{{40,}}", rf"\1{_MASK}", text))


def _newest(table: type[OutgoingEmail] | type[Notice]) -> int:
    newest = table.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
