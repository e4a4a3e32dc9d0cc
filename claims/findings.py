"""Findings: coded reasons with what each is tied to, and the words that the partner reads."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from claims.enums import ClaimField
from claims.models import ActionRequest, Claim, ClaimLine, Document, FixItem, LineSubscription, ReasonCode
from customers.models import Product, Subscription
from kit.errors import RuleViolation

# Reasons that the portal itself gives when it rejects.
SELECTED_OTHER, NO_RESPONSE = "another_partner_selected", "no_response"
USED_BY_PORTAL = frozenset({SELECTED_OTHER, NO_RESPONSE})
MAX_FINDINGS = 40
MAX_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One coded reason, tied to a product, a document or a field of the claim, or to the claim as a whole.

    With ``subscription`` it is about that one of its product alone.
    """

    reason: ReasonCode
    product: Product | None = None
    document: Document | None = None
    field: str = ""
    note: str = ""
    subscription: Subscription | None = None

    @property
    def about(self) -> str:
        """What it is tied to, in words; empty for the claim as a whole."""
        if self.product and self.subscription:
            return f"{self.product.label} ({self.subscription.shown_id})"
        if self.product:
            return self.product.label
        if self.document:
            return self.document.name
        return str(ClaimField(self.field).label) if self.field else ""

    def printed(self, claim: Claim) -> str:
        """The reason's text with its placeholders filled in."""
        filled = {
            "claim": str(claim),
            "customer": claim.customer_domain,
            "partner": claim.organization.name,
            "product": self.product.label if self.product else gettext("the product"),
            "document": f"«{self.document.name}»" if self.document else gettext("the document"),
            "field": str(ClaimField(self.field).label) if self.field else gettext("the field"),
        }
        return fill_in(self.reason.text, filled)


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with ``{name}`` replaced by its value, in one pass: a claim may itself be named «{customer}»."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def as_findings(reasons: Sequence[ReasonCode | Finding]) -> list[Finding]:
    """The reasons as findings, each once; a bare reason is about the claim as a whole."""
    return list(dict.fromkeys(each if isinstance(each, Finding) else Finding(each) for each in reasons))


def require_fitting(claim: Claim, findings: Sequence[Finding]) -> None:
    """Raise RuleViolation when a finding is tied to something that is not the claim's own, or says too much."""
    products = set(claim.lines.values_list("product_id", flat=True))
    documents = set(claim.documents.values_list("pk", flat=True))
    if len(findings) > MAX_FINDINGS:
        raise RuleViolation(gettext("At most {most} reasons fit into one decision.").format(most=MAX_FINDINGS))
    for finding in findings:
        if finding.product and finding.product.pk not in products:
            raise RuleViolation(
                gettext("{product} is not part of this claim any more.").format(product=finding.product.label)
            )
        if finding.subscription and not _names(claim, finding.subscription):
            raise RuleViolation(
                gettext("{subscription} is not part of this claim any more.").format(
                    subscription=finding.subscription.shown_id
                )
            )
        if finding.document and finding.document.pk not in documents:
            raise RuleViolation(
                gettext("«{document}» is not a document of this claim.").format(document=finding.document.name)
            )
        if finding.field and finding.field not in ClaimField.values:
            raise RuleViolation(gettext("Choose a field of the claim."))
        if len(finding.note) > MAX_WORDS:
            raise RuleViolation(
                gettext("Your own words about a reason have at most {most:,} characters.").format(most=MAX_WORDS)
            )


def _names(claim: Claim, subscription: Subscription) -> bool:
    return LineSubscription.objects.filter(line__claim=claim, subscription=subscription).exists()


def told_to_partner(claim: Claim, findings: Sequence[Finding], message: str) -> dict[str, Any]:
    """A copy of what the partner is told, for history, since the texts of reason codes may change later."""
    reasons = []
    for finding in findings:
        told = {"code": finding.reason.code, "title": finding.reason.title, "text": finding.printed(claim)}
        told |= {"about": finding.about} if finding.about else {}
        told |= {"note": finding.note.strip()} if finding.note.strip() else {}
        reasons.append(told)
    return {"reasons": reasons, "message": message.strip()}


def write_fix_list(request: ActionRequest, findings: Sequence[Finding]) -> list[FixItem]:
    """Turn the findings of a request into the partner's fix list. Needs an open transaction."""
    items = [
        FixItem(
            request=request,
            reason=finding.reason,
            title=finding.reason.title,
            text=finding.printed(request.claim),
            note=finding.note.strip(),
            product=finding.product,
            document=finding.document,
            document_name=finding.document.name if finding.document else "",
            field=finding.field,
            position=position,
        )
        for position, finding in enumerate(findings)
    ]
    return FixItem.objects.bulk_create(items)


def told_lines(reasons: Iterable[dict[str, str]]) -> list[str]:
    """Kept reasons as sentences: what it is about, its title, its text, and the reviewer's own words."""
    return [_told_line(reason) for reason in reasons]


def _told_line(reason: dict[str, str]) -> str:
    head = f"{reason['about']}: {reason['title']}" if reason.get("about") else reason["title"]
    return " ".join(part for part in (f"{head}.", reason["text"], reason.get("note", "")) if part)


def products_in(findings: Iterable[Finding]) -> set[int]:
    """Keys of the products that findings are tied to."""
    return {finding.product.pk for finding in findings if finding.product}


def mark_lines(lines: Iterable[ClaimLine], *, verdicts: dict[int, str]) -> None:
    """Write what was found of each product, by the product's key; those not named are not decided."""
    for line in lines:
        verdict = verdicts.get(line.product_id, "")
        if line.verdict != verdict:
            line.verdict = verdict
            line.save(update_fields=["verdict"])
