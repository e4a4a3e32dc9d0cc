"""What the decision form does on request before anything is sent: one more row, a kept message, suggestions."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from claims.findings import MAX_FINDINGS
from review.decision.canned import insert_message
from review.decision.matter import Matter, Tie
from review.decision.suggesting import suggest_reasons
from review.forms.decision import DecisionForm, count_rows

ADD, INSERT, SUGGEST, READ = "add", "insert", "suggest", "read"


def help_along(data: QueryDict, *, matter: Matter) -> DecisionForm:
    """The form as typed with one thing more, as ``help`` in the data says; unchanged for anything else.

    ``form.advice`` says what was done, or why nothing was. Nothing that was typed is lost.
    """
    wanted = data.get("help", "")
    if wanted == ADD:
        return _with_row(data, matter)
    if wanted == INSERT:
        return _with_message(data, matter)
    if wanted == SUGGEST:
        return _with_suggestions(data, matter)
    return DecisionForm.as_typed(data, matter=matter)


def _with_row(data: QueryDict, matter: Matter) -> DecisionForm:
    count = count_rows(data)
    form = DecisionForm.as_typed(data, matter=matter, rows=str(count + 1))
    form.findings[-1].fields["reason"].widget.attrs["autofocus"] = True
    form.advice = (
        ""
        if count < MAX_FINDINGS
        else gettext("At most {most} reasons fit into one decision.").format(most=MAX_FINDINGS)
    )
    return form


def _with_message(data: QueryDict, matter: Matter) -> DecisionForm:
    kept = next((each for each in matter.messages if str(each.pk) == data.get("canned", "")), None)
    if kept is None:
        form = DecisionForm.as_typed(data, matter=matter)
        form.message_advice = gettext("Choose a kept message first.")
        return form
    text = insert_message(data.get("message", ""), kept, matter.claim)
    form = DecisionForm.as_typed(data, matter=matter, message=text)
    form.message_advice = gettext("«{title}» is in the message below. Change it as you like.").format(title=kept.title)
    return form


def _with_suggestions(data: QueryDict, matter: Matter) -> DecisionForm:
    """Fill empty rows with what the checklist suggests, after those that say something; what is there already stays alone."""
    kept = [row for row in _rows(data) if any(row.values())]
    found = [_row(reason.pk, tie) for reason, tie in suggest_reasons(matter.claim, matter=matter)]
    said = {(row["reason"], row["about"]) for row in kept}
    new = [row for row in found if (row["reason"], row["about"]) not in said][: MAX_FINDINGS - len(kept)]
    filled = {
        f"finding-{number}-{name}": value
        for number, row in enumerate([*kept, *new])
        for name, value in row.items()
    }  # fmt: skip
    form = DecisionForm.as_typed(data, matter=matter, rows=str(max(len(kept) + len(new), 1)), **filled)
    form.advice = _advice(len(found), len(new))
    return form


def _advice(found: int, new: int) -> str:
    if new:
        return gettext("{new} suggested from your checks. Change or empty what does not fit.").format(new=new)
    return (
        gettext("Everything that the checks suggest is there already.")
        if found
        else gettext("The checks suggest nothing: no rule is missing.")
    )


def _rows(data: QueryDict) -> list[dict[str, Any]]:
    names = ("reason", "about", "note")
    rows = [{name: data.get(f"finding-{n}-{name}", "") for name in names} for n in range(count_rows(data))]
    return [row if row["reason"] or row["note"] else dict.fromkeys(names, "") for row in rows]


def _row(reason: int, tie: Tie) -> dict[str, str]:
    about = f"product:{tie.product.pk}" if tie.product else f"document:{tie.document.pk}" if tie.document else "claim"
    return {"reason": str(reason), "about": about, "note": ""}
