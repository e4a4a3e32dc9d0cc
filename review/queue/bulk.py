"""One act on many claims: each in a transaction of its own, so that one refusal does not hold up the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.models import Claim
from kit.errors import RuleViolation, StaleRecord
from kit.texts import Text
from review.access import barred_organizations, submitted_claims
from review.assigning import assign, release, take
from review.starting import begin_review

MOST_AT_ONCE = 100
MISSING = ngettext_lazy(
    "{number} chosen claim is not with Microsoft now, or not yours to read. Nothing was done with it.",
    "{number} chosen claims are not with Microsoft now, or not yours to read. Nothing was done with them.",
    "number",
)
CHANGED = _("It has changed since you saw this list. Look at it again.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticked row, as the person saw it."""

    claim_id: int
    version: int
    reviewer_id: int | None


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done with many claims; ``done`` and ``not_done`` are told of those that were done and those that were not."""

    code: str
    label: Text
    done: Text
    not_done: Text


TAKE = Act(
    "take",
    _("Take"),
    ngettext_lazy("You took {number} claim.", "You took {number} claims.", "number"),
    _("Not taken: {claims}. {why}"),
)
RELEASE = Act(
    "release",
    _("Release"),
    ngettext_lazy("You released {number} claim.", "You released {number} claims.", "number"),
    _("Not released: {claims}. {why}"),
)
START = Act(
    "start",
    _("Start review"),
    ngettext_lazy("You started the review of {number} claim.", "You started the review of {number} claims.", "number"),
    _("Not started: {claims}. {why}"),
)
ASSIGN = Act(
    "assign",
    _("Assign"),
    ngettext_lazy("You assigned {number} claim to {to}.", "You assigned {number} claims to {to}.", "number"),
    _("Not assigned: {claims}. {why}"),
)
ACTS = {act.code: act for act in (TAKE, RELEASE, START, ASSIGN)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the claims that were done, for each reason those that were not, and how many were not found."""

    act: Act
    done: list[Claim] = field(default_factory=list)
    refused: dict[str, list[Claim]] = field(default_factory=dict)
    missing: int = 0

    def sentences(self) -> list[str]:
        """What is told of those that were not done, one sentence for each reason, every claim by name that may be read."""
        told = [
            self.act.not_done.format(claims=", ".join(str(claim) for claim in claims), why=why)
            for why, claims in self.refused.items()
        ]
        return [*told, MISSING.format(number=self.missing)] if self.missing else told


def chosen_from(tokens: Iterable[str]) -> list[Chosen]:
    """The rows that these tokens name, each once, at most 100; what makes no sense is left out."""
    found: dict[int, Chosen] = {}
    for token in tokens:
        parts = token.split(".")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            pk, version, reviewer = map(int, parts)
            found[pk] = Chosen(pk, version, reviewer or None)
    return list(found.values())[:MOST_AT_ONCE]


def act_on(chosen: list[Chosen], act: Act, *, user: User, now: datetime, to: User | None = None) -> Outcome:
    """Take, release, start or assign each of the claims, in the order of their keys.

    A claim that has another reviewer or version than the person saw is left as it is and told by name. Claims of partners
    from which the person is barred, and those that their partners took back, are not found and only counted. Raises
    RuleViolation when nothing was chosen.
    """
    if not chosen:
        raise RuleViolation(gettext("Choose at least one claim first."))
    seen = {each.claim_id: each for each in chosen}
    outcome = Outcome(act)
    readable = submitted_claims().exclude(organization__in=barred_organizations(user))
    for claim in readable.filter(pk__in=seen).select_related("reviewer", "organization").order_by("pk"):
        try:
            _require_unchanged(claim, seen[claim.pk], act)
            with transaction.atomic():
                _DO[act.code](claim, user, to, now)
        except RuleViolation as refusal:
            outcome.refused.setdefault(refusal.message, []).append(claim)
        else:
            outcome.done.append(claim)
    found = len(outcome.done) + sum(len(claims) for claims in outcome.refused.values())
    return replace(outcome, missing=len(seen) - found)


def _require_unchanged(claim: Claim, seen: Chosen, act: Act) -> None:
    if claim.reviewer_id != seen.reviewer_id:
        if claim.reviewer is None:
            raise StaleRecord(gettext("Its reviewer changed since you saw this list: nobody has it now."))
        raise StaleRecord(
            gettext("Its reviewer changed since you saw this list: {name} has it now.").format(
                name=claim.reviewer.get_full_name()
            )
        )
    if act == START and claim.version != seen.version:
        raise StaleRecord(CHANGED)


def _assign(claim: Claim, user: User, to: User | None, now: datetime) -> None:
    if to is None:
        raise RuleViolation(gettext("Choose a person who decides on claims."))
    assign(claim, to=to, by=user, now=now)


_DO: dict[str, Callable[[Claim, User, User | None, datetime], object]] = {
    TAKE.code: lambda claim, user, to, now: take(claim, user=user, now=now),
    RELEASE.code: lambda claim, user, to, now: release(claim, user=user, now=now),
    START.code: lambda claim, user, to, now: begin_review(claim, user=user, now=now),
    ASSIGN.code: _assign,
}
