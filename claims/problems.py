"""problems_with(claim): the one list of what stands in a claim's way, read by page, submit and reviewer alike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, gettext_lazy

from claims.eligibility import check_known_subscription, claimed_among, rivals_of
from claims.enums import ClaimAction, ClaimStatus, programs_for
from claims.fixing import is_settled, sentence_about
from claims.models import ActionRequest, Claim, ClaimEvent, ClaimLine, FixItem
from kit.texts import Text
from partners.programs import names_of_programs

POE_REQUIRED = gettext_lazy("Proof of execution document is required to submit this claim.")
MUST_SUBMIT = gettext_lazy("For the reviewer to take action, you must submit your claim.")
OWN_CLAIM = gettext_lazy("Your company has already submitted a customer association for this product/workload.")
MAX_PRODUCTS = 4


class Severity(StrEnum):
    """A blocker keeps the claim from being submitted; a warning only tells."""

    BLOCKER = "blocker"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in words for the partner; ``where`` names the part of the page it belongs to."""

    code: str
    severity: Severity
    message: Text
    where: str

    @property
    def blocks(self) -> bool:
        """Whether the claim cannot be submitted with it."""
        return self.severity == Severity.BLOCKER


def problems_with(
    claim: Claim, *, now: datetime, rivals: bool | None = None, asked: ActionRequest | None = None
) -> list[Problem]:
    """Everything that keeps the claim from submission or that the partner should know first, blockers first.

    For a claim that the partner cannot edit only the warnings that still matter are returned. ``rivals`` is the answer of
    ``rivals_of``, and ``asked`` the open request with its items, when the caller has them already. Changes nothing. The
    number of queries does not grow with the products.
    """
    problems: list[Problem] = []
    if claim.is_editable:
        problems += _content_problems(claim, now=now, asked=asked)
    if (claim.is_editable or claim.is_in_review) and (rivals_of(claim) if rivals is None else rivals):
        problems.append(
            Problem(
                "conflict",
                Severity.WARNING,
                gettext(
                    "The customer is already associated with, or claimed by, another partner for part of this claim. Each "
                    "proof of execution is evaluated, so the review may take longer than five business days."
                ),
                "products",
            )
        )
    return sorted(problems, key=lambda problem: not problem.blocks)


def blockers_of(claim: Claim, *, now: datetime) -> list[Problem]:
    """Only the problems that keep the claim from being submitted; what only a warning tells is not looked up."""
    found = _content_problems(claim, now=now) if claim.is_editable else []
    return [problem for problem in found if problem.blocks]


def is_ready_to_submit(claim: Claim) -> bool:
    """Editing with at least one proof of execution file, or a revenue association (Q5)."""
    return claim.status == ClaimStatus.EDITING and (claim.is_revenue or has_document(claim))


def has_document(claim: Claim) -> bool:
    """Whether a proof of execution file is attached."""
    return claim.documents.filter(removed_at=None).exists()


def missing_programs(claim: Claim, *, enrolled: Collection[str] | None = None) -> list[str]:
    """Programmes that the claim needs to earn and its location is not enrolled in (Q11, Q12).

    ``enrolled`` are the location's programmes when the caller has read them already.
    """
    if enrolled is None:
        enrolled = set(claim.location.enrollments.values_list("program", flat=True))
    needed = programs_for(claim.solution_area, claim.activities)
    return names_of_programs(program for program in needed if program not in enrolled)


def _content_problems(claim: Claim, *, now: datetime, asked: ActionRequest | None = None) -> list[Problem]:
    def blocker(code: str, message: Text, where: str) -> Problem:
        return Problem(code, Severity.BLOCKER, message, where)

    found: list[Problem] = []
    lines = list(claim.lines.select_related("product").prefetch_related("subscriptions__subscription__tenant"))
    if not claim.is_revenue:
        found += [blocker(code, message, "documents") for code, message in _proof_problems(claim, lines)]
    if not 1 <= len(lines) <= MAX_PRODUCTS:
        found.append(
            blocker("products", gettext("A claim needs one to four products/workloads. Edit the claim."), "products")
        )
    if not claim.location.is_active:
        found.append(
            blocker(
                "location",
                gettext("The MPN location {location} is no longer active. Edit the claim.").format(
                    location=claim.location
                ),
                "location",
            )
        )
    found += [blocker(code, message, "products") for code, message in _line_problems(claim, lines, now=now)]
    found += [blocker("fix_list", message, "fix_list") for message in _fix_list_problems(claim, lines, asked)]
    missing = missing_programs(claim)
    if missing:
        found.append(
            Problem(
                "not_enrolled",
                Severity.WARNING,
                gettext(
                    "The location {location} is not enrolled in {programs}. The claim can be submitted, but it cannot earn "
                    "incentives there."
                ).format(location=claim.location, programs=get_text_list(missing, gettext("and"))),
                "location",
            )
        )
    found.append(Problem("must_submit", Severity.WARNING, MUST_SUBMIT, "submit"))
    return found


