"""Saved views: filters of the table of claims that a person keeps under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from claims.models import SavedView
from kit.errors import RuleViolation
from partners.models import Membership

MOST_VIEWS = 20
LONGEST_NAME, LONGEST_QUERY = 60, 2000


def views_of(membership: Membership) -> QuerySet[SavedView]:
    """The person's own views in this organisation, by name."""
    return SavedView.objects.filter(owner=membership.user, organization=membership.organization)


def save_view(membership: Membership, *, name: str, query: str, now: datetime) -> SavedView:
    """Keep the filters in ``query`` under ``name``.

    Raises RuleViolation when the name is empty or taken by another view of the person, whatever its capitals, when there
    are filters enough for an address no longer, or when there are 20 views.
    """
    name = " ".join(name.split())
    if not name:
        raise RuleViolation(gettext("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise RuleViolation(gettext("Choose a name of at most {most} characters.").format(most=LONGEST_NAME))
    if not query:
        raise RuleViolation(
            gettext("Set a filter or another order first; without them this is the list of all claims.")
        )
    if len(query) > LONGEST_QUERY:
        raise RuleViolation(gettext("These filters are too long to be kept."))
    if views_of(membership).count() >= MOST_VIEWS:
        raise RuleViolation(gettext("You have {count} saved views. Delete one first.").format(count=MOST_VIEWS))
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                owner=membership.user, organization=membership.organization, name=name, query=query, created_at=now
            )
    except IntegrityError as error:
        raise RuleViolation(
            gettext("You already have a saved view named «{name}». Choose another name.").format(name=name)
        ) from error


def delete_view(view: SavedView) -> None:
    """Forget a saved view. The claims are not touched."""
    view.delete()
