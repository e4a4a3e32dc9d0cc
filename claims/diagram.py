"""The status diagram at the top right of the claim page: three stages (R114-R116)."""

from dataclasses import dataclass

from django.utils.translation import gettext

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
    submitted = Stage(gettext("Submitted"), _DONE)
    status = ClaimStatus(claim.status)
    if status in {ClaimStatus.EDITING, ClaimStatus.DISCARDED}:
        first = (
            Stage(gettext("Ready to submit"), _CURRENT)
            if ready
            else Stage(gettext("Editing"), _CURRENT, gettext("Upload proof of execution"))
        )
        if status == ClaimStatus.DISCARDED:
            first = Stage(gettext("Discarded"), _FAILED)
        return [first, Stage(gettext("Review"), _UPCOMING), Stage(gettext("Approval"), _UPCOMING)]
    middle_and_end = {
        ClaimStatus.SUBMITTED: (
            Stage(gettext("Review"), _UPCOMING, gettext("Awaiting Microsoft's review")),
            Stage(gettext("Approval"), _UPCOMING),
        ),
        ClaimStatus.UNDER_REVIEW: (Stage(gettext("Under review"), _CURRENT), Stage(gettext("Approval"), _UPCOMING)),
        ClaimStatus.DISPUTED: (Stage(gettext("Dispute under review"), _CURRENT), Stage(gettext("Approval"), _UPCOMING)),
        ClaimStatus.ACTION_REQUIRED: (
            Stage(gettext("Action required"), _ACTION, note),
            Stage(gettext("Approval"), _UPCOMING),
        ),
        ClaimStatus.APPROVED: (Stage(gettext("Reviewed"), _DONE), Stage(gettext("Approved"), _DONE)),
        ClaimStatus.REJECTED: (Stage(gettext("Reviewed"), _DONE), Stage(gettext("Rejected"), _FAILED, note)),
        ClaimStatus.CONSENT_DENIED: (
            Stage(gettext("Reviewed"), _DONE),
            Stage(gettext("Customer consent denied"), _FAILED),
        ),
        ClaimStatus.ENDED: (Stage(gettext("Reviewed"), _DONE), Stage(gettext("Association ended"), _FAILED)),
    }
    if status == ClaimStatus.SUBMITTED:
        submitted = Stage(gettext("Submitted"), _CURRENT)
    return [submitted, *middle_and_end[status]]
