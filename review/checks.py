"""The reviewer's checklist: what each document shows for each product of the five rules of proof of execution (R142).

The newest word on a cell replaces the one before. Partners never read it; the decision form may start from its summary.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.checklist import RULES
from claims.enums import IN_REVIEW
from claims.models import Claim, Document
from customers.models import Product
from kit.errors import RuleViolation
from kit.texts import Text
from review.models import ProofCheck

Result = ProofCheck.Result
LABELS = {
    "signature": _("Customer signature"),
    "connection": _("Link to the work"),
    "activities": _("Growth activities"),
    "names": _("Both names"),
    "dates": _("Dates"),
}
_RANK = {Result.SHOWN: 0, Result.UNCLEAR: 1, Result.MISSING: 2}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One rule in one document for one product."""

    document: int
    product: int
    rule: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one rule for one product, over all documents that count; the best document decides."""

    rule: str
    result: str
    documents: tuple[Document, ...] = ()

    @property
    def label(self) -> Text:
        """The rule in two words."""
        return LABELS[self.rule]


@dataclass(frozen=True, slots=True)
class ProductSummary:
    """The five rules for one product. ``missing``, ``unclear`` and ``unchecked`` are codes of rules."""

    product: Product
    verdicts: list[Verdict] = field(default_factory=list)

    def _rules(self, result: str) -> list[str]:
        return [verdict.rule for verdict in self.verdicts if verdict.result == result]

    @property
    def shown(self) -> list[str]:
        """Rules that some document shows."""
        return self._rules(Result.SHOWN)

    @property
    def unclear(self) -> list[str]:
        """Rules that are unclear at best."""
        return self._rules(Result.UNCLEAR)

    @property
    def missing(self) -> list[str]:
        """Rules that no checked document shows."""
        return self._rules(Result.MISSING)

    @property
    def unchecked(self) -> list[str]:
        """Rules of which nobody has said anything yet."""
        return self._rules("")

    @property
    def is_complete(self) -> bool:
        """Whether all five are shown."""
        return len(self.shown) == len(RULES)

    @property
    def sentence(self) -> str:
        """«5 of 5 shown in Statement of Work.pdf», «3 of 5 shown. Missing: dates. Unclear: both names.», «Not checked yet»."""
        if len(self.unchecked) == len(RULES):
            return gettext("Not checked yet")
        names = list(dict.fromkeys(document.name for verdict in self.verdicts for document in verdict.documents))
        head = gettext("{shown} of {all} shown in {documents}") if names else gettext("{shown} of {all} shown")
        parts = [head.format(shown=len(self.shown), all=len(RULES), documents=gettext(" and ").join(names))]
        for sentence, rules in (
            (gettext("Missing: {rules}"), self.missing),
            (gettext("Unclear: {rules}"), self.unclear),
            (gettext("Not checked: {rules}"), self.unchecked),
        ):
            if rules:
                parts.append(sentence.format(rules=", ".join(LABELS[rule].lower() for rule in rules)))
        return ". ".join(parts)


def may_check(claim: Claim) -> bool:
    """Whether the checklist is open: an incentive claim that waits for Microsoft."""
    return claim.status in IN_REVIEW and not claim.is_revenue


def checks_of(claim: Claim) -> list[ProofCheck]:
    """All that was found so far, with the people who found it. One query."""
    return list(ProofCheck.objects.filter(claim=claim).select_related("checked_by"))


@transaction.atomic
def save_checks(claim: Claim, *, results: Mapping[Cell, str], by: User, now: datetime) -> int:
    """Write the results of cells, the empty one takes a word back; returns how many cells changed. No history is written.

    Cells that say the same already keep who said it first. Raises RuleViolation with a sentence when the claim is not in
    review, or a cell is not one of the claim's present documents, products and the five rules; then nothing is written.
    """
    if not may_check(claim):
        raise RuleViolation(gettext("The checklist is open while the claim is in review. It cannot be changed now."))
    _require_own_cells(claim, results)
    standing = {Cell(each.document_id, each.product_id, each.rule): each for each in checks_of(claim)}
    changed = {cell: result for cell, result in results.items() if result != _result_of(standing.get(cell))}
    gone = [standing[cell].pk for cell, result in changed.items() if not result]
    if gone:
        ProofCheck.objects.filter(pk__in=gone).delete()
    rows = [
        ProofCheck(
            claim=claim,
            document_id=cell.document,
            product_id=cell.product,
            rule=cell.rule,
            result=result,
            checked_by=by,
            checked_at=now,
        )
        for cell, result in sorted(changed.items())
        if result
    ]
    if rows:
        ProofCheck.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["document", "product", "rule"],
            update_fields=["result", "checked_by", "checked_at"],
        )
    return len(changed)


def _require_own_cells(claim: Claim, results: Mapping[Cell, str]) -> None:
    documents = set(claim.documents.filter(removed_at=None).values_list("pk", flat=True))
    products = set(claim.lines.values_list("product_id", flat=True))
    for cell, result in results.items():
        if cell.document not in documents:
            raise RuleViolation(gettext("This document was removed from the claim. Read the claim again."))
        if cell.product not in products:
            raise RuleViolation(gettext("This product is not part of the claim any more. Read the claim again."))
        if cell.rule not in LABELS or result not in {"", *Result.values}:
            raise RuleViolation(gettext("Choose shown, unclear or missing for one of the five rules."))


def _result_of(check: ProofCheck | None) -> str:
    return check.result if check else ""


def summary(
    claim: Claim,
    *,
    products: Iterable[Product] | None = None,
    documents: Collection[Document] | None = None,
    checks: Iterable[ProofCheck] | None = None,
) -> list[ProductSummary]:
    """What is known of the five rules per product, over the documents that were not removed; empty for revenue association.

    A rule that one document shows is shown, whatever the others lack. What the caller has read already it may pass.
    """
    if claim.is_revenue:
        return []
    if products is None:
        products = [line.product for line in claim.lines.select_related("product")]
    present = [each for each in (claim.documents.all() if documents is None else documents) if not each.removed_at]
    by_key = {document.pk: document for document in present}
    found: dict[tuple[int, str], list[ProofCheck]] = {}
    for check in checks_of(claim) if checks is None else checks:
        if check.document_id in by_key:
            found.setdefault((check.product_id, check.rule), []).append(check)
    return [
        ProductSummary(product, [_verdict(rule.code, found.get((product.pk, rule.code), []), by_key) for rule in RULES])
        for product in products
    ]


def _verdict(rule: str, checks: list[ProofCheck], documents: Mapping[int, Document]) -> Verdict:
    if not checks:
        return Verdict(rule, "")
    best = min((check.result for check in checks), key=lambda result: _RANK[Result(result)])
    at = [documents[check.document_id] for check in checks if check.result == best == Result.SHOWN]
    return Verdict(rule, str(best), tuple(at[:1]))
