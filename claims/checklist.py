"""The five rules of proof of execution, ticked by the partner for itself before it submits (R142).

The ticks are kept with the claim, so that a colleague who takes over sees how far the check has come. They are help:
nothing is refused for want of a tick, reviewers do not see them, and history does not record them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from kit.errors import RuleViolation
from kit.texts import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, in the words of the process."""

    code: str
    text: Text


RULES = (
    Rule(
        "signature",
        _("A customer signature or proof of customer acknowledgment to validate your involvement with the customer."),
    ),
    Rule("connection", _("Connection between products/workloads and a description of the intended/ongoing work.")),
    Rule("activities", _("Activities driving revenue and/or usage growth, explicitly stated.")),
    Rule("names", _("The name of the claiming partner and the corresponding customer clearly visible.")),
    Rule("dates", _("Dates shown clearly: milestones and partner/customer signature dates.")),
)
_CODES = {rule.code for rule in RULES}


@dataclass(frozen=True, slots=True)
class Item:
    """One rule and whether it stands ticked on a claim."""

    rule: Rule
    ticked: bool


def checklist_of(claim: Claim) -> list[Item]:
    """The five rules as they stand ticked on the claim, in order."""
    return [Item(rule, rule.code in claim.poe_checklist) for rule in RULES]


def tick(claim: Claim, *, ticked: Collection[str]) -> None:
    """Keep which rules are ticked, in the order of the list. Writes no history and counts no change of content.

    Raises RuleViolation when the claim is not open for changes, or when a rule is not one of the five.
    """
    if not claim.is_editable:
        raise RuleViolation(gettext("The checklist helps before you submit. This claim cannot be changed now."))
    if not set(ticked) <= _CODES:
        raise RuleViolation(gettext("This is not one of the rules for proof of execution."))
    claim.poe_checklist = [rule.code for rule in RULES if rule.code in ticked]
    Claim.objects.filter(pk=claim.pk).update(poe_checklist=claim.poe_checklist)
