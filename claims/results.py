"""What became of each product of a claim, as its page tells the partner: what was found of it, and whether it was lost since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.enums import IN_REVIEW, NOT_HELD, ClaimStatus, LineVerdict
from claims.models import Claim, ClaimEvent, ClaimLine
from kit.texts import Text

S, V = ClaimStatus, LineVerdict
OVER = frozenset({S.CONSENT_DENIED, S.ENDED})
# Which findings still say something in which status; in all others they are the matter of history.
_TOLD = {
    S.ACTION_REQUIRED: frozenset({V.ACCEPTED, V.ASKED}),
    S.APPROVED: frozenset({V.ACCEPTED}) | NOT_HELD,
    S.CONSENT_DENIED: NOT_HELD,
    S.ENDED: NOT_HELD,
} | {status: frozenset({V.ACCEPTED}) for status in IN_REVIEW}
# The look of a finding is that of the status that it resembles.
_LOOKS = {V.ACCEPTED: S.APPROVED, V.ASKED: S.ACTION_REQUIRED, V.REFUSED: S.REJECTED, V.LOST: S.ENDED}
_SELECTED_OTHER = "another_partner_selected"
# One claim has one status: what was accepted while more is asked about others waits with them.
WITH_THE_REST = _(
    "What was accepted is approved only together with the rest of the claim. If you cannot provide what is asked about "
    "another product, take that product out by editing the claim and submit it again: then what was accepted can be "
    "approved without it."
)


@dataclass(frozen=True, slots=True)
class Result:
    """One product of a claim with what was found of it in words; ``label`` is empty while nothing is to be told."""

    line: ClaimLine
    label: Text
    look: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A product, or one subscription of it, that an approval did not take in, and why."""

    name: str
    reasons: list[dict[str, str]]


def results_of(claim: Claim, lines: Sequence[ClaimLine]) -> list[Result]:
    """The claim's products in their order, each with its finding as far as the partner is told of it. Reads nothing.

    What an approval left out is «Not approved», for ever; what was approved and ended since is «No longer associated». Of a
    claim that is over, the products are told apart only where they fared differently.
    """
    verdicts = [V(line.verdict) for line in lines]
    if claim.status in OVER and NOT_HELD.intersection(verdicts):
        verdicts = [V.LOST if verdict == V.ACCEPTED else verdict for verdict in verdicts]
    told = _TOLD.get(S(claim.status), frozenset())
    return [
        Result(line, verdict.label, _LOOKS[verdict].value) if verdict in told else Result(line, "", "")
        for line, verdict in zip(lines, verdicts, strict=True)
    ]


def waits_with_the_rest(claim: Claim, lines: Sequence[ClaimLine]) -> bool:
    """Whether a product was accepted already while the partner is asked about the rest."""
    return claim.status == S.ACTION_REQUIRED and any(line.verdict == V.ACCEPTED for line in lines)


def left_out(claim: Claim, lines: Sequence[ClaimLine], *, approval: ClaimEvent | None) -> list[LeftOut]:
    """The products and single subscriptions that the approval of an approved claim did not take in. Reads nothing.

    ``approval`` is its row of history: it names the reasons, and the subscriptions whose product was approved for others.
    """
    if claim.status != S.APPROVED:
        return []
    data = approval.data if approval else {}
    subscriptions = tuple(f"({entry.subscription.shown_id})" for line in lines for entry in line.subscriptions.all())
    names = [line.product.label for line in lines if line.verdict == V.REFUSED]
    names += [name for name in data.get("refused", []) if name.endswith(subscriptions)]
    return [
        LeftOut(name, [reason for reason in data.get("reasons", []) if reason.get("about") == name]) for name in names
    ]


def is_in_part(approval: dict[str, Any]) -> bool:
    """Whether an approval, by what history keeps of it, left something out: only then there are reasons."""
    return bool(approval.get("refused") or approval.get("reasons"))


def can_be_claimed_anew(approval: dict[str, Any]) -> bool:
    """Whether nobody else was selected for what the approval left out, so that it is free again."""
    return all(reason.get("code") != _SELECTED_OTHER for reason in approval.get("reasons", []))


def reasons_besides(data: dict[str, Any], parts: Sequence[LeftOut]) -> list[dict[str, str]]:
    """Reasons of a decision that are not told with one of the parts that it left out."""
    told = [reason for part in parts for reason in part.reasons]
    return [reason for reason in data.get("reasons", []) if reason not in told]
