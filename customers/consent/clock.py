"""The days to opt out: they begin when the message has left, or arrived where that is reported, and stop when it did not.

The claim's page shows the end of them (Q2, Q7). What became of a message is told by ``notifications``.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from customers.consent.record import note
from customers.enums import ConsentStep
from customers.models import ConsentLink, ConsentRequest
from customers.signals import ConsentMove, move_claim
from kit.errors import StaleRecord


@transaction.atomic
def note_sent(link: ConsentLink, *, now: datetime, left_at: datetime | None = None) -> None:
    """The newest message has left: the days begin, unless they run or have passed already. Older messages change nothing.

    They begin ``now``, also when it had left before, at ``left_at``, and nobody could follow it.

    Whoever said to be the wrong person is not asked by the same message again.
    """
    consent = _current(link)
    if consent is None or consent.sent_at is not None:
        return
    consent.sent_at, consent.undeliverable_at, consent.undeliverable_reason = left_at or now, None, ""
    if consent.wrong_person_at is None:
        if consent.opt_out_until is None:
            consent.opt_out_until = now + timedelta(days=settings.OPT_OUT_DAYS)
        move_claim(consent, ConsentMove.SENT, now=now)
    _write(consent, "sent_at", "undeliverable_at", "undeliverable_reason", "opt_out_until", link=link)
    note(consent, ConsentStep.SENT, now=left_at or now, to=link.sent_to, number=link.reference_number)


@transaction.atomic
def note_delivered(link: ConsentLink, *, at: datetime, now: datetime) -> None:
    """A provider reports the arrival: the days count from there while they still run. They never become fewer."""
    consent = _current(link)
    if consent is None or consent.delivered_at is not None or consent.undeliverable_at is not None:
        return
    consent.delivered_at = at
    until, from_there = consent.opt_out_until, at + timedelta(days=settings.OPT_OUT_DAYS)
    if until is not None and now < until < from_there:
        consent.opt_out_until = from_there
        move_claim(consent, ConsentMove.SENT, now=now)
    _write(consent, "delivered_at", "opt_out_until", link=link)
    note(consent, ConsentStep.DELIVERED, now=at, to=link.sent_to)


@transaction.atomic
def note_undeliverable(link: ConsentLink, *, reason: str, now: datetime) -> None:
    """The message did not reach the customer: the days stop if they still run, and begin anew with the next one, or this one sent again."""
    consent = _current(link)
    if consent is None or consent.undeliverable_at is not None:
        return
    consent.undeliverable_at, consent.undeliverable_reason = now, reason[:300]
    consent.sent_at = consent.delivered_at = None
    consent.stop_window(now)
    move_claim(consent, ConsentMove.UNDELIVERABLE, now=now)
    changed = ("undeliverable_at", "undeliverable_reason", "sent_at", "delivered_at", "opt_out_until")
    _write(consent, *changed, link=link)
    note(consent, ConsentStep.UNDELIVERABLE, now=now, to=link.sent_to, reason=reason[:300])


@transaction.atomic
def note_not_sent(link: ConsentLink, *, now: datetime) -> None:
    """The portal could not send the message, and not because of its recipient: the days have not begun, and still wait.

    Nothing of the request changes. The claim tells the reviewers; neither partner nor customer can do anything about it.
    """
    consent = _current(link)
    if consent is not None and consent.sent_at is None and consent.undeliverable_at is None:
        move_claim(consent, ConsentMove.NOT_SENT, now=now)


def _write(consent: ConsentRequest, *fields: str, link: ConsentLink) -> None:
    """Write what changed, unless the request ended or went to another person meanwhile. Raises StaleRecord then."""
    same = ConsentRequest.objects.filter(pk=consent.pk, customer_email=link.sent_to, denied_at=None, withdrawn_at=None)
    if not same.update(**{name: getattr(consent, name) for name in fields}):
        raise StaleRecord


def _current(link: ConsentLink) -> ConsentRequest | None:
    """The standing request of a message, when that is the newest one about it.

    It is read without a lock: the claim's receiver locks the claim first, and whoever writes a request holds that.
    """
    newest = ConsentLink.objects.filter(consent=link.consent_id).order_by("-pk").first()
    if newest is None or newest.pk != link.pk:
        return None
    return ConsentRequest.objects.filter(pk=link.consent_id, denied_at=None, withdrawn_at=None).first()