def _fix_list_problems(claim: Claim, lines: Sequence[ClaimLine], asked: ActionRequest | None) -> list[str]:
    """Items of the open request that are neither ticked nor answered; one query unless ``asked`` holds them."""
    if claim.status != ClaimStatus.ACTION_REQUIRED:
        return []
    of_request = FixItem.objects.filter(request__claim=claim, request__closed_at=None)
    items = list(asked.items.all() if asked else of_request)
    left = [item for item in items if not is_settled(item, products={line.product_id for line in lines})]
    return [sentence_about(len(left))] if left else []


def _proof_problems(claim: Claim, lines: Sequence[ClaimLine]) -> list[tuple[str, Text]]:
    """No file at all, or none since the customer denied an association of the company for one of these products (Q39)."""
    newest = claim.documents.filter(removed_at=None).aggregate(newest=Max("uploaded_at"))["newest"]
    if newest is None:
        return [("no_document", POE_REQUIRED)]
    denials = ClaimEvent.objects.filter(
        action=ClaimAction.DENY_CONSENT,
        at__gt=newest,
        claim__organization_id=claim.organization_id,
        claim__tenant_id=claim.tenant_id,
        claim__lines__product__in=[line.product_id for line in lines],
    )
    denied_at = denials.values_list("at", flat=True).last()
    if denied_at is None:
        return []
    return [
        (
            "document_before_denial",
            gettext(
                "The customer denied an earlier association of your company for one of these products on {day}. Upload "
                "proof of execution that is newer than that."
            ).format(day=date_format(denied_at, gettext("F j, Y"))),
        )
    ]


def _line_problems(claim: Claim, lines: Sequence[ClaimLine], *, now: datetime) -> list[tuple[str, str]]:
    by_subscription = [line for line in lines if line.by_subscription]
    workloads = [line for line in lines if not line.by_subscription]
    return _workload_problems(claim, workloads) + _subscription_problems(claim, by_subscription, now=now)


def _workload_problems(claim: Claim, lines: Sequence[ClaimLine]) -> list[tuple[str, str]]:
    if not lines:
        return []
    own_live = ClaimLine.objects.filter(
        organization_id=claim.organization_id,
        tenant_id=claim.tenant_id,
        product__in=[line.product_id for line in lines],
        incentive=not claim.is_revenue,
        live=True,
    ).exclude(claim=claim)
    taken = set(own_live.values_list("product_id", flat=True))
    return [
        (
            "own_claim",
            gettext(
                "Your company has already submitted a customer association for this product/workload: {product}. "
                "Remove it by editing the claim."
            ).format(product=line.product.name),
        )
        for line in lines
        if line.product_id in taken
    ]


def _subscription_problems(claim: Claim, lines: Sequence[ClaimLine], *, now: datetime) -> list[tuple[str, str]]:
    chosen = [(line, entry.subscription) for line in lines for entry in line.subscriptions.all()]
    incentive = not claim.is_revenue
    ids = [subscription.pk for _, subscription in chosen]
    taken = claimed_among(ids, organization=claim.organization, incentive=incentive, editing=claim) if ids else set()
    problems = [
        (
            "no_subscription",
            gettext("{product} needs a subscription. Edit the claim.").format(product=line.product.name),
        )
        for line in lines
        if not line.subscriptions.all()
    ]
    for line, subscription in chosen:
        checked = check_known_subscription(
            subscription,
            organization=claim.organization,
            incentive=incentive,
            now=now,
            editing=claim,
            claimed=subscription.pk in taken,
        )
        if checked.cause is not None:
            said = gettext("{product}: subscription {subscription} cannot be claimed. {detail}").format(
                product=line.product.name, subscription=subscription.shown_id, detail=checked.detail
            )
            problems.append(("subscription", said))
    return problems
