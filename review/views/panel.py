"""What the decision's place on a claim's page shows to a person."""

from typing import Any

from django.utils.translation import gettext

from accounts.models import User
from claims.deciding import OWN_REJECTION
from claims.enums import ActorKind, ClaimAction
from claims.models import Claim
from claims.transitions import allowed_actions
from kit.texts import Text
from review.access import DECIDE, LEAD
from review.decision.matter import Matter
from review.forms import DecisionForm
from review.taking_part import took_part_in_disputed_rejection


def panel_of(claim: Claim, *, user: User, matter: Matter | None = None) -> dict[str, Any]:
    """What the decision's template needs beside the claim, its ``version`` and ``seen_event``.

    ``why_not`` says why this person does not decide now, so that no form is shown that would be refused.
    """
    possible = allowed_actions(claim.status, ActorKind.REVIEWER)
    return {
        "can_start": ClaimAction.START_REVIEW in possible,
        "can_decide": ClaimAction.APPROVE in possible,
        "why_not": _why_not(claim, user=user),
        "decision_form": DecisionForm(matter=matter or Matter(claim)),
    }


def _why_not(claim: Claim, *, user: User) -> Text:
    if not user.has_perm(DECIDE):
        return gettext("You read claims here. Reviewers decide on them.")
    if claim.reviewer_id not in {None, user.pk} and not user.has_perm(LEAD):
        name = claim.reviewer.get_full_name() if claim.reviewer else gettext("Somebody else")
        return gettext("{name} has this claim and decides on it.").format(name=name)
    return OWN_REJECTION if took_part_in_disputed_rejection(claim, user=user) else ""
