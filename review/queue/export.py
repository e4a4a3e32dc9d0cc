"""The filtered queue as a file: read in pieces by key, so that the memory stays the same however many claims there are."""

from collections.abc import Iterator
from typing import IO, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import programs_for
from claims.models import Claim, ClaimLine
from customers.models import Product
from kit.spreadsheets import stream_csv
from kit.workbooks import plain, workbook_of
from partners.programs import program_names
from review.queue.conditions import in_open_case
from review.queue.pages import chunk_of, key_of
from review.queue.tabs import Sequence

CHUNK = 500
MOST_IN_A_WORKBOOK = 50_000
HEADS = (
    _("Claim ID"),
    _("Claim"),
    _("Status"),
    _("Place in the queue"),
    _("Act by"),
    _("Reviewer"),
    _("Reviewer email"),
    _("Partner"),
    _("Customer"),
    _("Customer domain name"),
    _("Customer tenant ID"),
    _("Country"),
    _("Solution area"),
    _("Activity"),
    _("Programs"),
    _("Products"),
    _("Products/workloads"),
    _("Conflict"),
    _("Submissions"),
    _("Submitted (UTC)"),
    _("Review started (UTC)"),
    _("Partner has until (UTC)"),
    _("Decided (UTC)"),
)


def queue_rows(claims: QuerySet[Claim], *, by: Sequence) -> Iterator[list[Any]]:
    """One row per claim in the order of the list, read in pieces of 500. Moments are UTC."""
    labels = {product.pk: product.label for product in Product.objects.all()}
    programs = program_names()
    lines = ClaimLine.objects.filter(claim=OuterRef("pk")).order_by("product__name")
    whole = claims.select_related("organization", "reviewer", "tenant").annotate(
        product_ids=ArraySubquery(lines.values("product_id")), conflict=in_open_case()
    )
    key: list[Any] | None = None
    while chunk := list(chunk_of(whole, by=by, key=key, size=CHUNK)):
        for claim in chunk:
            yield _row(claim, labels, programs)
        key = key_of(chunk[-1], by)


def _row(claim: Any, labels: dict[int, str], names: dict[str, str]) -> list[Any]:
    programs = [names[program] for program in programs_for(claim.solution_area, claim.activities)]
    reviewer, tenant = claim.reviewer, claim.tenant
    return [
        claim.pk, claim.name, claim.get_status_display(), claim.get_queue_rank_display() if claim.is_in_review else "",
        claim.queue_due_on if claim.is_in_review else None, reviewer.get_full_name() if reviewer else "",
        reviewer.email if reviewer else "", claim.organization.name, tenant.display_name, claim.customer_domain,
        str(tenant.tenant_id).upper(), tenant.country, claim.get_solution_area_display(), claim.activity_label,
        "; ".join(programs), len(claim.product_ids), "; ".join(labels[pk] for pk in claim.product_ids),
        gettext("Yes") if claim.is_live and claim.conflict else "", claim.submissions, claim.submitted_at, claim.review_started_at,
        claim.action_due_at, claim.decided_at,
    ]  # fmt: skip


def queue_csv(claims: QuerySet[Claim], *, by: Sequence) -> Iterator[bytes]:
    """The list as CSV, piece by piece; cells that a spreadsheet program would take for a formula are made harmless."""
    return stream_csv(_csv_rows(claims, by))


def _csv_rows(claims: QuerySet[Claim], by: Sequence) -> Iterator[list[Any]]:
    yield [str(head) for head in HEADS]
    for row in queue_rows(claims, by=by):
        yield [plain(value) for value in row]


def queue_xlsx(claims: QuerySet[Claim], *, by: Sequence) -> IO[bytes]:
    """A workbook with the list, as an open temporary file at its beginning."""
    return workbook_of(
        [(gettext("Claims"), [str(head) for head in HEADS], queue_rows(claims, by=by))],
        title=gettext("Claims"),
        column_width=20,
    )
