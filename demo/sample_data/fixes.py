"""What reviewers of the sample claims find, tied to products, documents and fields, and how partners answer it."""

from collections.abc import Sequence
from random import Random

from claims.enums import ClaimField
from claims.findings import Finding
from claims.models import Claim, FixItem, ReasonCode
from customers.models import Product
from demo.sample_data import words

_About = ReasonCode.About


def findings_of(
    claim: Claim,
    codes: Sequence[str],
    *,
    products: Sequence[Product],
    known: dict[str, ReasonCode],
    words_of: str,
    rng: Random,
) -> list[Finding]:
    """The reasons as a reviewer gives them: about the last product or the newest document, with words of its own.

    One in three requests also asks for a correction of a field.
    """
    found = [_tied(claim, known[code], products=products, note=words_of) for code in codes]
    if rng.random() < 0.33:
        field, note = rng.choice(words.FIELD_REQUESTS)
        code = "location_unclear" if field == ClaimField.LOCATION else "contact_unclear"
        found.append(Finding(known[code], field=field, note=note))
    return found


def accepted_beside(findings: Sequence[Finding], products: Sequence[Product]) -> set[int]:
    """The products that are clear, when only one of several is asked about."""
    asked = {finding.product for finding in findings if finding.product}
    return {product.pk for product in products if product not in asked} if asked else set()


def refused_of(product: Product, *, known: dict[str, ReasonCode], rng: Random) -> Finding:
    """Why one product of an approved claim is left out."""
    code, note = rng.choice(words.REFUSALS)
    return Finding(known[code], product=product, note=note)


def answer_to(item: FixItem, *, rng: Random) -> tuple[bool, str]:
    """A tick, words, or both."""
    if rng.random() < 0.4:
        return True, ""
    if item.field:
        return True, rng.choice(words.FIELD_ANSWERS)
    return rng.random() < 0.7, rng.choice(words.ITEM_ANSWERS)


def _tied(claim: Claim, reason: ReasonCode, *, products: Sequence[Product], note: str) -> Finding:
    if reason.about == _About.PRODUCT:
        return Finding(reason, product=products[-1], note=note)
    document = claim.documents.order_by("pk").last() if reason.about == _About.DOCUMENT else None
    return Finding(reason, document=document, note=note if document else "")
