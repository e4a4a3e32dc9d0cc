"""Reasons that the reviewer's own checklist suggests. Advice only: the reviewer changes them or takes them away."""

from collections.abc import Sequence

from claims.models import Claim, ReasonCode
from review.checks import summary
from review.decision.matter import Matter, Tie

# Reason codes by rule of proof of execution (R142).
REASON_OF = {
    "signature": "acknowledgment_missing",
    "connection": "product_missing",
    "activities": "service_unclear",
    "names": "names_missing",
    "dates": "dates_missing",
}
_OF_THE_PRODUCT = {"connection", "activities"}
Suggestion = tuple[ReasonCode, Tie]


def suggest_reasons(claim: Claim, *, matter: Matter) -> list[Suggestion]:
    """A reason for each rule that no checked document shows for a product, in the order of products and rules.

    What is missing for every product is said once: about the only document where there is one, else about the claim.
    """
    offered = {reason.code: reason for reason in matter.reasons}
    missing = {
        each.product: [rule for rule in each.missing if REASON_OF[rule] in offered]
        for each in summary(claim, products=matter.products, documents=matter.documents)
    }
    everywhere = _common(list(missing.values()))
    whole = Tie(document=matter.documents[0]) if len(matter.documents) == 1 else Tie()
    found = [(offered[REASON_OF[rule]], whole) for rule in everywhere]
    for product, rules in missing.items():
        found += [(offered[REASON_OF[rule]], Tie(product=product)) for rule in rules if rule not in everywhere]
    return found


def _common(rules_of_products: Sequence[Sequence[str]]) -> list[str]:
    """Rules that every product lacks and that are no matter of a single one."""
    if not rules_of_products:
        return []
    first, *others = rules_of_products
    return [rule for rule in first if rule not in _OF_THE_PRODUCT and all(rule in each for each in others)]
