"""What a decision of a case says, and what it means for each party: pure reckoning, nothing is changed here.

The rule: for each contested item one party is selected (R172). A partner that holds keeps or loses each item. A contender's
whole claim is decided with the case: what it was selected for is approved, what it was not selected for is not; a product
of its claim that nobody contests is approved along with the rest unless it is refused with a reason. A contender for whom
nothing would be approved is rejected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from claims.enums import ClaimStatus
from claims.findings import fill_in
from claims.models import ClaimLine, LineSubscription
from kit.errors import RuleViolation
from review.arbitration.contests import Item
from review.models import CaseItem, CaseParty

MAX_LETTER = 4000
ITEMS = "items"  # written as {items} in a letter, it becomes what the letter is about


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is selected for each item, what each party is told, and which uncontested products are refused, by key.

    Whoever loses something is told why; the others may be told something. ``{items}`` in a letter becomes what its party
    loses, or what it is selected for when it loses nothing.
    """

    winners: Mapping[int, int]  # item -> party
    letters: Mapping[int, str] = field(default_factory=dict)  # party -> text
    refusals: Mapping[int, Mapping[int, str]] = field(default_factory=dict)  # party -> product -> code of the reason

    def as_json(self) -> dict[str, Any]:
        """The plan as it is kept."""
        return {
            "winners": {str(item): party for item, party in self.winners.items()},
            "letters": {str(party): text for party, text in self.letters.items()},
            "refusals": {
                str(party): {str(product): code for product, code in refused.items()}
                for party, refused in self.refusals.items()
            },
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Plan":
        """The plan as it was."""
        return cls(
            winners={int(item): party for item, party in kept["winners"].items()},
            letters={int(party): text for party, text in kept["letters"].items()},
            refusals={
                int(party): {int(product): code for product, code in refused.items()}
                for party, refused in kept["refusals"].items()
            },
        )


@dataclass(slots=True)
class Fate:
    """What a plan means for one party."""

    party: CaseParty
    holds: bool
    won: list[CaseItem] = field(default_factory=list)
    lost: list[CaseItem] = field(default_factory=list)
    lost_products: list[ClaimLine] = field(default_factory=list)  # of a contender: nothing of the product is left
    lost_subscriptions: list[LineSubscription] = field(default_factory=list)  # the product stays for others
    uncontested: list[ClaimLine] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)  # uncontested product -> code of the reason
    approved: list[ClaimLine] = field(default_factory=list)
    letter: str = ""

    @property
    def result(self) -> str:
        """Selected, selected in part, or not selected."""
        if not self.lost:
            return CaseParty.Result.WON
        return CaseParty.Result.PARTLY if self.won else CaseParty.Result.LOST

    @property
    def loses_hold(self) -> bool:
        """Whether a running association ends, wholly or in part: then a second reviewer confirms."""
        return self.holds and bool(self.lost)

    @property
    def sentence(self) -> str:
        """What happens to the claim, for the reviewers."""
        if self.holds:
            if not self.lost:
                return gettext("Keeps its association.")
            return gettext("Its association ends for {items}.").format(items=_listed(item.label for item in self.lost))
        if not self.approved:
            return gettext("The claim is rejected.")
        parts = [
            gettext("Approved for {products}.").format(products=_listed(line.product.label for line in self.approved))
        ]
        gone = [line.product.label for line in self.lost_products]
        gone += [f"{each.line.product.label} ({each.subscription.shown_id})" for each in self.lost_subscriptions]
        gone += [line.product.label for line in self.uncontested if line.product_id in self.refused]
        return " ".join(
            [*parts, gettext("Not approved: {products}.").format(products=_listed(gone))] if gone else parts
        )


def fates_of(
    plan: Plan, *, items: Sequence[CaseItem], parties: Sequence[CaseParty], lines: Mapping[int, Sequence[ClaimLine]]
) -> list[Fate]:
    """What the plan means for each party, in the order of the parties. ``lines`` are live ones, by claim.

    Raises RuleViolation with a sentence when the plan does not fit the case.
    """
    standing = {party.pk: standing_of(party, items=items, lines=lines[party.claim_id]) for party in parties}
    for item in items:
        chosen = plan.winners.get(item.pk)
        if chosen is None:
            raise RuleViolation(gettext("Select a partner for {item}.").format(item=item.label))
        if chosen not in standing or item not in standing[chosen]:
            raise RuleViolation(
                gettext("Select one of the partners that claim or hold {item}.").format(item=item.label)
            )
    return [_fate(plan, party, standing[party.pk], lines[party.claim_id], items) for party in parties]


def standing_of(party: CaseParty, *, items: Sequence[CaseItem], lines: Sequence[ClaimLine]) -> list[CaseItem]:
    """The contested items that the party claims or holds."""
    own = {Item.of(line.product_id, None) for line in lines if not line.by_subscription}
    own |= {Item.of(0, each.subscription_id) for line in lines for each in line.subscriptions.all() if each.live}
    return [item for item in items if Item.of(item.product_id, item.subscription_id) in own]


def _fate(
    plan: Plan, party: CaseParty, own: list[CaseItem], lines: Sequence[ClaimLine], items: Sequence[CaseItem]
) -> Fate:
    fate = Fate(party, party.claim.status == ClaimStatus.APPROVED)
    for item in own:
        (fate.won if plan.winners[item.pk] == party.pk else fate.lost).append(item)
    named = _listed(item.label for item in fate.lost or fate.won)
    fate.letter = fill_in(plan.letters.get(party.pk, ""), {ITEMS: named}).strip()
    gone = {Item.of(item.product_id, item.subscription_id) for item in fate.lost}
    contested = {Item.of(item.product_id, item.subscription_id) for item in items}
    for line in lines:
        _sort_line(fate, line, gone=gone, contested=contested)
    refused = plan.refusals.get(party.pk, {})
    free = {line.product_id for line in fate.uncontested}
    if set(refused) - free:
        raise RuleViolation(gettext("Only a product that nobody contests can be refused with a reason of its own."))
    fate.refused = {} if fate.holds else dict(refused)
    fate.approved = [line for line in fate.approved if line.product_id not in fate.refused]
    if len(fate.letter) > MAX_LETTER:
        raise RuleViolation(
            gettext("The letter to {partner} has at most {most:,} characters.").format(
                partner=party.claim.organization.name, most=MAX_LETTER
            )
        )
    if fate.lost and not fate.letter:
        raise RuleViolation(
            gettext("Write to {partner} why it was not selected.").format(partner=party.claim.organization.name)
        )
    return fate


def _sort_line(fate: Fate, line: ClaimLine, *, gone: set[Item], contested: set[Item]) -> None:
    """Put a product of the claim where it belongs: lost, approved, and whether anybody contests it."""
    if not line.by_subscription:
        own = [Item.of(line.product_id, None)]
    else:
        own = [Item.of(0, each.subscription_id) for each in line.subscriptions.all() if each.live]
    if own and all(item in gone for item in own):
        fate.lost_products.append(line)
        return
    fate.approved.append(line)
    if not any(item in contested for item in own):
        fate.uncontested.append(line)
    fate.lost_subscriptions += [
        each
        for each in line.subscriptions.all()
        if each.live and line.by_subscription and Item.of(0, each.subscription_id) in gone
    ]


def _listed(names: Any) -> str:
    *head, last = [*names] or [""]
    return gettext("{names} and {last}").format(names=", ".join(head), last=last) if head else str(last)
