"""Clocks of a claim: dates in the database, swept again and again, each firing once and never early.

A moment that was given in days lies so many times 24 hours later, whatever the clocks of the zone did meanwhile; business
days are days of the portal's zone (``claims.calendar``). At the moment itself the time is over.
"""

from claims.deadlines.clock import Clock, work_off
from claims.deadlines.requests import lapse, overdue_requests, remind, requests_to_remind
from claims.deadlines.subscriptions import claims_losing_subscriptions, end_with_subscriptions
from claims.deadlines.sweeping import CLOCKS, sweep
from claims.deadlines.windows import close_dispute, close_window, disputes_to_close, windows_to_close

__all__ = [
    "CLOCKS",
    "Clock",
    "claims_losing_subscriptions",
    "close_dispute",
    "close_window",
    "disputes_to_close",
    "end_with_subscriptions",
    "lapse",
    "overdue_requests",
    "remind",
    "requests_to_remind",
    "sweep",
    "windows_to_close",
    "work_off",
]
