"""What the decision form offers for one claim: its products, documents and fields, the coded reasons, kept messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext

from claims.enums import ClaimField
from claims.findings import Finding
from claims.models import Claim, ClaimLine, Document, LineSubscription, ReasonCode
from customers.models import Product
from review.models import CannedMessage

WHOLE = "claim"
Choice = tuple[str, str]
About = ReasonCode.About


@dataclass(frozen=True, slots=True)
class Tie:
    """What a finding is about; all empty for the claim as a whole."""

    product: Product | None = None
    document: Document | None = None
    field: str = ""

    def finding(self, reason: ReasonCode, note: str = "") -> Finding:
        """A finding with this tie."""
        return Finding(reason, product=self.product, document=self.document, field=self.field, note=note)


class Matter:
    """Everything that can be chosen in the decision on a claim. Each part is read once, when first needed: at most five queries."""

    def __init__(
        self, claim: Claim, *, lines: Sequence[ClaimLine] | None = None, documents: Sequence[Document] | None = None
    ) -> None:
        """``lines`` (with products) and ``documents`` spare their queries where a page has read them already."""
        self.claim = claim
        self._lines, self._documents = lines, documents

    @cached_property
    def lines(self) -> list[ClaimLine]:
        """The products of the claim, by name."""
        if self._lines is not None:
            return list(self._lines)
        chosen = LineSubscription.objects.select_related("subscription__tenant")
        return list(self.claim.lines.select_related("product").prefetch_related(Prefetch("subscriptions", chosen)))

    @cached_property
    def products(self) -> list[Product]:
        """The same as products."""
        return [line.product for line in self.lines]

    @cached_property
    def documents(self) -> list[Document]:
        """The documents that were not removed."""
        found = self.claim.documents.all() if self._documents is None else self._documents
        return [document for document in found if document.removed_at is None]

    @cached_property
    def reasons(self) -> list[ReasonCode]:
        """The coded reasons that are offered, in their order."""
        return list(ReasonCode.objects.filter(is_active=True))

    @cached_property
    def messages(self) -> list[CannedMessage]:
        """The kept messages, in their order."""
        return list(CannedMessage.objects.filter(is_active=True))

    @cached_property
    def about_products(self) -> list[ReasonCode]:
        """Reasons that can be said of one product: all but those about a field."""
        return [reason for reason in self.reasons if reason.about != About.FIELD]

    @cached_property
    def ties(self) -> dict[str, Tie]:
        """What a finding can be about, by the value in the form."""
        found = {WHOLE: Tie()}
        found |= {f"product:{product.pk}": Tie(product=product) for product in self.products}
        found |= {f"document:{document.pk}": Tie(document=document) for document in self.documents}
        return found | {f"field:{field.value}": Tie(field=field.value) for field in ClaimField}

    @cached_property
    def tie_choices(self) -> list[tuple[str, list[Choice]] | Choice]:
        """The same for a select, grouped."""
        groups: list[tuple[str, list[Choice]] | Choice] = [(WHOLE, gettext("The claim as a whole"))]
        groups.append((gettext("Products"), [(f"product:{product.pk}", product.label) for product in self.products]))
        if self.documents:
            groups.append((gettext("Documents"), [(f"document:{each.pk}", each.name) for each in self.documents]))
        return [*groups, (gettext("Fields"), [(f"field:{field.value}", str(field.label)) for field in ClaimField])]

    def usual_tie(self, reason: ReasonCode) -> Tie:
        """What a reason is about that was only ticked: the one product or document it usually means, else the whole claim."""
        if reason.about == About.PRODUCT and len(self.products) == 1:
            return Tie(product=self.products[0])
        if reason.about == About.DOCUMENT and len(self.documents) == 1:
            return Tie(document=self.documents[0])
        return Tie()
