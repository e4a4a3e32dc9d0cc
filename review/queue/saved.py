"""Filters of the queue that a person keeps under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

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
        raise RuleViolation(gettext("Give these filters a name."))
    if len(name) > LONGEST_NAME:
        raise RuleViolation(gettext("Choose a name of at most {most} characters.").format(most=LONGEST_NAME))
    if not query:
        raise RuleViolation(gettext("Set a filter or choose another list first; without them this is the whole queue."))
    if len(query) > LONGEST_QUERY:
        raise RuleViolation(gettext("These filters are too long to be kept."))
    if saved_queues_of(user).count() >= MOST_SAVED:
        raise RuleViolation(gettext("You have {most} saved filters. Delete one first.").format(most=MOST_SAVED))
    try:
        with transaction.atomic():
            return SavedQueue.objects.create(owner=user, name=name, query=query, created_at=now)
    except IntegrityError as error:
        raise RuleViolation(
            gettext("You already have saved filters named «{name}». Choose another name.").format(name=name)
        ) from error
