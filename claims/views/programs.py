"""Programs: what each is for, how the own locations stand in it, and the way from a program into the wizard."""

from typing import Any

from django.http import HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from claims.advisor import Advice, Family, Wish, Work, advise
from claims.papers import guidance
from claims.program_forms import AdvisorForm, ProgramForm
from claims.programs import PROGRAMS
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required
from partners.programs import ProgramText, program_names, program_texts
from partners.standing import Standing, standings_of


@partner_required
@require_safe
def programs(request: PartnerRequest) -> HttpResponse:
    """The dropdown «Program» and the chosen program explained, with the own locations' enrollments (R012, Q46)."""
    texts = program_texts()
    form = ProgramForm(request.GET, names={code: text.name for code, text in texts.items()})
    valid = form.is_valid()
    chosen = PROGRAMS.get(form.cleaned_data["program"]) if valid else None
    standings = standings_of(request.membership)
    context = {
        "form": form,
        "rows": [_row(text, standings[code]) for code, text in texts.items()],
        "chosen": chosen,
        "text": texts[chosen.code.value] if chosen else None,
        "guide": guidance.PROGRAMS[chosen.code].slug if chosen else "",
        "earns": chosen.earns.format(program=texts[chosen.code.value].name) if chosen else "",
        "standing": standings[chosen.code.value] if chosen else None,
    }
    status = 200 if valid else 422
    return render_page(request, "claims/programs.html", context, fragment="program", status=status)


def _row(text: ProgramText, standing: Standing) -> dict[str, Any]:
    return {"text": text, "program": PROGRAMS[text.code], "standing": standing}


@partner_required
@require_safe
def advisor(request: PartnerRequest) -> HttpResponse:
    """Three questions; the answer says what to claim, under which program, with which proof."""
    asked = {"family", "work", "wish"} & set(request.GET) or "ask" in request.GET
    form = AdvisorForm(request.GET if asked else None)
    advice = None
    if form.is_valid():
        family, work, wish = (form.cleaned_data[name] for name in ("family", "work", "wish"))
        advice = advise(family=Family(family), work=Work(work), wish=Wish(wish))
    status = 422 if form.errors else 200
    context = {"form": form, "advice": advice, "names": _names_of(advice)}
    return render_page(request, "claims/advisor.html", context, fragment="advisor", status=status)


def _names_of(advice: Advice | None) -> str:
    names = program_names()
    return get_text_list([names[code] for code in advice.programs], gettext("and")) if advice else ""
