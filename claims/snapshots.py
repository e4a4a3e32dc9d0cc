"""What a claim said at each submission, and what changed between two of them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from claims.actors import Actor
from claims.creating import printed_content
from claims.history import Change, change_of
from claims.models import Claim, Submission

_DOCUMENTS = gettext_noop("Documents")
_NOTES = gettext_noop("Notes of documents")


def keep_submission(claim: Claim, *, actor: Actor, now: datetime) -> Submission:
    """Keep what the claim says now as its newest submission. Needs an open transaction; call it with ``submissions`` set.

    Replaces nothing: a number that is kept already raises IntegrityError.
    """
    return Submission.objects.create(
        claim=claim, number=claim.submissions, submitted_by=actor.user, submitted_at=now, facts=content_facts(claim)
    )


def content_facts(claim: Claim) -> dict[str, Any]:
    """The claim's content in words: fields, products with subscriptions, documents and their notes."""
    documents = list(claim.documents.filter(removed_at=None).order_by("pk"))
    return {
        **printed_content(claim),
        _DOCUMENTS: [_named(document) for document in documents],
        _NOTES: [f"{document.name}: {document.note}" for document in documents if document.note],
    }


def changes_since_last_submission(claim: Claim) -> list[Change]:
    """What the newest submission changed against the one before; empty for a first one, or when nothing is kept of it."""
    kept = list(claim.snapshots.order_by("-number")[:2])
    if len(kept) < 2:
        return []
    return compare(kept[1].facts, kept[0].facts)


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The differences of two submissions, in the order in which content is printed."""
    labels = [*after, *(label for label in before if label not in after)]
    differing = [label for label in labels if before.get(label) != after.get(label)]
    return [change_of(label, before.get(label), after.get(label)) for label in differing]


def _named(document: Any) -> str:
    """Two files may share a name: the start of the fingerprint tells them apart."""
    return f"{document.name} ({document.sha256[:8]})"
