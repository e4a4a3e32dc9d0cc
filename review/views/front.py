"""The front page of the desk: how much waits, what is most urgent, and what one has in hand."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from claims.calendar import day_of
from kit.counting import count_each_up_to
from kit.texts import Text
from review.access import DECIDE, READ
from review.assigning import lost_by_idling
from review.queue.pages import Row, queue_page
from review.queue.tabs import MINE, TABS, TO_DECIDE, Tab, claims_in
from review.views.queue import number_in_words

SHORT_LIST = 5
IDLE_NEWS = timedelta(days=7)


def front_page(user: User) -> dict[str, Any]:
    """What the front page shows to somebody who reads claims; nothing to others, and no button that one may not use."""
    if not user.has_perm(READ):
        return {}
    now, decides = timezone.now(), user.has_perm(DECIDE)
    return {
        "reads": True,
        "decides": decides,
        "figures": _figures(user, now=now, decides=decides),
        "urgent": _first_of(TO_DECIDE, user, now),
        "mine": _first_of(MINE, user, now) if decides else [],
        "idle": lost_by_idling(user, since=now - IDLE_NEWS) if decides else [],
    }


def _first_of(tab: Tab, user: User, now: datetime) -> list[Row]:
    return queue_page(claims_in(tab, user=user, now=now), by=tab.sequence, now=now, size=SHORT_LIST).rows


def _figures(user: User, *, now: datetime, decides: bool) -> list[dict[str, Text]]:
    """How many claims stand in each list, and how many are overdue; a count stops at 1,000. One query."""
    shown = [tab for tab in TABS[:-2] if decides or tab != MINE]
    parts = {tab.slug: claims_in(tab, user=user, now=now) for tab in shown}
    parts["overdue"] = parts[TO_DECIDE.slug].filter(queue_due_on__lt=day_of(now))
    counts = count_each_up_to(parts)
    lists = [(tab.label, f"tab={tab.slug}", counts[tab.slug]) for tab in shown]
    lists.insert(1, (gettext("Overdue"), "tab=open&overdue=1", counts["overdue"]))
    return [{"label": label, "query": query, "number": number_in_words(number)} for label, query, number in lists]
