"""What carriers report of mail: kept once, and applied whatever the order in which it comes.

A mail bounced when it came back from somebody in To; that beats delivered, which beats sent. A copy that came back is a
line in the log. Delays and soft bounces are noted and change nothing.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from notifications.addresses import same_address
from notifications.bodies import without_secrets
from notifications.fates import Fate
from notifications.models import DeliveryReport, OutgoingEmail
from notifications.models.mail import LEFT
from notifications.telling import note_fate, tell_fates_of

logger = logging.getLogger(__name__)
Kind = DeliveryReport.Kind
Status = OutgoingEmail.Status
CAME_BACK = {Kind.BOUNCED, Kind.REJECTED}
STAFF = "staff"


def record_report(
    mail_id: int,
    *,
    kind: DeliveryReport.Kind,
    recipient: str,
    provider: str,
    event_id: str,
    at: datetime,
    now: datetime,
    description: str = "",
) -> bool:
    """Keep one report and apply it to its mail; False when the same event was reported before.

    Tells the rooms above what became of the mail. Raises OutgoingEmail.DoesNotExist.
    """
    with transaction.atomic():
        mail = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        about = recipient or (mail.to[0] if len(mail.to) + len(mail.cc) == 1 else "")
        values = {
            "mail": mail, "kind": kind, "recipient": about[:254], "at": at, "received_at": now,
            "description": " ".join(description.split())[:500],
        }  # fmt: skip
        _, created = DeliveryReport.objects.get_or_create(provider=provider, event_id=event_id, defaults=values)
        if created:
            _apply(mail)
    if created:
        logger.info("mail %s (%s): reported %s by %s", mail.pk, mail.kind, kind, provider)
        tell_fates_of(mail.pk, now=now)
    return created


def apply_kept_reports(mail_id: int) -> None:
    """Apply what was reported before the mail was noted as sent; in the transaction of that note."""
    if DeliveryReport.objects.filter(mail=mail_id).exists():
        _apply(OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=mail_id))


def mark_bounced(mail: OutgoingEmail, *, now: datetime) -> bool:
    """Note that a mail came back, for installations whose mail server reports nothing. False when it has not left, or
    has bounced already.

    Counts as a report by staff for every recipient in To, so the rooms above are told as of any bounce.
    """
    if not OutgoingEmail.objects.filter(pk=mail.pk, status__in=(Status.SENT, Status.DELIVERED)).exists():
        return False
    said = "Staff received the bounce."
    new = [
        record_report(
            mail.pk, kind=Kind.BOUNCED, recipient=recipient, provider=STAFF, now=now, at=now,
            event_id=f"{mail.pk}-{mail.sending}-{number}", description=said,
        )
        for number, recipient in enumerate(mail.to)
    ]  # fmt: skip
    return any(new)


def _apply(mail: OutgoingEmail) -> None:
    """Bring the locked mail up to what was reported of this sending; write and note only what is new."""
    reports = [each for each in mail.reports.all() if mail.requeued_at is None or each.at >= mail.requeued_at]
    came_back = _first(reports, mail.to, CAME_BACK)
    complained = _first(reports, mail.to, {Kind.COMPLAINED})
    arrived = [_first(reports, [recipient], {Kind.DELIVERED}) for recipient in mail.to]
    delivered = max((each for each in arrived if each), key=lambda each: each.at) if all(arrived) else None
    if mail.status not in LEFT and not _has_left_after_all(mail, delivered or complained):
        return
    changes: dict[str, object] = {}
    if came_back and mail.bounced_at is None:
        changes |= {"bounced_at": came_back.at, "status": Status.BOUNCED, "seen_to_at": None}
        note_fate(mail, Fate.BOUNCED, at=came_back.at, reason=_reason(came_back))
    if delivered and mail.delivered_at is None:
        changes["delivered_at"] = delivered.at
        if mail.bounced_at is None and not came_back:
            changes["status"] = Status.DELIVERED
            note_fate(mail, Fate.DELIVERED, at=delivered.at)
    if complained and mail.complained_at is None:
        changes["complained_at"] = complained.at
        note_fate(mail, Fate.COMPLAINED, at=complained.at, reason=_reason(complained))
    if changes:
        OutgoingEmail.objects.filter(pk=mail.pk).update(**changes)


def _has_left_after_all(mail: OutgoingEmail, proof: DeliveryReport | None) -> bool:
    """Note a mail as sent that was not known to have left, since somebody has got it; else it would leave once more.

    While a sender is at it, its own note comes first.
    """
    if proof is None or mail.status == Status.LEASED or not mail.attempts:
        return False
    changes = {"status": Status.SENT, "sent_at": proof.at, "last_error": "", **without_secrets(mail)}
    OutgoingEmail.objects.filter(pk=mail.pk).update(**changes)
    note_fate(mail, Fate.SENT, at=proof.at)
    return True


def _first(reports: Iterable[DeliveryReport], to: list[str], kinds: set[DeliveryReport.Kind]) -> DeliveryReport | None:
    """The earliest report of these kinds about one of these recipients."""
    return next(
        (
            each for each in reports
            if each.kind in kinds and any(same_address(each.recipient, recipient) for recipient in to)
        ),
        None,
    )  # fmt: skip


def _reason(report: DeliveryReport) -> str:
    """Why, for people: a sentence, then the words of whoever reported it."""
    sentences = {
        Kind.BOUNCED: f"The message to {report.recipient} could not be delivered.",
        Kind.REJECTED: f"The mail provider refused to deliver to {report.recipient}.",
        Kind.COMPLAINED: f"{report.recipient} reported the message as spam.",
    }
    return f"{sentences[Kind(report.kind)]} {report.description}".strip()
