"""The organisation's list of changes: written with the change itself, never altered afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import User
from notifications.rendering import one_line
from partners.models import Location, OrganizationChange, PartnerOrganization

Kind = OrganizationChange.Kind
PAGE = 25


def record_change(
    kind: str,
    *,
    organization: PartnerOrganization,
    actor: User | None,
    now: datetime,
    person: User | None = None,
    name: str = "",
    email: str = "",
    old: str = "",
    new: str = "",
) -> None:
    """Write one row: who did what to whom. ``actor`` None means Microsoft's staff, whom partners do not see (Q50).

    ``person`` is whom it concerns; ``name`` and ``email`` stand for somebody who has no account yet.
    """
    OrganizationChange.objects.create(
        organization=organization,
        kind=kind,
        at=now,
        actor=actor,
        actor_name=one_line(actor.get_full_name()) if actor else "Microsoft",
        person=person,
        person_name=one_line(person.get_full_name() if person else name),
        person_email=person.email if person else email,
        old=old,
        new=new,
    )


def access_text(locations: Iterable[Location]) -> str:
    """MPN access in words: the chosen locations, or all of them when none is chosen (R071)."""
    return ", ".join(str(location) for location in locations) or gettext("All locations")


def page_of_changes(
    organization: PartnerOrganization, *, before: int | None = None
) -> tuple[list[OrganizationChange], int | None]:
    """The organisation's changes, newest first, older than the one numbered ``before``; and where the next page starts.

    The second is None on the last page.
    """
    found = organization.changes.all() if before is None else organization.changes.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None
