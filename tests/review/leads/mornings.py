"""What the tests of the morning list share: a Tuesday, claims due around it, and how its mail reads."""

from datetime import UTC, datetime, timedelta

from claims.models import Claim
from notifications.models import OutgoingEmail
from tests.factories import claim_under_review

TUESDAY = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)  # Thursday of this week is Thanksgiving
TODAY = TUESDAY.date()


def day(number):
    return TODAY + timedelta(days=number)


def claim_of(person, due=0, **fields):
    claim = claim_under_review()
    values = {"reviewer": person, "queue_due_on": None if due is None else day(due), **fields}
    Claim.objects.filter(pk=claim.pk).update(**values)
    claim.refresh_from_db()
    return claim


def mail_to(person):
    return OutgoingEmail.objects.get(to=[person.email])


def told(person):
    """The headings of a person's mail, each with the claims under it."""
    found, heading = {}, ""
    for line in mail_to(person).text.splitlines():
        if line.isupper() or (line[:1].isupper() and line.endswith(")") and line.upper() == line):
            heading = line
        elif line.startswith("- "):
            found.setdefault(heading, []).append(line)
    return found
