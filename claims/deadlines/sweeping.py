"""The sweep: every clock of claims, in the order in which they may touch the same claim."""

from datetime import datetime

from claims import draft_reminders as drafts
from claims.deadlines import requests, subscriptions, windows
from claims.deadlines.clock import PATIENCE, Clock, work_off

CLOCKS = (
    Clock("lapsed", requests.overdue_requests, requests.lapse),
    Clock("reminded", requests.requests_to_remind, requests.remind),
    Clock("windows_closed", windows.windows_to_close, windows.close_window),
    Clock("disputes_closed", windows.disputes_to_close, windows.close_dispute),
    Clock("subscriptions_ended", subscriptions.claims_losing_subscriptions, subscriptions.end_with_subscriptions),
    Clock("drafts_reminded", drafts.drafts_to_remind, drafts.remind_draft),
    Clock("claims_reminded", drafts.claims_to_remind, drafts.remind_claim),
)


def sweep(*, now: datetime, seconds: float = PATIENCE) -> dict[str, int]:
    """Let every deadline that has passed take effect, and return how many of each did, failed, or are left.

    Safe to run twice or by two processes at once: each row is asked again under a lock, in a transaction of its own.
    """
    return work_off(CLOCKS, now=now, seconds=seconds)
