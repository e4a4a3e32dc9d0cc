"""What reports make of a mail, whatever the order in which they come.

A mail bounced when it came back from somebody in To; that beats delivered, which beats sent. A copy that came back is a
line in the log. Delays and soft bounces are noted and change nothing.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notifications.addresses import same_address
from notifications.bodies import without_secrets
from notifications.fates import Fate
from notifications.models import DeliveryReport, MailFate, OutgoingEmail
from notifications.models.mail import LEFT

Kind = DeliveryReport.Kind
Status = OutgoingEmail.Status
CAME_BACK = {Kind.BOUNCED, Kind.REJECTED}


def note_fate(
    mail: OutgoingEmail, fate: Fate, *, at: datetime, reason: str = "", about_recipient: bool = False
) -> None:
    """Write down what became of a mail, inside the transaction that writes its status. Twice is once."""
    noted = MailFate(
        mail=mail, fate=fate, sending=mail.sending, at=at, reason=reason[:700], about_recipient=about_recipient
    )
    MailFate.objects.bulk_create([noted], ignore_conflicts=True)


def apply_kept_reports(mail_ids: Collection[int]) -> None:
    """Apply what was reported of these mails before they were noted as sent. Costs one query when there is nothing."""
    for mail_id in (
        DeliveryReport.objects.filter(mail__in=mail_ids).order_by().values_list("mail", flat=True).distinct()
    ):
        with transaction.atomic():
            apply_reports(OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=mail_id))


def apply_reports(mail: OutgoingEmail) -> None:
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
        note_fate(mail, Fate.BOUNCED, at=came_back.at, reason=_reason(came_back), about_recipient=True)
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
    changes = {
        "status": Status.SENT,
        "sent_at": proof.at,
        "given_up_at": None,
        "last_error": "",
        **without_secrets(mail),
    }
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
        Kind.BOUNCED: gettext("The message to {recipient} could not be delivered.").format(recipient=report.recipient),
        Kind.REJECTED: gettext("The mail provider refused to deliver to {recipient}.").format(
            recipient=report.recipient
        ),
        Kind.COMPLAINED: gettext("{recipient} reported the message as spam.").format(recipient=report.recipient),
    }
    return f"{sentences[Kind(report.kind)]} {report.description}".strip()
