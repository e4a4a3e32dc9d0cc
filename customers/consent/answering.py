"""What the customer answers: it denies, in whole or in part, takes that back, or consents in so many words.

In every rule the claim behind the request follows through ``consent_moved`` before the request itself is written: the
receiver locks the claim first, which is the order in which claims end.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from customers.consent.asking import CONSENT_MAIL
from customers.consent.record import note
from customers.enums import ConsentStep, DenialReason
from customers.models import ConsentItem, ConsentRequest
from customers.signals import ConsentMove, consent_moved
from kit.errors import RuleViolation, StaleRecord
from notifications.outbox import withhold_all

ENDED = "This association has ended already. There is nothing to deny."
NOT_ASKED = "No consent is needed for this association, so there is nothing to answer."
STALE = "This request was answered in the meantime. Open it again to see how it stands."
TOO_LATE = (
    "A denial can be taken back only until {:%B} {}, {}. To be associated again, ask the partner to file a new claim."
)
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
    chosen = _chosen(reasons, comment)
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
    chosen = _chosen(reasons, comment)
    standing = {item.key: item for item in consent.items.filter(ended_at=None)}
    if not keys or not set(keys) <= {key for key in standing if key}:
        raise RuleViolation("Choose one or more of the products and subscriptions that are associated now.")
    if set(keys) == set(standing):
        deny(consent, reasons=reasons, comment=comment, share_comment=share_comment, now=now, by=by)
        return
    said = {"reasons": chosen, "comment": comment.strip(), "shared": share_comment and bool(comment.strip())}
    texts = [standing[key].text for key in sorted(keys)]
    with transaction.atomic():
        fresh = _standing_request(consent.pk)
        consent_moved.send(
            sender=ConsentRequest, consent=fresh, move=ConsentMove.ITEMS_DENIED, now=now, items=sorted(keys), **said
        )
        going = ConsentItem.objects.filter(consent=fresh, key__in=keys, ended_at=None)
        if going.update(ended_at=now, end=ConsentItem.End.DENIED) != len(set(keys)):
            raise StaleRecord(STALE)
        note(fresh, ConsentStep.DENIED_PART, now=now, by=by, items=texts, **said)
    consent.refresh_from_db()


def restore(consent: ConsentRequest, *, now: datetime, by: str) -> None:
    """The customer takes its denial back, within the days to opt out (F7): the association is as it was before.

    Raises RuleViolation after those days, when nothing was denied, and when another partner has been associated meanwhile.
    """
    with transaction.atomic():
        fresh = ConsentRequest.objects.get(pk=consent.pk)
        if fresh.denied_at is None:
            raise RuleViolation("Nothing was denied here, so there is nothing to take back.")
        until = restorable_until(fresh)
        if until is None or now >= until:
            end = until or fresh.denied_at
            raise RuleViolation(TOO_LATE.format(end, end.day, end.year))
        denied_at, fresh.denied_at, fresh.denial_reasons = fresh.denied_at, None, []
        consent_moved.send(sender=ConsentRequest, consent=fresh, move=ConsentMove.RESTORED, now=now)
        same = ConsentRequest.objects.filter(pk=fresh.pk, denied_at=denied_at, withdrawn_at=None)
        cleared = {"denied_at": None, "denial_reasons": [], "comment": "", "share_comment": False}
        if not same.update(**cleared):
            raise StaleRecord(STALE)
        note(fresh, ConsentStep.RESTORED, now=now, by=by)
    consent.refresh_from_db()


def restorable_until(consent: ConsentRequest) -> datetime | None:
    """Until when a denial can be taken back: the end of the days to opt out; None when nothing was denied."""
    if consent.denied_at is None:
        return None
    return consent.opt_out_until or consent.denied_at + timedelta(days=settings.OPT_OUT_DAYS)


def confirm(consent: ConsentRequest, *, now: datetime, by: str) -> None:
    """The customer consents in so many words (F7). Nobody has to (R182), and a denial stays possible; twice is fine.

    Raises RuleViolation when the association has ended, or was never asked about.
    """
    with transaction.atomic():
        fresh = _standing_request(consent.pk)
        if fresh.consented_at is None:
            fresh.consented_at = now
            consent_moved.send(sender=ConsentRequest, consent=fresh, move=ConsentMove.CONSENTED, now=now)
            first = ConsentRequest.objects.filter(pk=fresh.pk, consented_at=None, denied_at=None, withdrawn_at=None)
            if not first.update(consented_at=now):
                raise StaleRecord(STALE)
            note(fresh, ConsentStep.CONSENTED, now=now, by=by)
    consent.refresh_from_db()


def _chosen(reasons: Iterable[str], comment: str) -> list[str]:
    given = set(reasons)
    chosen = [reason for reason in DenialReason.values if reason in given]
    if not chosen:
        raise RuleViolation("Choose at least one reason.")
    if len(comment) > COMMENT_LENGTH:
        raise RuleViolation(f"Keep the comment within {COMMENT_LENGTH:,} characters.")
    return chosen


def _standing_request(pk: int) -> ConsentRequest:
    consent = ConsentRequest.objects.get(pk=pk)
    if not consent.asks:
        raise RuleViolation(NOT_ASKED)
    if not consent.stands:
        raise RuleViolation(ENDED)
    return consent


def _deny(pk: int, *, chosen: list[str], comment: str, share: bool, by: str, now: datetime) -> None:
    consent = ConsentRequest.objects.get(pk=pk)
    if consent.denied_at:
        return
    if not consent.asks:
        raise RuleViolation(NOT_ASKED)
    if consent.withdrawn_at:
        raise RuleViolation(ENDED)
    answer = {
        "denied_at": now,
        "denial_reasons": chosen,
        "comment": comment,
        "share_comment": share and bool(comment),
    }
    for name, value in answer.items():
        setattr(consent, name, value)
    consent_moved.send(sender=ConsentRequest, consent=consent, move=ConsentMove.DENIED, now=now)
    if not ConsentRequest.objects.filter(pk=pk, denied_at=None, withdrawn_at=None).update(**answer, consented_at=None):
        raise StaleRecord(STALE)
    note(consent, ConsentStep.DENIED, now=now, by=by, reasons=chosen, comment=comment, shared=answer["share_comment"])
    withhold_all(kind=CONSENT_MAIL, reference=consent.reference)
