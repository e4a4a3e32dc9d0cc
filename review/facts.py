"""What a reviewer reads of a claim beside its own content: the customer's directory, requests, submissions, assignments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Prefetch, Subquery
from django.utils.translation import gettext

from accounts.models import User
from claims.enums import ClaimField, ClaimStatus
from claims.models import ActionRequest, Claim, ClaimLine, FixItem, LineSubscription, Submission
from claims.snapshots import newest_facts
from customers.directory import Holding, directory
from customers.models import TenantDomain
from kit.texts import Text
from partners.models import Enrollment
from review.models import CaseParty
from review.neighbours import neighbours_along
from review.presence import presence_along
from review.queue.due import entries_along
from review.record import assignments_along
from review.rows import moment_in, name_at, rows_along
from review.taking_part import rejected_before_dispute

YOUNG = timedelta(days=30)


def columns_along(user: User, *, today: date) -> dict[str, Any]:
    """Columns that the claim's page reads along with the claim: a question each would be too many."""
    domains = TenantDomain.objects.filter(tenant=OuterRef("tenant")).order_by("-is_default", "name")
    submissions = Submission.objects.filter(claim=OuterRef("pk")).order_by("-number")
    denied = Claim.objects.filter(
        organization=OuterRef("organization"), tenant=OuterRef("tenant"), status=ClaimStatus.CONSENT_DENIED
    ).exclude(pk=OuterRef("pk"))
    own_products = ClaimLine.objects.filter(claim=OuterRef(OuterRef("pk"))).values("product")
    return {
        "domains": ArraySubquery(domains.values("name")),
        "enrolled": ArraySubquery(Enrollment.objects.filter(location=OuterRef("location")).values("program")),
        "denied_before": Exists(denied.filter(lines__product__in=own_products)),
        "calendar_entries": entries_along(today),
        "present": presence_along(),
        "assigned": assignments_along(),
        "own_rejection": rejected_before_dispute(user),
        "running_case": Subquery(CaseParty.objects.filter(claim=OuterRef("pk"), is_open=True).values("case")[:1]),
        "kept": ArraySubquery(newest_facts(OuterRef("pk"))),
        "kept_at": Subquery(submissions.values("submitted_at")[:1]),
        **neighbours_along(user),
    }


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A product of the claim beside what the customer's directory says of it."""

    line: ClaimLine
    holding: Holding

    @property
    def on_tenant(self) -> bool:
        """Whether the tenant's list of SKUs has it."""
        return self.holding.on_tenant


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """The customer as last imported: verified domains, whether the claimed one is among them, products, what alarms."""

    domains: list[str]
    domain_is_verified: bool
    lines: list[LineFacts]
    alarms: list[str]


def products_with_subscriptions(claim: Claim) -> list[ClaimLine]:
    """The claim's products with their subscriptions and the tenants of those. Two queries, however many."""
    chosen = Prefetch("subscriptions", LineSubscription.objects.select_related("subscription__tenant"))
    return list(claim.lines.select_related("product").prefetch_related(chosen))


def directory_facts(
    claim: Claim, *, lines: list[ClaimLine] | None = None, now: datetime | None = None
) -> DirectoryFacts:
    """What the directory says of the claim's customer and products. Changes nothing.

    Uses the claim's column ``domains`` and the ``lines`` when they were read already. ``now`` is for what alarms by age.
    """
    lines = products_with_subscriptions(claim) if lines is None else lines
    held = directory().holdings_of(claim.tenant, [line.product for line in lines])
    domains = getattr(claim, "domains", None)
    if domains is None:
        domains = [domain.name for domain in claim.tenant.domains.all()]
    verified = claim.customer_domain.lower() in {domain.lower() for domain in domains}
    facts = [LineFacts(line, held.get(line.product_id, Holding())) for line in lines]
    return DirectoryFacts(domains, verified, facts, _alarms(claim, facts, verified=verified, now=now))


def _alarms(claim: Claim, facts: list[LineFacts], *, verified: bool, now: datetime | None) -> list[str]:
    found = []
    if not verified:
        found.append(gettext("{domain} is not verified by this tenant.").format(domain=claim.customer_domain))
    for fact in facts:
        name = fact.line.product.label
        chosen = [entry.subscription for entry in fact.line.subscriptions.all()]
        if not fact.on_tenant and not any(each.is_active for each in chosen):
            found.append(
                gettext("{name} is suspended on the tenant.").format(name=name)
                if fact.holding.lapsed
                else gettext("{name} is not on the tenant.").format(name=name)
            )
        elif fact.on_tenant and not fact.holding.seats:
            found.append(gettext("{name} has no seats.").format(name=name))
        found += [
            gettext("{name}: subscription {subscription} belongs to another tenant.").format(
                name=name, subscription=each.shown_id
            )
            for each in chosen
            if each.tenant_id != claim.tenant_id
        ]
        if now and any(now - each.activated_at < timedelta(hours=settings.SUBSCRIPTION_WAIT_HOURS) for each in chosen):
            found.append(
                gettext("{name}: a subscription was activated less than {hours} hours ago.").format(
                    name=name, hours=settings.SUBSCRIPTION_WAIT_HOURS
                )
            )
    if now and now - claim.tenant.imported_at > YOUNG:
        found.append(gettext("The directory was imported more than 30 days ago."))
    return found


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One line of a fix list with the partner's answer."""

    title: str
    about: Text
    text: str
    note: str
    ticked: bool
    answer: str
    answered_by: str
    answered_at: datetime | None
    product_removed: bool

    @property
    def is_settled(self) -> bool:
        """Ticked, answered, or its product was taken out of the claim."""
        return self.ticked or bool(self.answer) or self.product_removed


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the partner with its fix list; ``reasons`` only where no list was kept."""

    request: ActionRequest
    requested_by: str
    items: list[AskedItem]
    reasons: list[str]


def requests_of(claim: Claim, *, products: Iterable[int]) -> list[Asked]:
    """What was asked of the partner so far, newest first, with its answers. ``products`` are those of the claim now."""
    fields = ("title", "text", "note", "document_name", "field", "ticked", "answer", "product_id")
    items = rows_along(
        FixItem.objects.filter(request=OuterRef("pk")).order_by("position", "pk"),
        **{name: name for name in fields},
        product=F("product__name"),
        by=name_at("answered_by"),
        at="answered_at",
    )
    reasons = ArraySubquery(
        ActionRequest.reasons.through.objects.filter(actionrequest=OuterRef("pk")).values("reasoncode__title")
    )
    requests = claim.action_requests.annotate(rows=items, titles=reasons, asker=name_at("requested_by"))
    present = set(products)
    return [
        Asked(each, each.asker, [_item(row, present) for row in each.rows], [] if each.rows else each.titles)
        for each in requests
    ]


def _item(row: Mapping[str, Any], products: set[int]) -> AskedItem:
    field = ClaimField(row["field"]).label if row["field"] else ""
    return AskedItem(
        title=row["title"],
        about=row["product"] or row["document_name"] or field,
        text=row["text"],
        note=row["note"],
        ticked=row["ticked"],
        answer=row["answer"],
        answered_by=row["by"] or "",
        answered_at=moment_in(row["at"]) if row["at"] else None,
        product_removed=row["product_id"] is not None and row["product_id"] not in products,
    )
