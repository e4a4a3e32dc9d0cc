"""Forms of the reviewers' desk."""

from review.forms.claim import CommentForm, NoteForm, StartForm
from review.forms.decision import Decision, DecisionForm

__all__ = ["CommentForm", "Decision", "DecisionForm", "NoteForm", "StartForm"]
