"""What a claim said at each submission, and what changed between two of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_noop

from claims.actors import Actor
from claims.creating import printed_content
from claims.enums import ClaimAction
from claims.history import Change, change_of
from claims.models import Claim, ClaimEvent, Submission

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


def newest_facts(claim: int | OuterRef) -> QuerySet[Submission, dict[str, Any]]:
    """What a claim, by its key, said at its last two submissions, the newest first; also as a column of claims."""
    return Submission.objects.filter(claim=claim).order_by("-number").values_list("facts", flat=True)[:2]


def changes_at_last_submission(newest: Sequence[dict[str, Any]]) -> list[Change]:
    """What the newest submission changed against the one before, by their ``newest_facts``.

    Empty for a first one, or when nothing is kept of it. Reads nothing.
    """
    return compare(newest[1], newest[0]) if len(newest) > 1 else []


def is_before_reviewer(events: Iterable[ClaimEvent], *, submitted_at: datetime | None) -> bool:
    """Whether the newest submission is an answer on which nothing was decided yet: it came again, or with the dispute.

    ``events`` are the claim's, newest first, ``submitted_at`` is when the newest submission was kept. Reads nothing.
    """
    moved = next((event for event in events if event.to_status), None)
    if moved is None or moved.action != ClaimAction.DISPUTE:
        return moved is not None and moved.action == ClaimAction.RESUBMIT
    return moved.at == submitted_at  # a dispute without files is no submission


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The differences of two submissions, in the order in which content is printed."""
    labels = [*after, *(label for label in before if label not in after)]
    differing = [label for label in labels if before.get(label) != after.get(label)]
    return [change_of(label, before.get(label), after.get(label)) for label in differing]


def _named(document: Any) -> str:
    """Two files may share a name: the start of the fingerprint tells them apart."""
    return f"{document.name} ({document.sha256[:8]})"
