"""What the customer answers: it denies, in whole or in part, or consents in so many words.

In every rule the claim behind the request follows through ``consent_moved`` before the request itself is written: the
receiver locks the claim first, which is the order in which claims end.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.consent.asking import CONSENT_MAIL
from customers.consent.record import note
from customers.enums import ConsentStep, DenialReason
from customers.models import ConsentItem, ConsentRequest
from customers.signals import ConsentMove, move_claim
from kit.errors import RuleViolation, StaleRecord
from notifications.outbox import withhold_all

ENDED = _("This association has ended already. There is nothing to deny.")
NOT_ASKED = _("No consent is needed for this association, so there is nothing to answer.")
STALE = _("This request was answered in the meantime. Open it again to see how it stands.")
COMMENT_LENGTH = 2000


def deny(
    consent: ConsentRequest,
    *,
    reasons: Iterable[str],
    comment: str,
    share_comment: bool,
    now: datetime,
    by: str = "",
) -> None:
    """The customer denies or cancels the association, at any time (R182, R183, Q37); ``consent`` is brought up to date.

    The claim behind it ends in the same transaction. Denying twice changes nothing. ``by`` is the address that acted,
    where it is known. Raises RuleViolation without a known reason, with too long a comment, or when the association has
    ended otherwise.
    """
    chosen = check_answer(reasons, comment)
    try:
        with transaction.atomic():
            _deny(consent.pk, chosen=chosen, comment=comment.strip(), share=share_comment, by=by, now=now)
    except RuleViolation:
        consent.refresh_from_db()
        if consent.denied_at is None:
            raise
    else:
        consent.refresh_from_db()


def deny_items(
    consent: ConsentRequest,
    *,
    keys: Collection[str],
    reasons: Iterable[str],
    comment: str,
    share_comment: bool,
    now: datetime,
    by: str = "",
) -> None:
    """The customer denies some products or subscriptions of the association and keeps the rest (F7, Q38).

    When nothing would be left it denies the whole. The reasons stand in the record and in the claim's history. Raises
    RuleViolation for no item, one that is not part of the association (any more), and as ``deny`` does.
    """
    chosen = check_answer(reasons, comment)
    standing = {item.key: item for item in consent.items.filter(ended_at=None)}
    if not keys or not set(keys) <= {key for key in standing if key}:
        raise RuleViolation(gettext("Choose one or more of the products and subscriptions that are associated now."))
    if set(keys) == set(standing):
        deny(consent, reasons=reasons, comment=comment, share_comment=share_comment, now=now, by=by)
        return
    said = {"reasons": chosen, "comment": comment.strip(), "shared": share_comment and bool(comment.strip())}
    texts = [standing[key].text for key in sorted(keys)]
    with transaction.atomic():
        fresh = _standing_request(consent.pk)
        move_claim(fresh, ConsentMove.ITEMS_DENIED, now=now, items=sorted(keys), **said)
        going = ConsentItem.objects.filter(consent=fresh, key__in=keys, ended_at=None)
        if going.update(ended_at=now, end=ConsentItem.End.DENIED) != len(set(keys)):
            raise StaleRecord(str(STALE))
        note(fresh, ConsentStep.DENIED_PART, now=now, by=by, items=texts, **said)
    consent.refresh_from_db()


def confirm(consent: ConsentRequest, *, now: datetime, by: str) -> None:
    """The customer consents in so many words (F7). Nobody has to (R182), and a denial stays possible; twice is fine.

    Raises RuleViolation when the association has ended, or was never asked about.
    """
    with transaction.atomic():
        fresh = _standing_request(consent.pk)
        if fresh.consented_at is None:
            fresh.consented_at = now
            move_claim(fresh, ConsentMove.CONSENTED, now=now)
            first = ConsentRequest.objects.filter(pk=fresh.pk, consented_at=None, denied_at=None, withdrawn_at=None)
            if not first.update(consented_at=now):
                raise StaleRecord(str(STALE))
            note(fresh, ConsentStep.CONSENTED, now=now, by=by)
    consent.refresh_from_db()


def comment_too_long() -> str:
    """The sentence for a comment above the limit, with the number as the language writes it."""
    return gettext("Keep the comment within %(count)s characters.") % {"count": intcomma(COMMENT_LENGTH)}


def check_answer(reasons: Iterable[str], comment: str) -> list[str]:
    """The reasons in their fixed order. Raises RuleViolation without a known one, or with too long a comment (Q37)."""
    given = set(reasons)
    chosen = [reason for reason in DenialReason.values if reason in given]
    if not chosen:
        raise RuleViolation(gettext("Choose at least one reason."))
    if len(comment) > COMMENT_LENGTH:
        raise RuleViolation(comment_too_long())
    return chosen


def _standing_request(pk: int) -> ConsentRequest:
    consent = ConsentRequest.objects.get(pk=pk)
    if not consent.asks:
        raise RuleViolation(str(NOT_ASKED))
    if not consent.stands:
        raise RuleViolation(str(ENDED))
    return consent


def _deny(pk: int, *, chosen: list[str], comment: str, share: bool, by: str, now: datetime) -> None:
    consent = ConsentRequest.objects.get(pk=pk)
    if consent.denied_at:
        return
    if not consent.asks:
        raise RuleViolation(str(NOT_ASKED))
    if consent.withdrawn_at:
        raise RuleViolation(str(ENDED))
    answer = {
        "denied_at": now,
        "denial_reasons": chosen,
        "comment": comment,
        "share_comment": share and bool(comment),
    }
    for name, value in answer.items():
        setattr(consent, name, value)
    move_claim(consent, ConsentMove.DENIED, now=now)
    if not ConsentRequest.objects.filter(pk=pk, denied_at=None, withdrawn_at=None).update(**answer, consented_at=None):
        raise StaleRecord(str(STALE))
    note(consent, ConsentStep.DENIED, now=now, by=by, reasons=chosen, comment=comment, shared=answer["share_comment"])
    withhold_all(kind=CONSENT_MAIL, reference=consent.reference)
