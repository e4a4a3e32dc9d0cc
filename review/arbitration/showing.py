"""One case side by side: what its page says of each party. Changes nothing; as many queries for four parties as for two."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from claims.enums import PARTNERS_OWN, ClaimStatus
from claims.flags import Flag, flags_on
from claims.models import ActionRequest, Association, Claim, ClaimLine, Document, FixItem, LineSubscription
from review.arbitration.listing import shown_items, shown_parties
from review.arbitration.plans import standing_of
from review.arbitration.room import Room
from review.arbitration.rubric import Total, active_criteria, total_of
from review.checks import ProductSummary, summary
from review.models import ArbitrationCase, CaseItem, CaseParty, CaseScore, ProofCheck, RubricCriterion

# The most recent proof of execution counts since then, whoever submitted first.
RECENT_COUNTS_SINCE = datetime(2020, 7, 1, tzinfo=UTC)


@dataclass(slots=True)
class Proof:
    """The documents of a party that count, newest first, and how fresh they are."""

    documents: list[Document] = field(default_factory=list)
    newest: Document | None = None
    days_old: int = 0
    is_refreshed: bool = False  # added after the approval
    is_most_recent: bool = False  # of all parties
    counts: bool = True  # not older than the rule that the most recent one counts


@dataclass(slots=True)
class Column:
    """One party of the case."""

    party: CaseParty
    lines: list[ClaimLine]
    contested: list[CaseItem]
    proof: Proof
    checks: list[ProductSummary]
    flags: list[Flag]
    requests: list[ActionRequest]
    scores: list[tuple[RubricCriterion, CaseScore | None]]
    total: Total
    held_since: datetime | None = None

    @property
    def claim(self) -> Claim:
        """The party's claim."""
        return self.party.claim

    @property
    def is_taken_back(self) -> bool:
        """Whether the partner withdrew its claim: what it contains now is no longer Microsoft's to read."""
        return self.claim.status in PARTNERS_OWN

    @property
    def others(self) -> list[ClaimLine]:
        """Products of the claim of which nothing is contested."""
        workloads = {item.product_id for item in self.contested if item.subscription_id is None}
        taken = {item.subscription_id for item in self.contested if item.subscription_id}
        return [
            line
            for line in self.lines
            if line.live
            and line.product_id not in workloads
            and not any(each.subscription_id in taken for each in line.subscriptions.all())
        ]


@dataclass(slots=True)
class SideBySide:
    """The whole page of a case."""

    items: list[CaseItem]
    columns: list[Column]
    criteria: list[RubricCriterion]

    @property
    def requests(self) -> list[ActionRequest]:
        """What was asked of all parties in this case, or is open."""
        return [request for column in self.columns for request in column.requests]

    @property
    def room_parties(self) -> list[CaseParty]:
        """The parties in the order of their columns."""
        return [column.party for column in self.columns]


