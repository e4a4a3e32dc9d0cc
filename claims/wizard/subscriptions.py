"""The form of the subscriptions step: one block per product, any number of ids in it (R092)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext

from claims.eligibility import INVALID_SUBSCRIPTION, check_subscription
from customers.models import Product, Subscription
from kit.texts import Text

if TYPE_CHECKING:
    from claims.wizard.state import Wizard

MAX_PER_PRODUCT = 20
GUID_EXAMPLE = f"0{'X' * 7}-YYYY-HHHH-GGGG-123456789123"  # R075; no search for unfinished places finds it


@dataclass
class Entry:
    """One input: what was typed, and what is wrong with it."""

    text: str = ""
    headline: Text = ""
    detail: Text = ""


@dataclass
class Block:
    """One product with its inputs."""

    product: Product
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the inputs of this block."""
        return f"subscription_{self.product.pk}"

    @property
    def has_room(self) -> bool:
        """Whether another input may be added."""
        return len(self.entries) < MAX_PER_PRODUCT


class SubscriptionsForm:
    """Validates typed subscription ids per product (R093-R096). Behaves like a Django form where the wizard needs it."""

    example = GUID_EXAMPLE

    def __init__(
        self, data: QueryDict | None = None, *, wizard: "Wizard", initial: dict[str, Any] | None = None
    ) -> None:
        self.wizard = wizard
        self.is_bound = data is not None
        self.cleaned_data: dict[str, dict[int, list[Subscription]]] = {}
        self.blocks = []
        for product in wizard.products_to_ask:
            block = Block(product)
            typed = data.getlist(block.name) if data is not None else (initial or {}).get(block.name, [])
            block.entries = [Entry(text.strip()[:100]) for text in typed[:MAX_PER_PRODUCT]] or [Entry()]
            self.blocks.append(block)

    def add_entry(self, product_id: str) -> None:
        """Add an empty input to one product («+ Add subscription»)."""
        for block in self.blocks:
            if str(block.product.pk) == product_id and block.has_room:
                block.entries.append(Entry())

    def is_valid(self) -> bool:
        """Check every id; empty inputs beside a filled one do not count. Fills ``cleaned_data`` when all are good."""
        chosen: dict[int, list[Subscription]] = {}
        for block in self.blocks:
            filled = [entry for entry in block.entries if entry.text]
            if not filled:
                block.entries[0].headline = gettext("Enter a subscription ID.")
            chosen[block.product.pk] = [found for entry in filled if (found := self._check(block, entry, chosen))]
        valid = self.is_bound and not any(entry.headline for block in self.blocks for entry in block.entries)
        self.cleaned_data = {"subscriptions": chosen} if valid else {}
        return valid

    def _check(self, block: Block, entry: Entry, chosen: dict[int, list[Subscription]]) -> Subscription | None:
        wizard = self.wizard
        checked = check_subscription(
            entry.text,
            product=block.product,
            tenant=wizard.tenant,
            organization=wizard.organization,
            incentive=wizard.incentive,
            now=wizard.now,
            editing=wizard.claim,
        )
        if checked.cause is not None:
            entry.headline, entry.detail = INVALID_SUBSCRIPTION, checked.detail
            return None
        earlier = [e for e in block.entries[: block.entries.index(entry)] if e.text.lower() == entry.text.lower()]
        if earlier:
            entry.headline, entry.detail = (
                gettext("This subscription is entered twice."),
                gettext("Remove one of the two."),
            )
            return None
        return checked.subscription

    @property
    def error_count(self) -> int:
        """How many inputs need attention."""
        return sum(bool(entry.headline) for block in self.blocks for entry in block.entries)
