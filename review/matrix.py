"""The checklist of one document as the claim's page prints it: rows of rules, columns of products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from claims.checklist import RULES
from claims.models import ClaimLine, Document
from customers.models import Product
from kit.texts import Text
from review.checks import LABELS, Cell, Result
from review.models import ProofCheck

CHOICES = (
    ("", gettext_lazy("Not checked"), "–"),
    (Result.SHOWN, Result.SHOWN.label, "✓"),
    (Result.UNCLEAR, Result.UNCLEAR.label, "?"),
    (Result.MISSING, Result.MISSING.label, "✕"),
)
_LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to one cell: its value, word and sign."""

    value: str
    word: Text
    sign: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One rule for one product, with the answers to choose from."""

    product: Product
    name: str
    check: ProofCheck | None

    @property
    def result(self) -> str:
        """What was found; empty while nothing was."""
        return self.check.result if self.check else ""

    @property
    def options(self) -> list[Option]:
        """The four answers, the standing one chosen."""
        return [Option(value, word, sign, value == self.result) for value, word, sign in CHOICES]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One rule over all products."""

    label: Text
    text: Text
    cells: list[MatrixCell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The five rules in one document. ``was`` says what stood when it was printed."""

    document: Document
    products: list[Product]
    rows: list[MatrixRow]
    was: str

    @property
    def checks(self) -> list[ProofCheck]:
        """Everything that was found in the document."""
        return [cell.check for row in self.rows for cell in row.cells if cell.check]

    @property
    def newest(self) -> ProofCheck | None:
        """The newest word, which names its person."""
        return max(self.checks, key=lambda check: (check.checked_at, check.pk), default=None)


def matrix_of(document: Document, *, lines: Iterable[ClaimLine], checks: Iterable[ProofCheck]) -> Matrix:
    """The matrix of a document over the products of the claim."""
    products = [line.product for line in lines]
    found = {(each.rule, each.product_id): each for each in checks if each.document_id == document.pk}
    rows = [
        MatrixRow(
            LABELS[rule.code],
            rule.text,
            [MatrixCell(each, _name(rule.code, each.pk), found.get((rule.code, each.pk))) for each in products],
        )
        for rule in RULES
    ]
    standing = [f"{rule}:{product}:{check.result}" for (rule, product), check in sorted(found.items())]
    return Matrix(document, products, rows, ",".join(standing))


def results_in(data: Mapping[str, str], document: Document, *, products: Sequence[int]) -> dict[Cell, str]:
    """The cells that a posted matrix changes against what it was printed with.

    The rest stays as colleagues may have left it meanwhile. With ``rest`` every cell that is still empty gets that value.
    """
    was = _was(data.get("was", ""))
    changed = {}
    for rule in LABELS:
        for product in products:
            value = data.get(_name(rule, product))
            before = was.get((rule, product), "")
            if value is None:
                continue
            if not value and not before and data.get("rest"):
                value = data["rest"]
            if value != before:
                changed[Cell(document.pk, product, rule)] = value
    return changed


def _name(rule: str, product: int) -> str:
    return f"{rule}-{product}"


def _was(text: str) -> dict[tuple[str, int], str]:
    found = {}
    for part in text[:_LONGEST].split(","):
        rule, _, rest = part.partition(":")
        product, _, result = rest.partition(":")
        if product.isascii() and product.isdecimal() and len(product) < 19:
            found[rule, int(product)] = result
    return found
