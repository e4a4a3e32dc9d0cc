"""What an invariant is, and the words of the domain that its query may ask with."""

from dataclasses import dataclass
from typing import Any

from claims.enums import LIVE, NOT_HELD, OPEN_FOR_REQUEST, Activity, ClaimAction, ClaimStatus
from claims.transitions import TABLE
from customers.consent import CONSENT_MAIL


@dataclass(frozen=True, slots=True)
class Invariant:
    """One promise. ``query`` selects the keys of what breaks it; ``of`` says what they are keys of."""

    name: str
    sentence: str
    of: str
    query: str


def parameters() -> dict[str, Any]:
    """Values for the queries, so that none repeats a list of statuses. Moves are the rows of the table of the life."""
    moves = [(row.action.value, source.value, row.target.value) for row in TABLE.values() for source in row.sources]
    moves.append((ClaimAction.CREATE.value, "", ClaimStatus.EDITING.value))
    return {
        "live": sorted(LIVE),
        "open_for_request": sorted(OPEN_FOR_REQUEST),
        "approved": ClaimStatus.APPROVED.value,
        "action_required": ClaimStatus.ACTION_REQUIRED.value,
        "not_held": sorted(NOT_HELD),
        "unsubmitted": [ClaimStatus.EDITING.value, ClaimStatus.DISCARDED.value],
        "revenue": Activity.REVENUE.value,
        "approve": ClaimAction.APPROVE.value,
        "consent_mail": CONSENT_MAIL,
        "move_actions": [action for action, _, _ in moves],
        "move_sources": [source for _, source, _ in moves],
        "move_targets": [target for _, _, target in moves],
    }
