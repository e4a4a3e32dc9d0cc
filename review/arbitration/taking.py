"""Whose case it is: taken and given back like a claim. Every change stands in the history of the case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from kit.errors import RuleViolation, StaleRecord
from review.access import LEAD
from review.arbitration.binding import note
from review.arbitration.room import CLOSED, require_may_act
from review.models import ArbitrationCase


@transaction.atomic
def take_case(case: ArbitrationCase, *, user: User, now: datetime) -> ArbitrationCase:
    """Make a free case one's own. Twice is fine. Raises RuleViolation with a sentence, StaleRecord when someone was faster."""
    if case.reviewer_id == user.pk:
        return case
    require_may_act(case, user=user)
    free = ArbitrationCase.objects.filter(pk=case.pk, reviewer=None).exclude(state=ArbitrationCase.State.CLOSED)
    if not free.update(reviewer=user):
        raise StaleRecord(gettext("Somebody else has just taken this case, or it was closed."))
    case.reviewer = user
    note(case, gettext("The case was taken."), now=now, by=user)
    return case


@transaction.atomic
def release_case(case: ArbitrationCase, *, user: User, now: datetime) -> ArbitrationCase:
    """Give a case back: one's own, or anybody's as a lead. Raises RuleViolation with a sentence."""
    if case.is_closed:
        raise RuleViolation(CLOSED)
    if case.reviewer_id is None:
        return case
    if case.reviewer_id != user.pk and not user.has_perm(LEAD):
        raise RuleViolation(gettext("Only its reviewer or a lead can release this case."))
    if not ArbitrationCase.objects.filter(pk=case.pk, reviewer=case.reviewer_id).update(reviewer=None):
        raise StaleRecord(gettext("The reviewer of this case has just changed."))
    case.reviewer = None
    note(case, gettext("The case was released."), now=now, by=user)
    return case
