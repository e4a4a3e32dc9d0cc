"""Tables of the reviewers' desk: Microsoft's private matters, none of which a partner may read."""

from review.models.assignment import Assignment, Bar, Presence
from review.models.canned import CannedMessage
from review.models.desk import Desk
from review.models.note import Note
from review.models.proof_check import ProofCheck
from review.models.saved_queue import SavedQueue
from review.models.second_look import SecondLook

__all__ = [
    "Assignment",
    "Bar",
    "CannedMessage",
    "Desk",
    "Note",
    "Presence",
    "ProofCheck",
    "SavedQueue",
    "SecondLook",
]
