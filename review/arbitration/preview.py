"""What a decision of a case would send: the real rules run, their letters are read, and everything is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from claims.actors import Actor
from customers.consent import CONSENT_MAIL
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from review.arbitration.carrying_out import carry_out
from review.arbitration.deciding import checked_fates
from review.arbitration.plans import Fate, Plan
from review.arbitration.room import locked_room
from review.decision.preview import Letter, mask_secret_links
from review.models import ArbitrationCase


@dataclass(slots=True)
class Told:
    """What one party is told, and what the customer is asked because of it."""

    fate: Fate
    letters: list[Letter] = field(default_factory=list)
    notice: Notice | None = None
    customer: Letter | None = None


@dataclass(slots=True)
class CasePreview:
    """What a decision would set in motion; ``refusal`` says why it would be refused, and then there is nothing else."""

    refusal: RuleViolation | None = None
    told: list[Told] = field(default_factory=list)

    @property
    def needs_second(self) -> bool:
        """Whether a second reviewer must confirm."""
        return any(each.fate.loses_hold for each in self.told)


def preview_case(
    case: ArbitrationCase, *, plan: Plan, reason: str, seen: Mapping[str, Any], user: User, now: datetime
) -> CasePreview:
    """Carry the decision out in a transaction that is taken back, and tell what each partner would get.

    Exact, because the rules themselves write the letters. Afterwards every table is as before, and no mail is handed on.
    """
    try:
        with transaction.atomic():
            first_mail, first_notice = _newest(OutgoingEmail), _newest(Notice)
            room = locked_room(case.pk)
            fates = checked_fates(room, plan, reason=reason, seen=seen, user=user, now=now)
            carry_out(room.case, fates, items=room.items, actor=Actor.reviewer(user), now=now)
            keys = [str(fate.party.claim_id) for fate in fates]
            mails = list(OutgoingEmail.objects.filter(pk__gt=first_mail, reference__in=keys).order_by("pk"))
            notices = list(Notice.objects.filter(pk__gt=first_notice, reference__in=keys).order_by("pk"))
            found = CasePreview(told=[_told(fate, mails, notices) for fate in fates])
            transaction.set_rollback(True)
    except RuleViolation as refusal:
        return CasePreview(refusal=refusal)
    return found


def _told(fate: Fate, mails: list[OutgoingEmail], notices: list[Notice]) -> Told:
    key = str(fate.party.claim_id)
    letters: dict[tuple[str, str], Letter] = {}
    told = Told(fate)
    for mail in (each for each in mails if each.reference == key):
        if mail.kind == CONSENT_MAIL:
            told.customer = Letter(list(mail.to), list(mail.cc), mail.subject, mask_secret_links(mail.text))
        else:
            letters.setdefault((mail.subject, mail.text), Letter([], [], mail.subject, mail.text)).to.extend(mail.to)
    told.letters = list(letters.values())
    own = [notice for notice in notices if notice.reference == key]
    told.notice = own[-1] if own else None
    return told


def _newest(table: type[OutgoingEmail] | type[Notice]) -> int:
    newest = table.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
