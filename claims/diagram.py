"""The status diagram at the top right of the claim page: three stages (R114-R116)."""

from dataclasses import dataclass

from claims.enums import ClaimStatus
from claims.models import Claim


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its text, a state the style sheet knows, and a line below."""

    text: str
    state: str
    note: str = ""


_DONE, _CURRENT, _ACTION, _FAILED, _UPCOMING = "done", "current", "action", "failed", "upcoming"


def stages_of(claim: Claim, *, ready: bool, note: str = "") -> list[Stage]:
    """The three stages of the claim now. ``ready`` is Q5's «Ready to submit»; ``note`` is a reviewer's message."""
    submitted = Stage("Submitted", _DONE)
    status = ClaimStatus(claim.status)
    if status in {ClaimStatus.EDITING, ClaimStatus.DISCARDED}:
        first = Stage("Ready to submit", _CURRENT) if ready else Stage("Editing", _CURRENT, "Upload proof of execution")
        if status == ClaimStatus.DISCARDED:
            first = Stage("Discarded", _FAILED)
        return [first, Stage("Review", _UPCOMING), Stage("Approval", _UPCOMING)]
    middle_and_end = {
        ClaimStatus.SUBMITTED: (
            Stage("Review", _UPCOMING, "Awaiting Microsoft's review"),
            Stage("Approval", _UPCOMING),
        ),
        ClaimStatus.UNDER_REVIEW: (Stage("Under review", _CURRENT), Stage("Approval", _UPCOMING)),
        ClaimStatus.DISPUTED: (Stage("Dispute under review", _CURRENT), Stage("Approval", _UPCOMING)),
        ClaimStatus.ACTION_REQUIRED: (Stage("Action required", _ACTION, note), Stage("Approval", _UPCOMING)),
        ClaimStatus.APPROVED: (Stage("Reviewed", _DONE), Stage("Approved", _DONE)),
        ClaimStatus.REJECTED: (Stage("Reviewed", _DONE), Stage("Rejected", _FAILED, note)),
        ClaimStatus.CONSENT_DENIED: (Stage("Reviewed", _DONE), Stage("Customer consent denied", _FAILED)),
        ClaimStatus.ENDED: (Stage("Reviewed", _DONE), Stage("Association ended", _FAILED)),
    }
    if status == ClaimStatus.SUBMITTED:
        submitted = Stage("Submitted", _CURRENT)
    return [submitted, *middle_and_end[status]]
