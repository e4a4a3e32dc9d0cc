"""Second looks: the lists, one decision to look at, and the answer."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from claims.history import tell_reviewer
from kit.errors import RuleViolation
from review import second_looks as rules
from review.access import DECIDE, FIGURES, decides, reads
from review.forms.second_look import SecondLookForm
from review.models import SecondLook
from review.pages import render_desk

LIST, PAGE = "review/second_looks.html", "review/second_look.html"
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists; ``done`` lists say what the second reviewer found, ``names`` also who looked."""

    slug: str
    label: str
    looks: QuerySet[SecondLook]
    empty: str
    done: bool = True
    names: bool = False


def _tabs(user: User) -> list[Tab]:
    """The lists that this person has."""
    waiting = Tab(
        "waiting", gettext("Waiting"), rules.open_looks_for(user), gettext("No decision waits for a second look."), done=False
    )  # fmt: skip
    own = Tab(
        "own",
        gettext("On my decisions"),
        rules.looks_at_own(user),
        gettext("Nobody has looked at a decision of yours yet."),
    )
    everything = Tab(
        "done", gettext("All results"), rules.all_done(user), gettext("No second look is done yet."), names=True
    )
    return [waiting, *([own] if user.has_perm(DECIDE) else []), *([everything] if user.has_perm(FIGURES) else [])]


@reads
@require_safe
def second_looks(request: HttpRequest) -> HttpResponse:
    """Decisions that wait for a second look, and what came of earlier ones. Paged by number of pages already seen."""
    tabs = _tabs(request.user)  # type: ignore[arg-type]
    tab = next((each for each in tabs if each.slug == request.GET.get("tab")), tabs[0])
    page = _number(request.GET.get("page", ""))
    related = ("claim__organization", "decision", "first_reviewer", "second_reviewer")
    found = list(tab.looks.select_related(*related)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1])
    context = {
        "title": gettext("Second looks"),
        "tabs": tabs,
        "tab": tab,
        "looks": found[:PAGE_SIZE],
        "page": page,
        "has_more": len(found) > PAGE_SIZE,
    }
    return render_desk(request, LIST, context, fragment="list")


@reads
@require_safe
def second_look(request: HttpRequest, look_id: int) -> HttpResponse:
    """One decision with its reasons, and the form of whoever may answer; 404 for those who may not know of it."""
    look = _find(rules.visible_to(request.user), look_id)  # type: ignore[arg-type]
    return _show(request, look, form=SecondLookForm())


@decides
@require_POST
def answer(request: HttpRequest, look_id: int) -> HttpResponse:
    """Keep the second reviewer's answer; 422 with sentences beside the fields, 409 when somebody was faster."""
    look = _find(rules.answerable_by(request.user), look_id)  # type: ignore[arg-type]
    form = SecondLookForm(request.POST)
    if not form.is_valid():
        return _show(request, look, form=form, status=422)
    words = form.cleaned_data["comment"]
    try:
        rules.answer(look, user=request.user, agrees=form.agrees, comment=words, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as refusal:
        return _show(request, look, form=form, status=409, refusal=refusal.message)
    flash.success(request, gettext("Your second look is saved. The claim stays as it is."))
    return redirect("admin:review-second-looks")


def _find(looks: QuerySet[SecondLook], look_id: int) -> SecondLook:
    """The look with what its page prints, or 404."""
    related = ("claim__organization", "decision", "first_reviewer", "second_reviewer")
    found: SecondLook = get_object_or_404(looks.select_related(*related), pk=look_id)
    return found


def _show(
    request: HttpRequest, look: SecondLook, *, form: SecondLookForm, status: int = 200, refusal: str = ""
) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    (told,) = tell_reviewer([look.decision])
    products = look.claim.lines.select_related("product")
    context = {
        "title": gettext("Second look at claim {claim}").format(claim=look.claim_id),
        "look": look,
        "claim": look.claim,
        "told": told,
        "form": form,
        "refusal": refusal,
        "products": [line.product.label for line in products],
        "may_answer": look.looked_at is None and user.has_perm(DECIDE),
        "shows_result": look.looked_at is not None and rules.visible_to(user).filter(pk=look.pk).exists(),
        "names": user.has_perm(FIGURES),
    }
    return render_desk(request, PAGE, context, status=status)


def _number(text: str) -> int:
    """A page's number from the address; anything odd is the first."""
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1
