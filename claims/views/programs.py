"""Programs: what each is for, how the own locations stand in it, and the way from a program into the wizard."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.advisor import Family, Wish, Work, advise
from claims.program_forms import AdvisorForm, ProgramForm
from claims.programs import PROGRAMS
from kit.pages import render_page
from partners.access import PartnerRequest, partner_required
from partners.standing import standings_of


@partner_required
@require_safe
def programs(request: PartnerRequest) -> HttpResponse:
    """The dropdown «Program» and the chosen program explained, with the own locations' enrollments (R012, Q46)."""
    form = ProgramForm(request.GET)
    valid = form.is_valid()
    chosen = PROGRAMS.get(form.cleaned_data["program"]) if valid else None
    standings = standings_of(request.membership)
    rows = [{"program": program, "standing": standings[code]} for code, program in PROGRAMS.items()]
    context = {
        "form": form,
        "rows": rows,
        "chosen": chosen,
        "standing": standings[chosen.code.value] if chosen else None,
    }
    status = 200 if valid else 422
    return render_page(request, "claims/programs.html", context, fragment="program", status=status)


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
    context = {"form": form, "advice": advice}
    return render_page(request, "claims/advisor.html", context, fragment="advisor", status=status)
