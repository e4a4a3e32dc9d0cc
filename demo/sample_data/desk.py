"""What the reviewers' desk holds beside the claims: who works on what, notes, checks, a conflict of interest, saved filters."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from claims.checklist import RULES
from claims.enums import ClaimStatus
from claims.models import Claim
from demo.sample_data import words
from demo.sample_data.special import BARRED_FROM
from partners.models import PartnerOrganization
from review.models import Assignment, Bar, Note, ProofCheck, SavedQueue

_R = ProofCheck.Result
_FILTERS = (
    ("Overdue", "overdue=on"),
    ("Disputes", "dispute=on"),
    ("Microsoft 365, nobody's", "area=microsoft_365&who=nobody"),
)


def furnish_desk(*, now: datetime) -> None:
    """Fill the desk for the claims that wait for Microsoft. Needs an open transaction."""
    people = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith="@microsoft.example")}
    _bar(people, now=now)
    waiting = Claim.objects.filter(status__in=[ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED]).order_by("pk")
    claims = list(waiting.select_related("organization").prefetch_related("documents", "lines"))
    _share_out(claims, people, now=now)
    _check(claims, now=now)
    for name, query in _FILTERS:
        SavedQueue.objects.create(owner=people["reviewer"], name=name, query=query, created_at=now - timedelta(days=20))


def _bar(people: dict[str, User], *, now: datetime) -> None:
    Bar.objects.create(
        reviewer=people["reviewer2"], organization=PartnerOrganization.objects.get(name=BARRED_FROM),
        reason="Worked there until last spring.", set_by=people["lead"], set_at=now - timedelta(days=90),
    )  # fmt: skip


def _share_out(claims: list[Claim], people: dict[str, User], *, now: datetime) -> None:
    """Two of three claims under review are somebody's, who looked at them today; the others wait for a taker."""
    log = []
    for claim in claims:
        held = claim.reviewer_id
        if held is None:
            continue
        began = claim.review_started_at or now
        log.append(Assignment(claim=claim, kind=Assignment.Kind.TAKEN, reviewer_id=held, by_id=held, at=began))
        barred = claim.organization.name == BARRED_FROM and held == people["reviewer2"].pk
        if barred or claim.pk % 3 == 0:
            freed = max(began, now - timedelta(hours=20))
            log.append(Assignment(claim=claim, kind=Assignment.Kind.RELEASED, before_id=held, by_id=held, at=freed))
            claim.reviewer_id, claim.reviewer_active_at = None, None
        else:
            claim.reviewer_active_at = now - timedelta(minutes=20 + claim.pk % 90)
    Assignment.objects.bulk_create(log)
    Claim.objects.bulk_update(claims, ["reviewer", "reviewer_active_at"])


def _check(claims: list[Claim], *, now: datetime) -> None:
    """Whoever has a claim has begun to check its proof, and wrote a note on some."""
    checks, notes = [], []
    for claim in claims:
        rng, documents = Random(f"desk {claim.pk}"), list(claim.documents.all())
        if claim.reviewer_id is None or not documents:
            continue
        at = claim.reviewer_active_at or now
        for line in claim.lines.all():
            for rule in RULES[: rng.randint(1, len(RULES))]:
                result = rng.choices((_R.SHOWN, _R.UNCLEAR, _R.MISSING), (8, 2, 1))[0]
                checks.append(
                    ProofCheck(
                        claim=claim, document=documents[-1], product_id=line.product_id, rule=rule.code, result=result,
                        checked_by_id=claim.reviewer_id, checked_at=at,
                    )
                )  # fmt: skip
        if rng.random() < 0.5:
            text = rng.choice(words.INTERNAL_NOTES)
            notes.append(Note(claim=claim, author_id=claim.reviewer_id, text=text, written_at=at))
    ProofCheck.objects.bulk_create(checks)
    Note.objects.bulk_create(notes)
