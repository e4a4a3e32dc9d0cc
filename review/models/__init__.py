"""Tables of the reviewers' desk: Microsoft's private matters, none of which a partner may read."""

from review.models.alert import ReviewAlert
from review.models.arbitration import ArbitrationCase, CaseEvent, CaseItem, CaseParty
from review.models.assignment import Assignment, Bar, Presence
from review.models.canned import CannedMessage
from review.models.case_decision import MOST_POINTS, CaseDecision, CaseScore, RubricCriterion
from review.models.desk import Desk
from review.models.digest import DigestDay
from review.models.note import Note
from review.models.proof_check import ProofCheck
from review.models.saved_queue import SavedQueue
from review.models.second_look import SecondLook

__all__ = [
    "MOST_POINTS",
    "ArbitrationCase",
    "Assignment",
    "Bar",
    "CannedMessage",
    "CaseDecision",
    "CaseEvent",
    "CaseItem",
    "CaseParty",
    "CaseScore",
    "Desk",
    "DigestDay",
    "Note",
    "Presence",
    "ProofCheck",
    "ReviewAlert",
    "RubricCriterion",
    "SavedQueue",
    "SecondLook",
]
