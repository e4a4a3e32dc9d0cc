"""While rivals are compared none of them is approved alone: the first would win without a comparison (R170)."""

from collections.abc import Collection

from django.utils.translation import gettext

from claims.models import Claim, ClaimLine, LineSubscription
from review.models import ArbitrationCase, CaseItem, CaseParty


def case_of(claim: Claim) -> ArbitrationCase | None:
    """The running case that the claim is in, or None. Partners never learn of it."""
    party = CaseParty.objects.filter(claim=claim, is_open=True).select_related("case").first()
    return party.case if party else None


def refusal_to_approve(claim: Claim, *, refused: Collection[int] = ()) -> str:
    """Why the claim cannot be approved alone, as a sentence that names its case; empty when it can.

    ``refused`` are keys of products that would not be approved: those may be contested. Rejecting and asking stay
    possible. At most three queries.
    """
    case = case_of(claim)
    if case is None:
        return ""
    approved = ClaimLine.objects.filter(claim=claim, live=True).exclude(product__in=refused)
    chosen = LineSubscription.objects.filter(line__in=approved, live=True)
    contested = CaseItem.objects.filter(case=case, is_open=True)
    found = contested.filter(subscription=None, product__in=approved.filter(by_subscription=False).values("product"))
    found = found | contested.filter(subscription__in=chosen.values("subscription"))
    named = [item.label for item in found.select_related("product", "subscription")]
    if not named:
        return ""
    return gettext(
        "{items}: more than one partner claims or holds this, so it is decided in case {case}, where the proofs are "
        "compared. Rejecting and asking for more stay possible here."
    ).format(items=", ".join(named), case=case.pk)
