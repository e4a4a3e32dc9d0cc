"""Clocks of a claim: dates in the database, swept again and again, each firing once and never early."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from claims import draft_reminders as reminders
from claims import messages
from claims.actors import Actor
from claims.dispute_period import dispute_until
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import mark_lines
from claims.history import record_event
from claims.lifecycle import perform
from claims.models import ActionRequest, Claim, ReasonCode
from kit.errors import RuleViolation

logger = logging.getLogger(__name__)
BATCH = 500


def sweep(*, now: datetime) -> dict[str, int]:
    """Let every deadline that has passed take effect, and return how many of each did.

    Safe to run twice or by two processes at once: each claim is moved by a conditional update in its own transaction.
    """
    return {
        "lapsed": _each(overdue_requests(now=now), lambda pk: lapse(pk, now=now)),
        "reminded": _each(requests_to_remind(now=now), lambda pk: remind(pk, now=now)),
        "windows_closed": _each(windows_to_close(now=now), lambda pk: close_window(pk, now=now)),
        "drafts_reminded": _each(reminders.drafts_to_remind(now=now), lambda pk: reminders.remind_draft(pk, now=now)),
        "claims_reminded": _each(reminders.claims_to_remind(now=now), lambda pk: reminders.remind_claim(pk, now=now)),
    }


def overdue_requests(*, now: datetime) -> list[int]:
    """Claims that waited 30 days for the partner (R165), at most one batch, oldest first."""
    waiting = Claim.objects.filter(status=ClaimStatus.ACTION_REQUIRED, action_due_at__lte=now)
    return list(waiting.order_by("action_due_at").values_list("pk", flat=True)[:BATCH])


def lapse(claim_id: int, *, now: datetime) -> bool:
    """Reject one claim whose 30 days have passed, with the reason that proof was not provided on time (R165, Q1)."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        if claim.status != ClaimStatus.ACTION_REQUIRED or claim.action_due_at is None or claim.action_due_at > now:
            return False
        reason = ReasonCode.objects.get(code="no_response")
        told = [{"code": reason.code, "title": reason.title, "text": reason.text}]
        changes = {"decided_at": now, "action_due_at": None, "dispute_until": dispute_until(claim, now=now)}
        event = perform(
            claim, ClaimAction.LAPSE, actor=Actor.system(), now=now, changes=changes, data={"reasons": told}
        )
        mark_lines(claim.lines.all(), verdicts={})
        messages.tell_rejected(claim, event=event)
    return True


def requests_to_remind(*, now: datetime) -> list[int]:
    """Open requests for which a reminder, 7 and 2 days before the end (Q1), is due and not sent."""
    open_requests = ActionRequest.objects.filter(closed_at=None, due_at__gt=now)
    horizon = now + timedelta(days=max(settings.ACTION_REMINDER_DAYS))
    soon = open_requests.filter(due_at__lte=horizon).order_by("due_at")[:BATCH]
    return [request.pk for request in soon if _reminder_due(request, now=now) is not None]


def _reminder_due(request: ActionRequest, *, now: datetime) -> int | None:
    """The closest reminder that has come due, unless it or a later one was sent, or the request is younger than it."""
    moments = {days: request.due_at - timedelta(days=days) for days in settings.ACTION_REMINDER_DAYS}
    due = [days for days, at in moments.items() if request.requested_at < at <= now]
    if not due or (request.reminded_days is not None and request.reminded_days <= min(due)):
        return None
    return min(due)


def remind(request_id: int, *, now: datetime) -> bool:
    """Send one reminder of an open request, once per distance."""
    with transaction.atomic():
        request = ActionRequest.objects.select_for_update(of=("self",)).select_related("claim").get(pk=request_id)
        days = _reminder_due(request, now=now) if request.closed_at is None else None
        if days is None:
            return False
        request.reminded_days = days
        request.save(update_fields=["reminded_days"])
        event = record_event(request.claim, ClaimAction.REMIND, actor=Actor.system(), now=now, data={"days": days})
        messages.tell_reminder(request.claim, event=event, due_at=request.due_at)
    return True


def windows_to_close(*, now: datetime) -> list[int]:
    """Approved claims whose seven days have passed without a denial (R168)."""
    open_windows = Claim.objects.filter(status=ClaimStatus.APPROVED, in_effect_at=None, opt_out_until__lte=now)
    return list(open_windows.order_by("opt_out_until").values_list("pk", flat=True)[:BATCH])


def close_window(claim_id: int, *, now: datetime) -> bool:
    """Note that the opt-out period ended and the association is in effect; the deny link keeps working (Q2, Q7)."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
        still_open = claim.status == ClaimStatus.APPROVED and claim.in_effect_at is None
        if not still_open or claim.opt_out_until is None or claim.opt_out_until > now:
            return False
        Claim.objects.filter(pk=claim.pk).update(in_effect_at=now)
        event = record_event(claim, ClaimAction.CLOSE_WINDOW, actor=Actor.system(), now=now)
        messages.tell_in_effect(claim, event=event)
    return True


def _each[Key](ids: list[Key], act: Callable[[Key], bool]) -> int:
    """Act on each; one that fails is logged and met again by the next sweep, and does not stop the others."""
    done = 0
    for pk in ids:
        try:
            done += act(pk)
        except RuleViolation as refusal:
            logger.info("deadline of %s met a change: %s", pk, refusal.message)
        except Exception:
            logger.exception("deadline of %s failed", pk)
    return done
