"""The decision on a claim."""

from typing import Any

from django import forms
from django.db import models

from claims.models import ReasonCode


class Decision(models.TextChoices):
    """The three answers to a claim under review."""

    APPROVE = "approve", "Approve"
    REQUEST_ACTION = "request_action", "Request action"
    REJECT = "reject", "Reject"


class DecisionForm(forms.Form):
    """A decision with its coded reasons and message (R164-R166). Approving takes no reasons."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "This page was incomplete. Read the claim again, then decide."},
    )
    decision = forms.ChoiceField(
        choices=Decision,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the three decisions."},
    )
    reasons = forms.ModelMultipleChoiceField(
        queryset=ReasonCode.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(
        label="Message to the partner",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "A message has at most 4,000 characters."},
    )

    def clean(self) -> dict[str, Any]:
        """Reasons must be there for asking and rejecting, and fit what is done with them."""
        cleaned = super().clean() or self.cleaned_data
        decision, reasons = cleaned.get("decision"), list(cleaned.get("reasons") or [])
        if decision and "reasons" not in self.errors:
            complaint = _complaint(decision, reasons)
            if complaint:
                self.add_error("reasons", complaint)
        return cleaned


def _complaint(decision: str, reasons: list[ReasonCode]) -> str:
    if decision == Decision.APPROVE:
        return "An approval takes no reasons. Untick them, or choose another decision." if reasons else ""
    if not reasons:
        what = "what to do" if decision == Decision.REQUEST_ACTION else "why"
        return f"Choose at least one reason, so that the partner knows {what}."
    asking = decision == Decision.REQUEST_ACTION
    unfit = [reason for reason in reasons if not (reason.for_action if asking else reason.for_rejection)]
    if not unfit:
        return ""
    wrong = "is a reason to reject, not to ask" if asking else "cannot be a reason to reject"
    return f"«{unfit[0].title}» {wrong}."
