"""Cases follow the claims: they open, grow, join and close by themselves, in the transaction that moves a claim (R170).

Locks are taken in one order: the moving claim first, as every rule on claims does, then the customer. Under the lock of the
customer no other claim is waited for, so two rivals that are submitted at the same instant end in one case.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from claims.enums import IN_REVIEW, ClaimAction, QueueRank
from claims.models import Claim
from customers.models import Tenant
from review.arbitration.contests import Cluster, Contest, Item, clusters, contests_of
from review.models import ArbitrationCase, CaseDecision, CaseEvent, CaseItem, CaseParty, CaseScore

# Steps that make a claim live, end that, or move it between holding and claiming.
BINDING = frozenset(
    {
        ClaimAction.SUBMIT, ClaimAction.RESUBMIT, ClaimAction.DISPUTE, ClaimAction.WITHDRAW, ClaimAction.LAPSE,
        ClaimAction.REJECT, ClaimAction.APPROVE, ClaimAction.DENY_CONSENT, ClaimAction.DISASSOCIATE, ClaimAction.SUPERSEDE,
        ClaimAction.EXPIRE, ClaimAction.RESTORE_CONSENT,
    }
)  # fmt: skip
_State, _Outcome, _Role, _Result = (
    ArbitrationCase.State,
    ArbitrationCase.Outcome,
    CaseParty.Role,
    CaseParty.Result,
)
_paused: ContextVar[frozenset[int]] = ContextVar("customers whose case is being decided", default=frozenset())


@contextmanager
def paused(tenant_id: int) -> Iterator[None]:
    """While a case is carried out its claims move one by one; what they contest in between means nothing."""
    before = _paused.set(_paused.get() | {tenant_id})
    try:
        yield
    finally:
        _paused.reset(before)


@transaction.atomic
def rebind(tenant_id: int, *, now: datetime) -> None:
    """Bring the running cases of a customer into step with its claims. Harmless when repeated.

    Opens, grows, joins and closes cases, and sets the rank in the queue of the claims in them. Partners learn nothing.
    """
    if tenant_id in _paused.get():
        return
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
    contests = contests_of(tenant_id)
    running = {case.pk: case for case in _running_cases(tenant_id)}
    if not contests and not running:
        return
    items = {pk: [_item(each) for each in case.items.all() if each.is_open] for pk, case in running.items()}
    found = clusters(contests, items)
    alive = {pk for cluster in found for pk in cluster.cases}
    for pk in running.keys() - alive:
        _close_uncontested(running[pk], now=now)
    # First everything leaves, then everything joins: a claim or an item is in one running case at any moment.
    bound = [(_case_for(cluster, running, tenant_id=tenant_id, now=now), cluster) for cluster in found]
    left = {case.pk: _let_go(case, cluster, now=now) for case, cluster in bound}
    for case, cluster in bound:
        if _take_in(case, cluster, contests, now=now) or left[case.pk]:
            changed(case, now=now)
        raise_ranks(cluster.claims)


def _running_cases(tenant_id: int) -> list[ArbitrationCase]:
    cases = ArbitrationCase.objects.filter(tenant=tenant_id).exclude(state=_State.CLOSED)
    return list(cases.order_by("pk").select_for_update(no_key=True).prefetch_related("items"))


def _item(row: CaseItem) -> Item:
    return Item.of(row.product_id, row.subscription_id)


def _case_for(
    cluster: Cluster, running: dict[int, ArbitrationCase], *, tenant_id: int, now: datetime
) -> ArbitrationCase:
    """The case of a cluster: its oldest one, into which the others go, or a new one."""
    if not cluster.cases:
        case = ArbitrationCase.objects.create(tenant_id=tenant_id, opened_at=now)
        note(case, gettext("The case was opened."), now=now)
        return case
    oldest, *others = sorted(cluster.cases)
    for other in others:
        _merge(running[other], into=running[oldest], now=now)
    return running[oldest]


def _merge(case: ArbitrationCase, *, into: ArbitrationCase, now: datetime) -> None:
    """Join a case with an older one. Its rows stay where they are as history; its parties go on with their scores."""
    case.items.filter(is_open=True).update(is_open=False, removed_at=now)
    for party in list(case.parties.filter(is_open=True)):
        party.is_open, party.left_at, party.result = False, now, _Result.MOVED
        party.save(update_fields=["is_open", "left_at", "result"])
        moved = CaseParty.objects.create(case=into, claim_id=party.claim_id, role=party.role, joined_at=party.joined_at)
        CaseScore.objects.filter(party=party).update(party=moved)
    _overtake(case, now=now)
    _close(case, _Outcome.MERGED, now=now, merged_into=into)
    note(case, gettext("The case went on as case {case}, because a claim joined both.").format(case=into.pk), now=now)
    note(
        into,
        gettext("Case {case} was joined with this one, because a claim joined both.").format(case=case.pk),
        now=now,
    )
    changed(into, now=now)


def _let_go(case: ArbitrationCase, cluster: Cluster, *, now: datetime) -> bool:
    """Part with claims and items that are not contested any more; True when there were some."""
    gone = [party for party in case.parties.filter(is_open=True) if party.claim_id not in cluster.claims]
    rows = case.items.filter(is_open=True).select_related("product", "subscription")
    dropped = [row for row in rows if _item(row) not in cluster.items]
    for row in dropped:
        row.is_open, row.removed_at = False, now
        row.save(update_fields=["is_open", "removed_at"])
        note(case, gettext("{item} is not contested any more.").format(item=row.label), now=now)
    _leave(gone, now=now)
    return bool(gone or dropped)


def _take_in(case: ArbitrationCase, cluster: Cluster, contests: dict[Item, Contest], *, now: datetime) -> bool:
    """Let claims and items that came to be contested join; True when there were some."""
    known = {_item(row) for row in case.items.filter(is_open=True)}
    added = sorted(cluster.items - known, key=lambda item: (item.workload or 0, item.subscription or 0))
    for item in added:
        product = contests[item].product
        row = CaseItem.objects.create(
            case=case, tenant_id=case.tenant_id, product_id=product, subscription_id=item.subscription, added_at=now
        )
        note(case, gettext("{item} is contested.").format(item=row.label), now=now)
    parties = set(case.parties.filter(is_open=True).values_list("claim_id", flat=True))
    holders = {claim for item in cluster.items for claim in contests[item].holders}
    come = Claim.objects.filter(pk__in=cluster.claims - parties).select_related("organization").order_by("pk")
    for claim in come:
        role = _Role.HOLDER if claim.pk in holders else _Role.CONTENDER
        CaseParty.objects.create(case=case, claim=claim, role=role, joined_at=now)
        text = gettext("Claim {claim} of {partner} joined as {role}.").format(
            claim=claim.pk, partner=claim.organization.name, role=role.label.lower()
        )
        note(case, text, now=now)
    return bool(added or come)


def _close_uncontested(case: ArbitrationCase, *, now: datetime) -> None:
    """Nobody contests any more: the case closes by itself, and what is left of its claims goes on as any other."""
    parties = list(case.parties.filter(is_open=True).select_related("claim"))
    _leave([party for party in parties if not party.claim.is_live], now=now)
    stay = [party.claim_id for party in parties if party.claim.is_live]
    case.parties.filter(is_open=True).update(is_open=False)
    case.items.filter(is_open=True).update(is_open=False, removed_at=now)
    _overtake(case, now=now)
    _close(case, _Outcome.UNCONTESTED, now=now)
    note(case, gettext("Nobody contests any more, so the case was closed."), now=now)
    lower_ranks(stay)


def _leave(parties: list[CaseParty], *, now: datetime) -> None:
    for party in parties:
        party.is_open, party.left_at, party.result = False, now, _Result.LEFT
        party.save(update_fields=["is_open", "left_at", "result"])
        claim = Claim.objects.select_related("organization").get(pk=party.claim_id)
        text = gettext("Claim {claim} of {partner} left; its status is {status}.").format(
            claim=claim.pk, partner=claim.organization.name, status=claim.get_status_display()
        )
        note(party.case, text, now=now)
    lower_ranks(party.claim_id for party in parties)


def _close(case: ArbitrationCase, outcome: str, *, now: datetime, merged_into: ArbitrationCase | None = None) -> None:
    case.state, case.outcome, case.closed_at, case.merged_into = _State.CLOSED, outcome, now, merged_into
    case.version += 1
    case.save(update_fields=["state", "outcome", "closed_at", "merged_into", "version"])


def changed(case: ArbitrationCase, *, now: datetime) -> None:
    """Count a change of parties or items: what was decided on the older state is overtaken."""
    _overtake(case, now=now)
    case.version += 1
    case.state = _State.OPEN
    case.save(update_fields=["state", "version"])


def _overtake(case: ArbitrationCase, *, now: datetime) -> None:
    waiting = CaseDecision.objects.filter(case=case, state=CaseDecision.State.PROPOSED)
    if waiting.update(state=CaseDecision.State.OVERTAKEN, settled_at=now):
        note(case, gettext("The proposed decision was overtaken by this change."), now=now)


def note(case: ArbitrationCase, text: str, *, now: datetime, by: User | None = None) -> CaseEvent:
    """Write one step into the history of the case."""
    return CaseEvent.objects.create(case=case, text=text, by=by, at=now)


def raise_ranks(claims: Iterable[int]) -> None:
    """Ordinary claims in review come before others of their day while they are in a case."""
    _set_rank(claims, QueueRank.ORDINARY, QueueRank.CONFLICT)


def lower_ranks(claims: Iterable[int]) -> None:
    """They are ordinary again."""
    _set_rank(claims, QueueRank.CONFLICT, QueueRank.ORDINARY)


def _set_rank(claims: Iterable[int], before: QueueRank, after: QueueRank) -> None:
    """A claim that somebody else is moving is passed over, not waited for: ``mend_ranks`` sets it soon."""
    found = Claim.objects.filter(pk__in=list(claims), status__in=sorted(IN_REVIEW), queue_rank=before)
    free = found.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)
    keys = list(free.values_list("pk", flat=True))
    if keys:
        Claim.objects.filter(pk__in=keys).update(queue_rank=after)


def mend_ranks() -> int:
    """Set the ranks that were passed over because somebody else was at the claim, and return how many (a sweep)."""
    in_review = Claim.objects.filter(status__in=sorted(IN_REVIEW))
    running = CaseParty.objects.filter(is_open=True).values("claim_id")
    low = in_review.filter(queue_rank=QueueRank.ORDINARY, pk__in=running).values_list("pk", flat=True)
    high = in_review.filter(queue_rank=QueueRank.CONFLICT).exclude(pk__in=running).values_list("pk", flat=True)
    mended = 0
    for keys, before, after in (
        (list(low), QueueRank.ORDINARY, QueueRank.CONFLICT),
        (list(high), QueueRank.CONFLICT, QueueRank.ORDINARY),
    ):
        for pk in keys:
            mended += Claim.objects.filter(pk=pk, queue_rank=before).update(queue_rank=after)
    return mended
