"""The 30 days of a request for action: reminders 7 and 2 days before their end (Q1), then the claim lapses (R165)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from claims import messages
from claims.actors import Actor
from claims.deadlines.clock import MOST
from claims.dispute_period import dispute_until
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import NO_RESPONSE, mark_lines
from claims.history import record_event
from claims.lifecycle import perform
from claims.models import ActionRequest, Claim, ReasonCode
from claims.queries import was_disputed


def overdue_requests(*, now: datetime, most: int = MOST) -> list[int]:
    """Claims that waited 30 days for the partner (R165), oldest first."""
    waiting = Claim.objects.filter(status=ClaimStatus.ACTION_REQUIRED, action_due_at__lte=now)
    return list(waiting.order_by("action_due_at", "pk").values_list("pk", flat=True)[:most])


def lapse(claim_id: int, *, now: datetime) -> bool:
    """Reject one claim whose 30 days have passed, with the reason that proof was not provided on time (R165, Q1)."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        if claim.status != ClaimStatus.ACTION_REQUIRED or claim.action_due_at is None or claim.action_due_at > now:
            return False
        reason = ReasonCode.objects.get(code=NO_RESPONSE)
        told = [{"code": reason.code, "title": reason.title, "text": reason.text}]
        changes = {"decided_at": now, "action_due_at": None, "dispute_until": dispute_until(claim, now=now)}
        event = perform(
            claim, ClaimAction.LAPSE, actor=Actor.system(), now=now, changes=changes, data={"reasons": told}
        )
        mark_lines(claim.lines.all(), verdicts={})
        messages.tell_rejected(claim, event=event, disputed=was_disputed(claim))
    return True


def requests_to_remind(*, now: datetime, most: int = MOST) -> list[int]:
    """Open requests for which a reminder, 7 and 2 days before the end (Q1), has come due and is not sent."""
    due = Q()
    for days in settings.ACTION_REMINDER_DAYS:
        due |= Q(pk__in=awaiting_reminder(days).filter(due_at__lte=now + timedelta(days=days)))
    open_requests = ActionRequest.objects.filter(due, closed_at=None, due_at__gt=now)
    return list(open_requests.order_by("due_at", "pk").values_list("pk", flat=True)[:most])


def awaiting_reminder(days: int) -> QuerySet[ActionRequest]:
    """Open requests that will be, or are to be, reminded of so many days before their end, soonest first.

    One that was made later than that moment is not reminded then, and neither is one that had a closer reminder.
    """
    not_yet = Q(reminded_days=None) | Q(reminded_days__gt=days)
    older = Q(due_at__gt=F("requested_at") + timedelta(days=days))
    return ActionRequest.objects.filter(not_yet, older, closed_at=None).order_by("due_at", "pk")


def remind(request_id: int, *, now: datetime) -> bool:
    """Send one reminder of an open request, once per distance; after a standstill only the closest that has come due.

    Never of a request whose time is over: that is told as what it is.
    """
    with transaction.atomic():
        claim_id = ActionRequest.objects.values_list("claim_id", flat=True).get(pk=request_id)
        # The claim first, as everywhere: whoever answers a request holds the claim and then closes the request.
        claim = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
        request = ActionRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        days = _reminder_due(request, now=now)
        if days is None:
            return False
        request.reminded_days = days
        request.save(update_fields=["reminded_days"])
        event = record_event(claim, ClaimAction.REMIND, actor=Actor.system(), now=now, data={"days": days})
        messages.tell_reminder(claim, event=event, due_at=request.due_at)
    return True


def _reminder_due(request: ActionRequest, *, now: datetime) -> int | None:
    """The closest reminder that has come due, unless it or a later one was sent, or the request is younger than it."""
    if request.closed_at is not None or request.due_at <= now:
        return None
    moments = {days: request.due_at - timedelta(days=days) for days in settings.ACTION_REMINDER_DAYS}
    due = [days for days, at in moments.items() if request.requested_at < at <= now]
    if not due or (request.reminded_days is not None and request.reminded_days <= min(due)):
        return None
    return min(due)
