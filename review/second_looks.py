"""Second looks: a random sample of decisions that another reviewer reads once more. Partners never learn of it.

A second look changes nothing on the claim. It tells the leads how often two people decide alike, and the first reviewer
what a colleague would have done.
"""

from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from claims.enums import ActorKind, ClaimAction
from claims.models import Claim, ClaimEvent
from kit.errors import RuleViolation, StaleRecord
from review.access import BARRED, DECIDE, FIGURES, barred_organizations, is_barred
from review.models import SecondLook
from review.shares import percent_of
from review.taking_part import confirmed_by, rejected_before_dispute

DECISIONS = frozenset({ClaimAction.APPROVE, ClaimAction.REJECT, ClaimAction.REQUEST_ACTION})
FEWEST = 5  # below so many cases a rate says nothing
MOST_WORDS = 2000
_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often second reviewers agreed; ``rate`` is None while there are fewer than five cases."""

    cases: int
    agreed: int

    @property
    def rate(self) -> float | None:
        """The share of agreements, from 0 to 1."""
        return self.agreed / self.cases if self.cases >= FEWEST else None

    @property
    def percent(self) -> float | None:
        """The same as so many of a hundred, rounded down."""
        return None if self.rate is None else percent_of(self.agreed, self.cases)


def draw(claim: Claim, event: ClaimEvent) -> SecondLook | None:
    """Draw a reviewer's decision for a second look by chance: ``SECOND_LOOK_PERCENT`` of a hundred. None when it is not drawn.

    Called inside the decision's own transaction, so that a decision that is undone is no sample either. Nobody can tell
    beforehand which one it hits.
    """
    if event.action not in DECISIONS or event.actor_kind != ActorKind.REVIEWER:
        return None
    if _chance.random() * 100 >= settings.SECOND_LOOK_PERCENT:
        return None
    return SecondLook.objects.create(claim=claim, decision=event, first_reviewer_id=event.actor_id, drawn_at=event.at)


def open_looks_for(user: User) -> QuerySet[SecondLook]:
    """Second looks that wait and that this person may take, oldest first.

    For whoever sees the figures without deciding (auditors) all that wait.
    """
    if not user.has_perm(DECIDE):
        open_ones = SecondLook.objects.filter(looked_at=None)
        return open_ones.exclude(claim__organization__in=barred_organizations(user))
    return answerable_by(user).filter(looked_at=None)


def looks_at_own(user: User) -> QuerySet[SecondLook]:
    """Second looks at this person's own decisions that are done, newest first: what a colleague would have decided.

    What it confirmed in a case is its own decision too.
    """
    done = SecondLook.objects.filter(_is_own(user), looked_at__isnull=False)
    return done.exclude(claim__organization__in=barred_organizations(user)).order_by("-looked_at", "-pk")


def all_done(user: User) -> QuerySet[SecondLook]:
    """Every second look that is done, newest first, for whoever sees the figures; not those of partners it is barred from."""
    done = SecondLook.objects.filter(looked_at__isnull=False)
    return done.exclude(claim__organization__in=barred_organizations(user)).order_by("-looked_at", "-pk")


def visible_to(user: User) -> QuerySet[SecondLook]:
    """The second looks whose page this person may open: open ones it may take, done ones of its own on either side.

    Whoever sees the figures may open every one that is done. A person never learns that an own decision waits for a
    second look, or it would not be a fair sample.
    """
    if not user.has_perm(DECIDE):
        known = SecondLook.objects.all() if user.has_perm(FIGURES) else SecondLook.objects.none()
        return known.exclude(claim__organization__in=barred_organizations(user))
    is_done = Q(looked_at__isnull=False)
    waiting = Q(looked_at=None) & _is_independent(user)
    seen = waiting | (is_done if user.has_perm(FIGURES) else Q(second_reviewer=user) | (is_done & _is_own(user)))
    return SecondLook.objects.filter(seen).exclude(claim__organization__in=barred_organizations(user))


def answerable_by(user: User) -> QuerySet[SecondLook]:
    """The second looks that this person may answer, were nobody faster.

    No decision in which it took part, none on a claim whose partner disputed its rejection, no partner it is barred from.
    """
    others = SecondLook.objects.filter(_is_independent(user))
    return others.exclude(claim__organization__in=barred_organizations(user))


def _is_own(user: User) -> Q:
    """Whether the person took the decision, or confirmed it in a case."""
    return Q(first_reviewer=user) | Q(confirmed_by(user, claim="claim", at="decision__at"))


def _is_independent(user: User) -> Q:
    """Whether the person took part neither in the decision nor in a rejection of the claim that was disputed."""
    others = Q(first_reviewer=None) | ~Q(first_reviewer=user)
    return others & Q(
        ~confirmed_by(user, claim="claim", at="decision__at"), ~rejected_before_dispute(user, claim="claim")
    )


def answer(look: SecondLook, *, user: User, agrees: bool, comment: str, now: datetime) -> SecondLook:
    """Keep what the second reviewer would have decided, once. The claim stays as it is, and nobody is told.

    Raises RuleViolation for a decision in which the person took part, a partner that it is barred from, or words that are
    missing or too many; StaleRecord when a colleague answered meanwhile.
    """
    if not SecondLook.objects.filter(_is_independent(user), pk=look.pk).exists():
        raise RuleViolation(gettext("You took part in deciding on this claim. Somebody else looks at it."))
    if is_barred(user, look.claim):
        raise RuleViolation(BARRED)
    words = comment.strip()
    if not agrees and not words:
        raise RuleViolation(gettext("Say what you would have decided, and why."))
    if len(words) > MOST_WORDS:
        raise RuleViolation(gettext("A comment has at most {most:,} characters.").format(most=MOST_WORDS))
    values = {"agrees": agrees, "comment": words, "second_reviewer": user, "looked_at": now}
    if not SecondLook.objects.filter(pk=look.pk, looked_at=None).update(**values):
        raise StaleRecord(gettext("A colleague has already looked at this decision. Nothing was saved."))
    for name, value in values.items():
        setattr(look, name, value)
    return look
