"""Filters of the queue that a person keeps under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from kit.errors import RuleViolation
from review.models import SavedQueue

MOST_SAVED = 20
LONGEST_NAME, LONGEST_QUERY = 60, 2000


def saved_queues_of(user: User) -> QuerySet[SavedQueue]:
    """The person's own, by name."""
    return SavedQueue.objects.filter(owner=user)


def save_queue(user: User, *, name: str, query: str, now: datetime) -> SavedQueue:
    """Keep the filters in ``query`` under ``name``.

    Raises RuleViolation when the name is empty, too long or taken by another of the person's, whatever its capitals, when
    there is nothing to keep, and when there are 20.
    """
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise RuleViolation("Give these filters a name.")
    if len(name) > LONGEST_NAME:
        raise RuleViolation(f"Choose a name of at most {LONGEST_NAME} characters.")
    if not query:
        raise RuleViolation("Set a filter or choose another list first; without them this is the whole queue.")
    if len(query) > LONGEST_QUERY:
        raise RuleViolation("These filters are too long to be kept.")
    if saved_queues_of(user).count() >= MOST_SAVED:
        raise RuleViolation(f"You have {MOST_SAVED} saved filters. Delete one first.")
    try:
        with transaction.atomic():
            return SavedQueue.objects.create(owner=user, name=name, query=query, created_at=now)
    except IntegrityError as error:
        raise RuleViolation(f"You already have saved filters named «{name}». Choose another name.") from error
