"""The rubric: points per party and criterion, weighted. It advises; a person decides, with a reason in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from kit.errors import RuleViolation
from review.models import MOST_POINTS, ArbitrationCase, CaseParty, CaseScore, RubricCriterion

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class Total:
    """The weighted sum of a party's points in percent of the most possible; ``given`` of ``criteria`` are scored."""

    percent: int | None
    given: int
    criteria: int

    @property
    def is_complete(self) -> bool:
        """Whether every criterion is scored."""
        return self.given == self.criteria


def active_criteria() -> list[RubricCriterion]:
    """The criteria in use, in their order."""
    return list(RubricCriterion.objects.filter(is_active=True))


def total_of(scores: Iterable[CaseScore], *, criteria: Iterable[RubricCriterion]) -> Total:
    """What the scores add up to, over the criteria in use that are scored."""
    weights = {criterion.pk: criterion.weight for criterion in criteria}
    counted = [score for score in scores if score.criterion_id in weights]
    most = sum(weights[score.criterion_id] * MOST_POINTS for score in counted)
    reached = sum(weights[score.criterion_id] * score.points for score in counted)
    return Total(round(100 * reached / most) if most else None, len(counted), len(weights))


@transaction.atomic
def score_party(
    party: CaseParty, *, points: Mapping[int, int | None], notes: Mapping[int, str], by: User, now: datetime
) -> int:
    """Write a party's points by criterion; None takes them back. Returns how many changed. Partners never learn of them.

    What says the same already keeps who said it first. Raises RuleViolation when the case is closed, the party has left,
    a criterion is not in use, or points or notes are out of bounds; then nothing is written.
    """
    case = ArbitrationCase.objects.select_for_update(no_key=True).get(pk=party.case_id)
    if case.is_closed or not CaseParty.objects.filter(pk=party.pk, case=case, is_open=True).exists():
        raise RuleViolation(gettext("This party is not in a running case any more, so its scores stay as they are."))
    criteria = {criterion.pk for criterion in active_criteria()}
    known = {score.criterion_id: score for score in CaseScore.objects.filter(party=party)}
    changed = 0
    for key, value in points.items():
        text = notes.get(key, "").strip()
        if key not in criteria:
            raise RuleViolation(gettext("This criterion is not in use any more. Read the case again."))
        if value is not None and not 0 <= value <= MOST_POINTS:
            raise RuleViolation(gettext("Points go from 0 to {most}.").format(most=MOST_POINTS))
        if len(text) > MAX_NOTE:
            raise RuleViolation(gettext("A note on a score has at most {most} characters.").format(most=MAX_NOTE))
        standing = known.get(key)
        if value is None:
            changed += CaseScore.objects.filter(party=party, criterion=key).delete()[0]
        elif standing is None or (standing.points, standing.note) != (value, text):
            CaseScore.objects.update_or_create(
                party=party, criterion_id=key, defaults={"points": value, "note": text, "by": by, "at": now}
            )
            changed += 1
    return changed


def record_of(parties: Sequence[CaseParty], *, criteria: Iterable[RubricCriterion]) -> list[dict[str, Any]]:
    """The scores as a decision keeps them: titles and weights may change later. One query."""
    criteria = list(criteria)
    titles = {criterion.pk: criterion for criterion in criteria}
    given: dict[int, list[CaseScore]] = {party.pk: [] for party in parties}
    for score in CaseScore.objects.filter(party__in=list(given)).select_related("by").order_by("pk"):
        given[score.party_id].append(score)
    kept = []
    for party in parties:
        scores = given[party.pk]
        total = total_of(scores, criteria=criteria)
        kept.append(
            {
                "claim": party.claim_id,
                "partner": party.claim.organization.name,
                "percent": total.percent,
                "scores": [
                    {
                        "criterion": titles[score.criterion_id].title,
                        "weight": titles[score.criterion_id].weight,
                        "points": score.points,
                        "note": score.note,
                        "by": score.by.get_full_name(),
                    }
                    for score in scores
                    if score.criterion_id in titles
                ],
            }
        )
    return kept
