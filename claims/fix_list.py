"""The fix list on the claim page: its rows, and reading what a person typed into them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from claims.enums import ClaimField
from claims.fixing import MAX_ANSWER, TOO_LONG, is_taken_out, with_plain_breaks
from claims.models import ActionRequest, Claim, ClaimLine, FixItem

# Where «Edit» leads for each field: its step of the wizard (R130).
_STEP_OF = {
    ClaimField.LOCATION: "customer",
    ClaimField.CUSTOMER_CONTACT: "contacts",
    ClaimField.PARTNER_CONTACT: "contacts",
}


class AnswerField(forms.CharField):
    """A text as it is kept, so that a line break counts as one character."""

    def to_python(self, value: Any) -> str | None:
        """The text with plain line breaks."""
        return with_plain_breaks(super().to_python(value) or "")


class FixForm(forms.Form):
    """Tick and answer of one item. ``seen`` says what this browser showed before, so that only changes are written."""

    ticked = forms.BooleanField(required=False, label=gettext_lazy("Done"))
    answer = AnswerField(
        required=False,
        label=gettext_lazy("Your answer"),
        max_length=MAX_ANSWER,
        error_messages={"max_length": TOO_LONG},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, item: FixItem, data: QueryDict | None = None) -> None:
        initial = {"ticked": item.ticked, "answer": item.answer, "seen": mark_of(item.ticked, item.answer)}
        super().__init__(data, prefix=f"fix-{item.pk}", initial=initial)
        self.item = item

    @property
    def changed_tick(self) -> bool | None:
        """The tick, when this person changed it."""
        ticked: bool = self.cleaned_data["ticked"]
        return None if self._seen[0] == _tick_mark(ticked) else ticked

    @property
    def changed_answer(self) -> str | None:
        """The answer, when this person changed it."""
        answer: str = self.cleaned_data["answer"]
        return None if self._seen[1] == _text_mark(answer) else answer

    @property
    def is_changed(self) -> bool:
        """Whether this person changed anything; a form that misses from the post was not changed."""
        return self.add_prefix("seen") in self.data and (
            self.changed_tick is not None or self.changed_answer is not None
        )

    @property
    def shows(self) -> str:
        """The mark of what the browser shows now."""
        return mark_of(self.cleaned_data["ticked"], self.cleaned_data["answer"])

    @property
    def _seen(self) -> tuple[str, str]:
        tick, _, text = self.cleaned_data["seen"].partition("-")
        return tick, text


def mark_of(ticked: bool, answer: str) -> str:
    """A short mark of a tick and an answer."""
    return f"{_tick_mark(ticked)}-{_text_mark(answer)}"


def _tick_mark(ticked: bool) -> str:
    return "done" if ticked else "open"


def _text_mark(answer: str) -> str:
    return hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the page shows it; ``step`` is the step of the wizard where it can be changed, if there is one."""

    item: FixItem
    form: FixForm
    kind: str
    step: str
    taken_out: bool

    @property
    def edit_label(self) -> str:
        """What «Edit» changes, as it stands within a sentence."""
        label = self.item.get_field_display()
        return label if label[:2].isupper() else label[:1].lower() + label[1:]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.taken_out or self.item.is_done


@dataclass(frozen=True, slots=True)
class FixList:
    """The whole list with its progress."""

    asked: ActionRequest
    rows: list[Row]

    @property
    def done(self) -> int:
        """How many items are settled."""
        return sum(row.is_settled for row in self.rows)

    @property
    def left(self) -> int:
        """How many items are open."""
        return len(self.rows) - self.done


def fix_list_of(
    asked: ActionRequest | None, lines: Sequence[ClaimLine], *, typed: Mapping[int, FixForm] | None = None
) -> FixList | None:
    """The list of the open request, or None. ``typed`` holds forms that came back with errors, by their items' keys."""
    if asked is None:
        return None
    products = {line.product_id for line in lines}
    return FixList(asked, [_row(item, products, typed or {}) for item in asked.items.all()])


def forms_of(asked: ActionRequest, data: QueryDict) -> list[FixForm]:
    """A bound form for every item of the request that was posted."""
    bound = [FixForm(item, data) for item in asked.items.all()]
    return [form for form in bound if form.add_prefix("seen") in data]


def typed_answers(claim: Claim, data: QueryDict) -> list[FixForm]:
    """What was typed into a list that is closed now, so that it is not lost: forms of the claim's own items only."""
    keys = [name.split("-")[1] for name in data if name.startswith("fix-") and name.endswith("-answer")]
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    items = FixItem.objects.filter(request__claim=claim, pk__in=numbers).select_related("product")
    bound = [FixForm(item, data) for item in items]
    return [form for form in bound if data.get(form.add_prefix("answer"), "").strip()]


def _row(item: FixItem, products: set[int], typed: Mapping[int, FixForm]) -> Row:
    step, kind = "", ""
    if item.product_id is not None:
        step, kind = "products", gettext("Product/workload")
    elif item.document_name:
        kind = gettext("Document")
    elif item.field:
        step, kind = _STEP_OF[ClaimField(item.field)], gettext("Field")
    return Row(item, typed.get(item.pk) or FixForm(item), kind, step, is_taken_out(item, products=products))
