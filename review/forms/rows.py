"""Parts of the decision form as its template prints them."""

from dataclasses import dataclass

from django.forms import BoundField
from django.utils.translation import gettext

from claims.models import ReasonCode
from customers.models import Product
from kit.texts import Text


@dataclass(frozen=True, slots=True)
class Tick:
    """A coded reason as a box to tick."""

    name: str
    reason: ReasonCode
    is_ticked: bool

    @property
    def id(self) -> str:
        """Of the box."""
        return f"id_{self.name}_{self.reason.pk}"

    @property
    def limits(self) -> str:
        """What it is not for, in words."""
        if not self.reason.for_action:
            return gettext("only to reject")
        return "" if self.reason.for_rejection else gettext("only to ask")


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with its verdict and its reasons; ``before`` says what the decision before this one said of it."""

    product: Product
    verdict: BoundField
    ticks: list[Tick]
    errors: list[str]
    before: Text
