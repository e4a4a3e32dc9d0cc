"""Tables of a claim."""

from claims.models.action_request import ActionRequest, FixItem, ReasonCode
from claims.models.association import Association
from claims.models.claim import Claim
from claims.models.comment import Comment
from claims.models.document import Document
from claims.models.draft import ClaimDraft
from claims.models.event import ClaimEvent
from claims.models.holiday import Holiday
from claims.models.line import ClaimLine, LineSubscription
from claims.models.saved_view import SavedView
from claims.models.stuck import StuckDeadline
from claims.models.submission import Submission

__all__ = [
    "ActionRequest",
    "Association",
    "Claim",
    "ClaimDraft",
    "ClaimEvent",
    "ClaimLine",
    "Comment",
    "Document",
    "FixItem",
    "Holiday",
    "LineSubscription",
    "ReasonCode",
    "SavedView",
    "StuckDeadline",
    "Submission",
]
