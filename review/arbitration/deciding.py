"""Deciding a case: at once, or as a proposal that a second reviewer confirms because a holder loses (R172).

Everything happens in one transaction, on the case as it was read, or nothing does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.actors import Actor
from kit.errors import RuleViolation, StaleRecord
from partners.models import PartnerOrganization
from review.access import LEAD
from review.arbitration.binding import note
from review.arbitration.carrying_out import carry_out
from review.arbitration.plans import Fate, Plan, fates_of
from review.arbitration.room import (
    BARRED,
    Room,
    changes_since,
    is_barred_from,
    locked_room,
    refusal_to_judge,
    require_as_read,
    require_may_act,
    require_may_judge,
    sentence_about,
    state_of,
    waiting_for,
)
from review.arbitration.rubric import active_criteria, record_of
from review.models import ArbitrationCase, CaseDecision

MAX_REASON = 4000
MAX_COMMENT = 2000
OWN_PROPOSAL = _("You proposed this decision. A second reviewer confirms it, because a partner that holds would lose.")
_State = CaseDecision.State


@transaction.atomic
def decide(
    case: ArbitrationCase, *, plan: Plan, reason: str, seen: Mapping[str, Any], user: User, now: datetime
) -> CaseDecision:
    """Decide a case (R170, R172): carry it out, or propose it when a partner that holds would lose.

    A proposal is tried first and taken back, so that only what could be carried out is proposed. Needs a reason in words,
    which stays with Microsoft. Raises RuleViolation with a sentence, StaleRecord when case or claims changed since ``seen``.
    """
    room = locked_room(case.pk)
    fates = checked_fates(room, plan, reason=reason, seen=seen, user=user, now=now)
    standing = state_of(room)
    record = {"scores": record_of(room.parties, criteria=active_criteria()), "fates": [_kept(fate) for fate in fates]}
    needs_second = any(fate.loses_hold for fate in fates)
    actor = Actor.reviewer(user)
    if needs_second:
        with transaction.atomic():
            carry_out(room.case, fates, items=room.items, actor=actor, now=now)
            transaction.set_rollback(True)
    else:
        carry_out(room.case, fates, items=room.items, actor=actor, now=now)
    decision = CaseDecision.objects.create(
        case_id=case.pk,
        state=_State.PROPOSED if needs_second else _State.CARRIED_OUT,
        reason=reason.strip(),
        plan=plan.as_json(),
        versions=standing,
        record=record,
        proposed_by=user,
        proposed_at=now,
        settled_at=None if needs_second else now,
    )
    if needs_second:
        ArbitrationCase.objects.filter(pk=case.pk).update(state=ArbitrationCase.State.PROPOSED)
    text = (
        gettext("A decision was proposed; a second reviewer confirms it.")
        if needs_second
        else gettext("The case was decided.")
    )
    note(decision.case, text, now=now, by=user)
    return decision


def checked_fates(
    room: Room, plan: Plan, *, reason: str, seen: Mapping[str, Any], user: User, now: datetime
) -> list[Fate]:
    """What the plan means for each party, when it may be decided now by this person on what was read.

    Raises RuleViolation with a sentence, StaleRecord with what changed.
    """
    require_may_act(room.case, user=user)
    if room.case.state == ArbitrationCase.State.PROPOSED:
        raise RuleViolation(
            gettext("A decision of this case waits for confirmation. Let it be returned or take it back first.")
        )
    require_as_read(room, seen)
    _require_answered(room, now=now)
    if not reason.strip():
        raise RuleViolation(gettext("Write down why you decide so. Partners never read it."))
    if len(reason.strip()) > MAX_REASON:
        raise RuleViolation(gettext("The reason has at most {most:,} characters.").format(most=MAX_REASON))
    return fates_of(plan, items=room.items, parties=room.parties, lines=room.lines)


def _require_answered(room: Room, *, now: datetime) -> None:
    for request in waiting_for(room.parties, now=now).values():
        raise RuleViolation(sentence_about(request))


def _kept(fate: Fate) -> dict[str, Any]:
    claim = fate.party.claim
    return {
        "claim": claim.pk,
        "partner": claim.organization.name,
        "role": fate.party.get_role_display(),
        "result": str(fate.party.Result(fate.result).label),
        "sentence": fate.sentence,
        "letter": fate.letter,
    }


@transaction.atomic
def confirm(decision: CaseDecision, *, user: User, now: datetime) -> CaseDecision:
    """The second reviewer agrees: the proposal is carried out as it was proposed.

    In the history of the claims it is the act of whoever proposed it; the case names both. Raises RuleViolation when the
    person proposed it, is barred or may not decide, StaleRecord when it cannot be confirmed any more, and why.
    """
    room = locked_room(decision.case_id)
    decision = _waiting(decision)
    _require_second(room.case, decision, user=user)
    if said := why_not_confirmed(room, decision):
        raise StaleRecord(" ".join([*said, gettext("Return it, so that a fresh decision can be proposed.")]))
    _require_answered(room, now=now)
    plan = Plan.from_json(decision.plan)
    fates = fates_of(plan, items=room.items, parties=room.parties, lines=room.lines)
    carry_out(room.case, fates, items=room.items, actor=Actor.reviewer(decision.proposed_by), now=now)
    decision.state, decision.confirmed_by, decision.settled_at = _State.CARRIED_OUT, user, now
    decision.save(update_fields=["state", "confirmed_by", "settled_at"])
    note(room.case, gettext("The decision was confirmed and carried out."), now=now, by=user)
    return decision


def why_not_confirmed(room: Room, decision: CaseDecision) -> list[str]:
    """Why a proposal can only be returned or taken back now, in sentences; empty when a second reviewer may confirm it.

    Claims or the case changed since then, as ``changes_since`` says: what was weighed is not what there is. Or whoever
    proposed it could not propose it any more, for a conflict of interest or because it does not decide now.
    """
    said = []
    if refusal_to_judge(room.case, user=decision.proposed_by):
        name = decision.proposed_by.get_full_name()
        said.append(gettext("{name}, who proposed this, may not decide on this case any more.").format(name=name))
    if changes := changes_since(room, decision.versions):
        said += [gettext("This case changed since the decision was proposed, so it cannot be confirmed."), *changes]
    return said


@transaction.atomic
def return_proposal(decision: CaseDecision, *, comment: str, user: User, now: datetime) -> CaseDecision:
    """The second reviewer does not agree, and says why: the case is open again. No claim is touched."""
    case = _locked_case(decision)
    decision = _waiting(decision)
    _require_second(case, decision, user=user)
    if not comment.strip():
        raise RuleViolation(gettext("Say why you return the proposal."))
    if len(comment.strip()) > MAX_COMMENT:
        raise RuleViolation(gettext("A comment has at most {most:,} characters.").format(most=MAX_COMMENT))
    decision.comment = comment.strip()
    _reopen(case, decision, state=_State.RETURNED, now=now)
    note(case, gettext("The proposal was returned: {comment}").format(comment=decision.comment), now=now, by=user)
    return decision


@transaction.atomic
def take_back(decision: CaseDecision, *, user: User, now: datetime) -> CaseDecision:
    """Whoever proposed it, or a lead, takes the proposal back: the case is open again. No claim is touched."""
    case = _locked_case(decision)
    decision = _waiting(decision)
    if is_barred_from(case, user=user):
        raise RuleViolation(BARRED)
    if decision.proposed_by_id != user.pk:
        if not user.has_perm(LEAD):
            raise RuleViolation(gettext("Only its proposer or a lead takes a proposal back."))
        require_may_judge(case, user=user)
    _reopen(case, decision, state=_State.TAKEN_BACK, now=now)
    note(case, gettext("The proposal was taken back."), now=now, by=user)
    return decision


@transaction.atomic
def overtake_proposals_of(person: User, *, organization: PartnerOrganization, by: User, now: datetime) -> int:
    """Let what the person proposed wait no more in cases with this partner, and return how many: those cases are open again.

    For a conflict of interest. No claim is touched; the case notes it.
    """
    proposed = CaseDecision.objects.filter(state=_State.PROPOSED, proposed_by=person)
    cases = proposed.filter(case__parties__claim__organization=organization).values("case")
    overtaken = 0
    for case in ArbitrationCase.objects.filter(pk__in=cases).order_by("pk").select_for_update(no_key=True):
        for decision in proposed.filter(case=case):
            _reopen(case, decision, state=_State.OVERTAKEN, now=now)
            note(
                case,
                gettext(
                    "The proposed decision was overtaken, because its proposer may not decide on this case any more."
                ),
                now=now,
                by=by,
            )
            overtaken += 1
    return overtaken


def _reopen(case: ArbitrationCase, decision: CaseDecision, *, state: str, now: datetime) -> None:
    decision.state, decision.settled_at = state, now
    decision.save(update_fields=["state", "settled_at", "comment"])
    case.state = ArbitrationCase.State.OPEN
    case.save(update_fields=["state"])


def _locked_case(decision: CaseDecision) -> ArbitrationCase:
    return ArbitrationCase.objects.select_for_update(no_key=True).get(pk=decision.case_id)


def _waiting(decision: CaseDecision) -> CaseDecision:
    current = CaseDecision.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=decision.pk)
    if current.state != _State.PROPOSED:
        state = _State(current.state).label.lower()
        raise StaleRecord(
            gettext("This proposal does not wait for confirmation any more: {state}. Read the case again.").format(
                state=state
            )
        )
    return current


def _require_second(case: ArbitrationCase, decision: CaseDecision, *, user: User) -> None:
    require_may_judge(case, user=user)
    if decision.proposed_by_id == user.pk:
        raise RuleViolation(OWN_PROPOSAL)