def side_by_side(case: ArbitrationCase, *, now: datetime) -> SideBySide:
    """Everything that a decider compares, per party: proof, checks, findings, answers, scores (R170, R171)."""
    held = Association.objects.filter(claim=OuterRef("claim")).order_by("-started_at").values("started_at")[:1]
    all_parties = case.parties.select_related("claim__organization").annotate(held_since=Subquery(held))
    parties = shown_parties(case, list(all_parties))
    items = shown_items(case, list(case.items.select_related("product", "subscription", "winner__claim")))
    keys = [party.claim_id for party in parties]
    lines = _lines(keys)
    documents = _by_claim(Document.objects.filter(claim__in=keys, removed_at=None).order_by("-uploaded_at", "-pk"))
    checks = _by_claim(ProofCheck.objects.filter(claim__in=keys))
    in_case = Q(requested_at__gte=case.opened_at) | Q(closed_at=None)
    asked = ActionRequest.objects.filter(in_case, claim__in=keys).select_related("claim__organization")
    answers = FixItem.objects.select_related("product", "document", "answered_by")
    requests = _by_claim(asked.prefetch_related(Prefetch("items", answers)))
    denied = _denied_before(parties, lines)
    criteria = active_criteria()
    scores = CaseScore.objects.filter(party__in=[party.pk for party in parties]).select_related("by")
    by_party: dict[int, dict[int, CaseScore]] = {}
    for score in scores:
        by_party.setdefault(score.party_id, {})[score.criterion_id] = score
    columns = []
    for party in parties:
        own, claim = lines.get(party.claim_id, []), party.claim
        given = by_party.get(party.pk, {})
        proof = _proof(claim, documents.get(claim.pk, []), now=now)
        standing = standing_of(party, items=items, lines=own)
        columns.append(
            Column(
                party=party,
                lines=own,
                contested=standing,
                proof=proof,
                checks=summary(
                    claim,
                    products=[line.product for line in own],
                    documents=proof.documents,
                    checks=checks.get(claim.pk, []),
                ),
                flags=flags_on(claim, rivals=False, lines=own, denied_before=claim.pk in denied),
                requests=requests.get(claim.pk, []),
                scores=[(criterion, given.get(criterion.pk)) for criterion in criteria],
                total=total_of(given.values(), criteria=criteria),
                held_since=party.held_since,  # type: ignore[attr-defined]
            )
        )
    _mark_most_recent(columns)
    return SideBySide(items, columns, criteria)


def room_behind(case: ArbitrationCase, page: SideBySide) -> Room:
    """What a decision would rest on, of what the page has read already; live products alone."""
    lines = {column.party.claim_id: [line for line in column.lines if line.live] for column in page.columns}
    return Room(case, page.items, page.room_parties, lines)


def _lines(claims: Sequence[int]) -> dict[int, list[ClaimLine]]:
    chosen = LineSubscription.objects.select_related("subscription__tenant", "line__product").order_by("pk")
    rows = ClaimLine.objects.filter(claim__in=claims).select_related("product").order_by("product__name")
    return _by_claim(rows.prefetch_related(Prefetch("subscriptions", chosen)))


def _by_claim[Kept: (ClaimLine, Document, ProofCheck, ActionRequest)](rows: QuerySet[Kept]) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for row in rows:
        found.setdefault(row.claim_id, []).append(row)
    return found


def _denied_before(parties: Sequence[CaseParty], lines: dict[int, list[ClaimLine]]) -> set[int]:
    """Claims whose partner was denied by this customer before for one of the products. One query."""
    if not parties:
        return set()
    denied = ClaimLine.objects.filter(
        tenant=parties[0].claim.tenant_id,
        claim__status=ClaimStatus.CONSENT_DENIED,
        organization__in=[party.claim.organization_id for party in parties],
    )
    known = set(denied.order_by().values_list("organization_id", "product_id"))
    return {
        party.claim_id
        for party in parties
        if any((party.claim.organization_id, line.product_id) in known for line in lines.get(party.claim_id, []))
    }


def _proof(claim: Claim, documents: list[Document], *, now: datetime) -> Proof:
    submitted = [document for document in documents if document.first_submission is not None]
    if not submitted:
        return Proof()
    newest = submitted[0]
    return Proof(
        documents=submitted,
        newest=newest,
        days_old=max((now - newest.uploaded_at).days, 0),
        is_refreshed=bool(
            claim.status == ClaimStatus.APPROVED and claim.decided_at and newest.uploaded_at > claim.decided_at
        ),
        counts=newest.uploaded_at >= RECENT_COUNTS_SINCE,
    )


def _mark_most_recent(columns: list[Column]) -> None:
    dated = [column.proof for column in columns if column.proof.newest and column.proof.counts]
    if len(dated) > 1:
        newest = max(proof.newest.uploaded_at for proof in dated if proof.newest)
        for proof in dated:
            proof.is_most_recent = bool(proof.newest and proof.newest.uploaded_at == newest)
