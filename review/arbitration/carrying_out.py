"""Carrying a decision out: everything that it means, in one transaction, or nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from claims.actors import Actor
from claims.deciding import approve, reject, start_review
from claims.enums import ClaimStatus
from claims.findings import SELECTED_OTHER, Finding
from claims.models import ReasonCode
from claims.superseding import keep_association, supersede
from review.arbitration.binding import note, paused, rebind
from review.arbitration.plans import Fate
from review.models import ArbitrationCase, CaseItem


def carry_out(
    case: ArbitrationCase, fates: Sequence[Fate], *, items: Sequence[CaseItem], actor: Actor, now: datetime
) -> None:
    """End what is lost, reject who is not selected, approve who is (R172); then close the case. Needs an open transaction.

    Associations end before the selected partner is approved, since the database lets one partner hold an item. The claims
    are locked by the caller. Raises RuleViolation when a rule on one of the claims says no: all is undone then.
    """
    order = sorted(fates, key=lambda fate: (not fate.loses_hold, bool(fate.approved), fate.party.claim_id))
    with paused(case.tenant_id):
        for fate in order:
            _decide(fate, actor=actor, now=now)
    _close(case, fates, items=items, actor=actor, now=now)
    rebind(case.tenant_id, now=now)


def _decide(fate: Fate, *, actor: Actor, now: datetime) -> None:
    claim = fate.party.claim
    if fate.loses_hold:
        supersede(
            claim,
            workloads=[item.product_id for item in fate.lost if item.subscription_id is None],
            subscriptions=[item.subscription_id for item in fate.lost if item.subscription_id],
            reasons=[Finding(_reason(SELECTED_OTHER))],
            message=fate.letter,
            actor=actor,
            now=now,
        )
        return
    if fate.holds:
        keep_association(claim, message=fate.letter, actor=actor, now=now)
        return
    if claim.status == ClaimStatus.SUBMITTED:
        start_review(claim, actor=actor, now=now)
    if not fate.approved:
        reject(claim, reasons=_reasons_to_reject(fate), message=fate.letter, actor=actor, now=now)
        return
    selected_other = _reason(SELECTED_OTHER)
    refused = [Finding(selected_other, product=line.product) for line in fate.lost_products]
    refused += _refusals(fate)
    without = [
        Finding(selected_other, product=each.line.product, subscription=each.subscription)
        for each in fate.lost_subscriptions
    ]
    approve(claim, message=fate.letter, refused=refused, without=without, actor=actor, now=now)


def _reasons_to_reject(fate: Fate) -> list[Finding]:
    """Not selected, and what was found of products that nobody contests."""
    return [Finding(_reason(SELECTED_OTHER)), *_refusals(fate)]


def _refusals(fate: Fate) -> list[Finding]:
    products = {line.product_id: line.product for line in fate.uncontested}
    return [Finding(_reason(code), product=products[key]) for key, code in fate.refused.items()]


def _reason(code: str) -> ReasonCode:
    return ReasonCode.objects.get(code=code)


def _close(
    case: ArbitrationCase, fates: Sequence[Fate], *, items: Sequence[CaseItem], actor: Actor, now: datetime
) -> None:
    for fate in fates:
        party = fate.party
        party.is_open, party.result, party.letter = False, fate.result, fate.letter
        party.save(update_fields=["is_open", "result", "letter"])
        for item in fate.won:
            item.winner = party
    for item in items:
        item.is_open = False
        item.save(update_fields=["is_open", "winner"])
        selected = item.winner.claim if item.winner else None
        if selected:
            text = gettext("{item}: claim {claim} of {partner} was selected.").format(
                item=item.label, claim=selected.pk, partner=selected.organization.name
            )
            note(case, text, now=now, by=actor.user)
    case.state, case.outcome, case.closed_at = case.State.CLOSED, case.Outcome.DECIDED, now
    case.version += 1
    case.save(update_fields=["state", "outcome", "closed_at", "version"])
