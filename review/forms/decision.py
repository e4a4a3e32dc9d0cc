"""The decision on a claim: one answer, or one per product, with coded reasons and a message."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import LineVerdict
from claims.findings import MAX_FINDINGS, Finding
from claims.models import ReasonCode
from customers.models import Product
from kit.texts import Text
from review.decision.matter import Matter
from review.decision.outcomes import (
    ON_REASONS,
    VERDICTS,
    Contradiction,
    Decision,
    Outcome,
    Said,
    conclude,
    follows_from,
    place_of,
)
from review.forms.finding import FindingForm
from review.forms.rows import ProductRow, Tick

LONGEST_MESSAGE = 4000
INCOMPLETE = _("This page was incomplete. Read the claim again, then decide.")
RETIRED = _("One of the reasons is no longer offered. Choose again.")


class DecisionForm(forms.Form):
    """A decision with its findings and message (R164-R166); ``outcome`` says what it comes to.

    A claim with several products has a verdict and quick reasons for each. Rows tie a reason to a product, a document or
    a field, in own words; there are as many as the field ``rows`` says.
    """

    use_required_attribute = False

    version = forms.IntegerField(
        min_value=0, widget=forms.HiddenInput, error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE}
    )
    seen_event = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=Decision, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the three decisions.")},
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": RETIRED})
    message = forms.CharField(
        label=_("Message to the partner"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": format_lazy(_("A message has at most {most:,} characters."), most=LONGEST_MESSAGE)
        },
    )

    outcome: Outcome | None = None
    advice = message_advice = ""  # what the form itself says about rows and message, beside complaints

    def __init__(self, data: QueryDict | None = None, *, matter: Matter, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.matter = matter
        self.is_per_product = len(matter.products) > 1
        self.fields["reasons"].choices = [(str(reason.pk), reason.title) for reason in matter.reasons]  # type: ignore[attr-defined]
        for product in matter.products if self.is_per_product else ():
            self.fields[place_of(product)] = _verdict_field(product)
            self.fields[_picks_of(product)] = forms.MultipleChoiceField(
                required=False,
                choices=[(str(reason.pk), reason.title) for reason in matter.about_products],
                error_messages={"invalid_choice": RETIRED},
            )
        self.findings = [self._row(number) for number in range(count_rows(data or self.initial))]

    @classmethod
    def as_typed(cls, data: QueryDict, *, matter: Matter, **changed: Any) -> "DecisionForm":
        """The form with what was typed and no complaints yet; ``changed`` replaces values (``rows`` for more of them)."""
        typed = {name: values if _holds_many(name) else values[-1] for name, values in data.lists() if values}
        return cls(matter=matter, initial=typed | changed)

    def _row(self, number: int) -> FindingForm:
        if self.is_bound:
            return FindingForm(self.data, matter=self.matter, number=number)
        start = f"finding-{number}-"
        typed = {name.removeprefix(start): value for name, value in self.initial.items() if name.startswith(start)}
        return FindingForm(matter=self.matter, number=number, initial=typed)

    def clean(self) -> dict[str, Any]:
        """Bring choice, verdicts and findings together; each contradiction becomes a sentence at its place."""
        cleaned = super().clean() or self.cleaned_data
        if [row for row in self.findings if not row.is_valid()]:
            self.add_error(None, gettext("One of the reasons below is not complete."))
        if self.errors:
            return cleaned
        products = self.matter.products
        verdicts = {each.pk: cleaned.get(place_of(each), "") for each in products}
        try:
            self.outcome = conclude(
                products=products, chosen=cleaned["decision"], verdicts=verdicts, said=self._said(cleaned)
            )
        except Contradiction as found:
            for complaint in found.complaints:
                self._complain(complaint.place, complaint.sentence)
        return cleaned

    def _said(self, cleaned: Mapping[str, Any]) -> list[Said]:
        """All findings with their places. A row with own words stands for the same reason that is ticked as well."""
        rows = [Said(row.finding, str(row.prefix)) for row in self.findings if row.finding]
        ticked = [
            Said(self.matter.usual_tie(each).finding(each), ON_REASONS) for each in self._named(cleaned["reasons"])
        ]
        for product in self.matter.products if self.is_per_product else ():
            chosen = self._named(cleaned[_picks_of(product)])
            ticked += [Said(Finding(each, product=product), place_of(product)) for each in chosen]
        said_already = {_without_words(each) for each in rows}
        return [*(each for each in ticked if _without_words(each) not in said_already), *rows]

    def _named(self, keys: list[str]) -> list[ReasonCode]:
        return [reason for reason in self.matter.reasons if str(reason.pk) in keys]

    def _complain(self, place: str, sentence: str) -> None:
        row = next((each for each in self.findings if each.prefix == place), None)
        if row:
            row.add_error("reason", sentence)
            self.add_error(None, gettext("One of the reasons below does not fit."))
        else:
            self.add_error(place, sentence)

    # --- What the page prints ----------------------------------------------------------------------------------

    @property
    def ticks(self) -> list[Tick]:
        """The coded reasons to tick for the claim as a whole."""
        return self._ticks("reasons", self.matter.reasons)

    @property
    def product_rows(self) -> Iterator[ProductRow]:
        """Each product with its verdict and reasons; none for a claim with one product."""
        for line in self.matter.lines if self.is_per_product else ():
            place, picks = place_of(line.product), _picks_of(line.product)
            errors = [*self.errors.get(place, []), *self.errors.get(picks, [])] if self.is_bound else []
            before = LineVerdict(line.verdict).label if line.verdict else ""
            ticks = self._ticks(picks, self.matter.about_products)
            yield ProductRow(line.product, self[place], ticks, errors, before)

    def _ticks(self, name: str, reasons: list[ReasonCode]) -> list[Tick]:
        chosen = {str(value) for value in self[name].value() or []}
        return [Tick(name, reason, str(reason.pk) in chosen) for reason in reasons]

    @property
    def follows(self) -> Text:
        """What the verdicts as typed come to, in words; empty while that is open."""
        verdicts = (
            [str(self[place_of(each)].value() or "") for each in self.matter.products] if self.is_per_product else []
        )
        decision = follows_from(verdicts)
        if decision == Decision.APPROVE and "refused" in verdicts:
            return gettext("Approve in part: {accepted} of {all} products").format(
                accepted=verdicts.count("accepted"), all=len(verdicts)
            )
        return Decision(decision).label if decision else ""

    @property
    def shows_rows(self) -> bool:
        """Whether a row says something, so that the rows stand open."""
        return any(row[name].value() for row in self.findings for name in ("reason", "note")) or len(self.findings) > 1


def _verdict_field(product: Product) -> forms.ChoiceField:
    wrong = gettext("Choose what holds for {product}.").format(product=product.label)
    return forms.ChoiceField(
        label=product.label, choices=VERDICTS, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": wrong},
    )  # fmt: skip


def _picks_of(product: Product) -> str:
    return f"reasons-{product.pk}"


def _without_words(said: Said) -> tuple[Any, ...]:
    finding = said.finding
    return finding.reason, finding.product, finding.document, finding.field


def _holds_many(name: str) -> bool:
    return name == "reasons" or name.startswith("reasons-")


def count_rows(data: Mapping[str, Any]) -> int:
    """How many rows the form has: at least one, as many as it says, at most what fits into a decision."""
    told = str(data.get("rows", "1"))
    return min(max(int(told), 1), MAX_FINDINGS) if told.isdecimal() and len(told) < 4 else 1
