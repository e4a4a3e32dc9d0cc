"""What happened to a claim since a reviewer opened it: said when a decision comes too late."""

from claims.history import Told, tell_reviewer
from claims.models import Claim

SHOWN = 20


def newest_event(claim: Claim) -> int:
    """Key of the newest row of the claim's history, which a page carries as ``seen_event``; 0 while there is none."""
    newest = claim.events.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def changes_since(claim: Claim, seen_event: int | None) -> list[Told]:
    """The rows of history after the one that the page had seen, oldest first, in the words that staff read (Q50).

    At most the newest twenty. Nothing when the page did not say what it had seen. Notes, checks and assignments are no
    history: they refuse no decision.
    """
    if not seen_event or seen_event < 0:
        return []
    later = claim.events.filter(pk__gt=seen_event).order_by("-at", "-pk")[:SHOWN]
    return list(reversed(tell_reviewer(later)))
