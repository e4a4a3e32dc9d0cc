"""Forms of a case: scores, the question to all parties, the decision, the second reviewer's answer."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from claims.enums import ClaimStatus
from claims.findings import SELECTED_OTHER
from claims.models import ReasonCode
from review.arbitration.deciding import MAX_COMMENT, MAX_REASON
from review.arbitration.plans import ITEMS, MAX_LETTER, Plan
from review.arbitration.questions import MAX_MESSAGE
from review.arbitration.rubric import MAX_NOTE
from review.arbitration.showing import Column, SideBySide
from review.models import MOST_POINTS, CaseParty

_ASKED = gettext_lazy("This page was incomplete. Read the case again, then decide.")


_PLACE = f"{{{ITEMS}}}"  # filled in by the rule, once it is known what the party loses


def letter_to_loser(column: Column) -> str:
    """What the letter to a party that is not selected for something may start from: it names no partner.

    It speaks of what the party loses alone; the reviewer says the reason in its own words.
    """
    return gettext(
        "We compared the proof of execution that partners submitted for {customer}, {items}. Yours was "
        "read in full. The most recent and most explicit proof counts, and another one showed more of what the "
        "guidance asks for."
    ).format(customer=column.claim.customer_domain, items=_PLACE)


def letter_to_selected(column: Column) -> str:
    """What the letter to a party that loses nothing may start from: it does not even tell that there were others."""
    return gettext(
        "Your proof of execution for {customer}, {items}, was read in full. It is recent, and it shows explicitly "
        "what the guidance asks for."
    ).format(customer=column.claim.customer_domain, items=_PLACE)


def _told(column: Column) -> str:
    """A partner to select, with its claim, and whether it holds what is contested."""
    holds = ", holder" if column.party.role == CaseParty.Role.HOLDER else ""
    return f"{column.claim.organization.name} ({column.claim.pk}){holds}"


class ScoreForm(forms.Form):
    """Points and notes of one party, per criterion."""

    def __init__(self, *args: Any, column: Column, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.column = column
        choices = [
            ("", gettext("Not scored")),
            *(
                (str(number), gettext("{points} of {most}").format(points=number, most=MOST_POINTS))
                for number in range(MOST_POINTS + 1)
            ),
        ]
        for criterion, score in column.scores:
            self.fields[f"points_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.title,
                choices=choices,
                required=False,
                initial=str(score.points) if score else "",
                error_messages={"invalid_choice": gettext("Points go from 0 to {most}.").format(most=MOST_POINTS)},
            )
            self.fields[f"note_{criterion.pk}"] = forms.CharField(
                label=gettext("Note on {criterion}").format(criterion=criterion.title.lower()),
                required=False,
                max_length=MAX_NOTE,
                initial=score.note if score else "",
                error_messages={
                    "max_length": gettext("A note on a score has at most {most} characters.").format(most=MAX_NOTE)
                },
            )

    def rows(self) -> list[dict[str, Any]]:
        """Criterion with its two fields, as the page prints them."""
        return [
            {
                "criterion": criterion,
                "score": score,
                "points": self[f"points_{criterion.pk}"],
                "note": self[f"note_{criterion.pk}"],
            }
            for criterion, score in self.column.scores
        ]

    def points(self) -> dict[int, int | None]:
        """The points by criterion; None where nothing was chosen."""
        found = {criterion.pk: self.cleaned_data[f"points_{criterion.pk}"] for criterion, _ in self.column.scores}
        return {key: int(value) if value else None for key, value in found.items()}

    def notes(self) -> dict[int, str]:
        """The notes by criterion."""
        return {criterion.pk: self.cleaned_data[f"note_{criterion.pk}"] for criterion, _ in self.column.scores}


class AskAllForm(forms.Form):
    """The same question to all parties."""

    reasons = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What is needed"),
        queryset=ReasonCode.objects.filter(is_active=True, for_action=True),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one reason, so that the partners know what to do.")},
    )
    message = forms.CharField(
        label=gettext_lazy("Message to all parties"),
        required=False,
        max_length=MAX_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": format_lazy(gettext_lazy("A message has at most {most:,} characters."), most=MAX_MESSAGE)
        },
    )


class ReturnForm(forms.Form):
    """Why a proposal is returned."""

    comment = forms.CharField(
        label=gettext_lazy("Why do you return it?"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say why you return the proposal."),
            "max_length": format_lazy(gettext_lazy("A comment has at most {most:,} characters."), most=MAX_COMMENT),
        },
    )


class CaseDecisionForm(forms.Form):
    """Who is selected for each item, what the others are told, and why. ``seen`` is the state that was read."""

    use_required_attribute = False  # the server says what is missing, all at once and beside each field

    reason = forms.CharField(
        label=gettext_lazy("Why do you decide so?"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write down why you decide so. Partners never read it."),
            "max_length": format_lazy(gettext_lazy("The reason has at most {most:,} characters."), most=MAX_REASON),
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _ASKED})

    def __init__(self, *args: Any, page: SideBySide, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        for item in page.items:
            on = [column for column in page.columns if item in column.contested]
            self.fields[f"item_{item.pk}"] = forms.TypedChoiceField(
                label=item.label,
                choices=[(str(each.party.pk), _told(each)) for each in on],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={
                    "required": gettext("Select a partner for {item}.").format(item=item.label),
                    "invalid_choice": gettext("Select one of the partners that claim or hold {item}.").format(
                        item=item.label
                    ),
                },
            )
        reasons = ReasonCode.objects.filter(is_active=True, for_rejection=True).exclude(code=SELECTED_OTHER)
        choices = [
            ("", gettext("Approve along")),
            *((reason.code, gettext("Refuse: {reason}").format(reason=reason.title)) for reason in reasons),
        ]
        for column in page.columns:
            self._add_letters(column)
            for line in self.uncontested(column):
                self.fields[f"refuse_{column.party.pk}_{line.product_id}"] = forms.ChoiceField(
                    label=line.product.label, choices=choices, required=False
                )

    def _add_letters(self, column: Column) -> None:
        """Two letters: one that is sent if the party loses something, and one that may be sent if it does not."""
        name = column.claim.organization.name
        too_long = gettext("The letter to {partner} has at most {most:,} characters.").format(
            partner=name, most=MAX_LETTER
        )
        for key, start in (("letter", letter_to_loser(column)), ("selected", letter_to_selected(column))):
            self.fields[f"{key}_{column.party.pk}"] = forms.CharField(
                label=gettext("Letter to {partner} ({claim})").format(partner=name, claim=column.claim.pk),
                required=False,
                max_length=MAX_LETTER,
                initial=start,
                widget=forms.Textarea(attrs={"rows": 4}),
                error_messages={"max_length": too_long},
            )

    @staticmethod
    def uncontested(column: Column) -> list[Any]:
        """Products of a contender that nobody contests; a partner that holds has them already."""
        return [] if column.claim.status == ClaimStatus.APPROVED else column.others

    def items(self) -> list[Any]:
        """The fields of the items."""
        return [self[f"item_{item.pk}"] for item in self.page.items]

    def parties(self) -> list[dict[str, Any]]:
        """Per party the two letters, and the fields of what nobody contests."""
        return [
            {
                "column": column,
                "letter": self[f"letter_{column.party.pk}"],
                "selected": self[f"selected_{column.party.pk}"],
                "others": [self[f"refuse_{column.party.pk}_{line.product_id}"] for line in self.uncontested(column)],
            }
            for column in self.page.columns
        ]

    def clean(self) -> dict[str, Any]:
        """Whoever is not selected for something reads why."""
        cleaned = super().clean() or self.cleaned_data
        for column in self.page.columns:
            key = f"letter_{column.party.pk}"
            chosen = [cleaned.get(f"item_{item.pk}") for item in column.contested]
            loses = any(each is not None and each != column.party.pk for each in chosen)
            if loses and key not in self.errors and not cleaned.get(key, "").strip():
                self.add_error(
                    key,
                    gettext("Write to {partner} why it was not selected.").format(
                        partner=column.claim.organization.name
                    ),
                )
        return cleaned

    def plan(self) -> Plan:
        """The decision, with the letter to each party that fits what becomes of it."""
        told = self.cleaned_data
        winners = {item.pk: told[f"item_{item.pk}"] for item in self.page.items}
        letters, refusals = {}, {}
        for column in self.page.columns:
            key = column.party.pk
            loses = any(winners[item.pk] != key for item in column.contested)
            letters[key] = told[f"letter_{key}" if loses else f"selected_{key}"]
            refused = {line.product_id: told[f"refuse_{key}_{line.product_id}"] for line in self.uncontested(column)}
            if any(refused.values()):
                refusals[key] = {product: code for product, code in refused.items() if code}
        return Plan(winners, letters, refusals)

    def state_read(self) -> Mapping[str, Any]:
        """The state of case and claims that the page was made from; an empty one, which is never up to date, for nonsense."""
        try:
            found = json.loads(self.cleaned_data.get("seen", ""))
            claims = {str(key): [int(part) for part in value][:2] for key, value in found["claims"].items()}
            return {"case": int(found["case"]), "claims": {key: pair for key, pair in claims.items() if len(pair) == 2}}
        except (ValueError, TypeError, KeyError, AttributeError):
            return {}
