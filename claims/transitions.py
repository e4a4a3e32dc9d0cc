"""The table of a claim's life: which action leads from where to where, and who may do it."""

from dataclasses import dataclass

from claims.enums import ActorKind, ClaimAction, ClaimStatus

A, S, K = ClaimAction, ClaimStatus, ActorKind


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    action: ClaimAction
    sources: frozenset[ClaimStatus]
    target: ClaimStatus
    by: ActorKind
    rule: str


def _row(action: ClaimAction, sources: set[ClaimStatus], target: ClaimStatus, by: ActorKind, rule: str) -> Transition:
    return Transition(action, frozenset(sources), target, by, rule)


TABLE: dict[ClaimAction, Transition] = {
    row.action: row
    for row in (
        _row(A.SUBMIT, {S.EDITING}, S.SUBMITTED, K.PARTNER, "a document unless revenue association; 1 to 4 products"),
        _row(A.WITHDRAW, {S.SUBMITTED}, S.EDITING, K.PARTNER, "while no review has started"),
        _row(A.DISCARD, {S.EDITING}, S.DISCARDED, K.PARTNER, "an unfinished claim"),
        _row(A.START_REVIEW, {S.SUBMITTED}, S.UNDER_REVIEW, K.REVIEWER, "starts the five business days"),
        _row(
            A.REQUEST_ACTION,
            {S.UNDER_REVIEW, S.DISPUTED},
            S.ACTION_REQUIRED,
            K.REVIEWER,
            "at least one coded reason; starts the 30 days",
        ),
        _row(A.RESUBMIT, {S.ACTION_REQUIRED}, S.UNDER_REVIEW, K.PARTNER, "as submit"),
        _row(A.LAPSE, {S.ACTION_REQUIRED}, S.REJECTED, K.SYSTEM, "30 days after the request"),
        _row(
            A.APPROVE, {S.UNDER_REVIEW, S.DISPUTED}, S.APPROVED, K.REVIEWER, "opens the associations, asks the customer"
        ),
        _row(A.REJECT, {S.UNDER_REVIEW, S.DISPUTED}, S.REJECTED, K.REVIEWER, "at least one coded reason"),
        _row(A.DISPUTE, {S.REJECTED}, S.DISPUTED, K.PARTNER, "once, within 30 days of the rejection"),
        _row(A.DENY_CONSENT, {S.APPROVED}, S.CONSENT_DENIED, K.CUSTOMER, "at any time; ends the associations"),
        _row(A.DISASSOCIATE, {S.APPROVED}, S.ENDED, K.PARTNER, "with a reason; ends the associations"),
        _row(A.SUPERSEDE, {S.APPROVED}, S.ENDED, K.REVIEWER, "arbitration took the last product"),
        _row(A.EXPIRE, {S.APPROVED}, S.ENDED, K.SYSTEM, "the last subscription ended"),
        _row(
            A.RESTORE_CONSENT,
            {S.CONSENT_DENIED},
            S.APPROVED,
            K.CUSTOMER,
            "within the opt-out period; opens the associations again",
        ),
    )
}


def allowed_actions(status: str, by: ActorKind) -> list[ClaimAction]:
    """The actions that lead out of ``status`` for this kind of actor, in the table's order."""
    return [row.action for row in TABLE.values() if status in row.sources and row.by == by]
