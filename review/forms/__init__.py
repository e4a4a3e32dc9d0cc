"""Forms of the reviewers' desk."""

from review.forms.claim import CommentForm, StartForm
from review.forms.decision import Decision, DecisionForm

__all__ = ["CommentForm", "Decision", "DecisionForm", "StartForm"]
