"""What Microsoft found of each product of a claim, as its page tells the partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from claims.enums import IN_REVIEW, ClaimStatus, LineVerdict
from claims.models import Claim, ClaimEvent, ClaimLine
from kit.texts import Text

S, V = ClaimStatus, LineVerdict
# Which findings still say something in which status; in all others they are the matter of history.
_TOLD = {
    S.ACTION_REQUIRED: frozenset({V.ACCEPTED, V.ASKED}),
    S.APPROVED: frozenset({V.ACCEPTED, V.REFUSED}),
    S.CONSENT_DENIED: frozenset({V.REFUSED}),
    S.ENDED: frozenset({V.REFUSED}),
} | {status: frozenset({V.ACCEPTED}) for status in IN_REVIEW}
# The look of a finding is that of the status that it resembles.
_LOOKS = {V.ACCEPTED: S.APPROVED, V.ASKED: S.ACTION_REQUIRED, V.REFUSED: S.REJECTED}


@dataclass(frozen=True, slots=True)
class Result:
    """One product of a claim with what was found of it in words; ``label`` is empty while nothing is to be told."""

    line: ClaimLine
    label: Text
    look: str
    reasons: list[dict[str, str]]


def results_of(claim: Claim, lines: Sequence[ClaimLine], *, behind: ClaimEvent | None) -> list[Result]:
    """The claim's products in their order, each with its finding as far as the partner is told of it.

    ``behind`` is the decision that brought the claim to its status. What an approval left out is «Not approved»; a
    product that was approved and went to another partner later is no longer associated. Reads nothing.
    """
    data = behind.data if behind else {}
    return [_result(claim, line, data) for line in lines]


def left_out(results: Sequence[Result]) -> list[Result]:
    """The products that an approval did not take in."""
    return [result for result in results if result.label == V.REFUSED.label]


def reasons_besides(data: dict[str, Any], results: Sequence[Result]) -> list[dict[str, str]]:
    """Reasons of a decision that are not told with one of the products."""
    told = [reason for result in results for reason in result.reasons]
    return [reason for reason in data.get("reasons", []) if reason not in told]


def _result(claim: Claim, line: ClaimLine, data: dict[str, Any]) -> Result:
    verdict = V(line.verdict)
    if verdict == V.OPEN or verdict not in _TOLD.get(S(claim.status), frozenset()):
        return Result(line, "", "", [])
    if verdict != V.REFUSED:
        return Result(line, verdict.label, _LOOKS[verdict].value, [])
    name = line.product.label
    if claim.status == S.APPROVED and name not in data.get("refused", []):
        return Result(line, gettext("No longer associated"), S.ENDED.value, [])
    reasons = [reason for reason in data.get("reasons", []) if reason.get("about") == name]
    return Result(line, verdict.label, _LOOKS[verdict].value, reasons)
