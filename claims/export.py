"""Claims data as CSV and XLSX: the claims that a filter leaves, and their history, in constant memory (R020, Q35)."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import NOT_HELD, ClaimStatus, LineVerdict, programs_for
from claims.history import tell_partner
from claims.models import Claim, ClaimEvent, ClaimLine, Document, LineSubscription
from claims.results import OVER
from customers.models import Product
from kit.spreadsheets import stream_csv
from kit.texts import Text
from kit.workbooks import plain, workbook_of
from partners.programs import program_names

CHUNK = 500

CLAIM_HEADS = (
    _("Claim ID"),
    _("Claim"),
    _("Status"),
    _("Solution area"),
    _("Activity"),
    _("Programs"),
    _("Location"),
    _("MPN ID"),
    _("Customer domain name"),
    _("Customer tenant ID"),
    _("Business contact name"),
    _("Business contact email"),
    _("Business contact work title"),
    _("Contact name"),
    _("Contact email"),
    _("Dynamics solution seller"),
    _("ISV product or solution"),
    _("Products"),
    _("Products/workloads"),
    _("Not approved products"),
    _("No longer associated products"),
    _("Subscriptions"),
    _("Proof of execution documents"),
    _("Created by"),
    _("Date created (UTC)"),
    _("Last activity by"),
    _("Last activity (UTC)"),
    _("Submitted (UTC)"),
    _("Review due"),
    _("Action due (UTC)"),
    _("Decided (UTC)"),
    _("Opt-out until (UTC)"),
    _("In effect since (UTC)"),
)
HISTORY_HEADS = (
    _("Claim ID"),
    _("Claim"),
    _("Time (UTC)"),
    _("Who"),
    _("What"),
    _("Status before"),
    _("Status after"),
    _("Details"),
)


def claim_rows(claims: QuerySet[Claim]) -> Iterator[list[Any]]:
    """One row per claim in the order of ``claims``, read in pieces of 500. Moments are UTC."""
    labels = {product.pk: product.label for product in Product.objects.all()}
    programs = program_names()
    for claim in _with_parts(claims).iterator(chunk_size=CHUNK):
        yield _claim_row(claim, labels, programs)


def _with_parts(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The claims with the ids of their parts as arrays: related objects would stay in memory until the collector runs."""
    documents = Document.objects.filter(claim=OuterRef("pk"), removed_at=None)
    lines = ClaimLine.objects.filter(claim=OuterRef("pk")).order_by("product__name")
    refused = lines.filter(verdict=LineVerdict.REFUSED)
    ended = Q(verdict=LineVerdict.ACCEPTED, claim__status__in=sorted(OVER))
    # Of an approved claim only what it still holds; of any other what it names.
    of_claim = LineSubscription.objects.filter(line__claim=OuterRef("pk")).exclude(line__verdict__in=NOT_HELD)
    chosen = of_claim.filter(Q(live=True) | ~Q(line__claim__status=ClaimStatus.APPROVED))
    chosen = chosen.order_by("line__product__name", "pk")
    return claims.select_related("location", "tenant", "created_by").annotate(
        document_ids=ArraySubquery(documents.values("pk")),
        product_ids=ArraySubquery(lines.values("product_id")),
        refused_ids=ArraySubquery(refused.values("product_id")),
        lost_ids=ArraySubquery(lines.filter(Q(verdict=LineVerdict.LOST) | ended).values("product_id")),
        subscription_ids=ArraySubquery(
            chosen.values(shown=Coalesce("subscription__commerce_subscription_id", "subscription__subscription_id"))
        ),
    )


def _claim_row(claim: Any, labels: dict[int, str], names: dict[str, str]) -> list[Any]:
    subscriptions = [str(shown).upper() for shown in claim.subscription_ids]
    programs = [names[program] for program in programs_for(claim.solution_area, claim.activities)]
    return [
        claim.pk, claim.name, claim.get_status_display(), claim.get_solution_area_display(), claim.activity_label,
        "; ".join(programs), claim.location.label, claim.location.mpn_id, claim.customer_domain,
        str(claim.tenant.tenant_id).upper(), claim.customer_contact_name, claim.customer_contact_email,
        claim.customer_contact_title, claim.partner_contact_name, claim.partner_contact_email, claim.seller_name,
        claim.isv_solution, len(claim.product_ids), "; ".join(labels[pk] for pk in claim.product_ids),
        "; ".join(labels[pk] for pk in claim.refused_ids), "; ".join(labels[pk] for pk in claim.lost_ids),
        "; ".join(subscriptions), len(claim.document_ids), claim.created_by.get_full_name(), claim.created_at, claim.last_activity_label,
        claim.last_activity_at, claim.submitted_at, claim.review_due_on, claim.action_due_at, claim.decided_at,
        claim.opt_out_until, claim.in_effect_at,
    ]  # fmt: skip


def history_rows(claims: QuerySet[Claim]) -> Iterator[list[Any]]:
    """One row per event of the claims, claim by claim, oldest first, in the partner's words (R124, Q50)."""
    events = ClaimEvent.objects.filter(claim__in=claims.order_by().values("pk")).select_related("claim")
    for event in events.order_by("claim_id", "at", "pk").iterator(chunk_size=CHUNK):
        (told,) = tell_partner([event])
        before, after = (str(ClaimStatus(code).label) if code else "" for code in (event.from_status, event.to_status))
        yield [
            event.claim_id,
            event.claim.name,
            event.at,
            told.who,
            told.sentence,
            before,
            after,
            "\n".join(told.details),
        ]


def claims_csv(claims: QuerySet[Claim]) -> Iterator[bytes]:
    """The claims as CSV, piece by piece."""
    return stream_csv(_with_head(CLAIM_HEADS, claim_rows(claims)))


def history_csv(claims: QuerySet[Claim]) -> Iterator[bytes]:
    """The history of the claims as CSV, piece by piece."""
    return stream_csv(_with_head(HISTORY_HEADS, history_rows(claims)))


def _with_head(heads: Iterable[Text], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield [str(head) for head in heads]
    for row in rows:
        yield [plain(value) for value in row]


def claims_xlsx(claims: QuerySet[Claim]) -> IO[bytes]:
    """A workbook with the sheets «Claims» and «History», as an open temporary file at its beginning."""
    sheets = [
        (gettext("Claims"), [str(head) for head in CLAIM_HEADS], claim_rows(claims)),
        (gettext("History"), [str(head) for head in HISTORY_HEADS], history_rows(claims)),
    ]
    return workbook_of(sheets, title=gettext("Customer associations"))
