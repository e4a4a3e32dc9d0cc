"""What a customer does in the consent center. Every act is a form of its own that says what will happen."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from customers.center.forms import KNOWN, AllDenialForm, PartDenialForm, TakeBackForm, WrongPersonForm
from customers.center.listing import row_of
from customers.center.visiting import Visitor, close_center
from customers.consent import (
    confirm,
    deny,
    deny_all,
    deny_items,
    hand_over,
    report_wrong_person,
    restore,
    restore_items,
)
from customers.models import ConsentRequest
from customers.views.manners import about_one, by_code
from kit.errors import RuleViolation


@about_one
def confirm_page(request: HttpRequest, visitor: Visitor, consent: ConsentRequest) -> HttpResponse:
    """Consent in so many words (R182: nobody has to)."""

    def act() -> str:
        confirm(consent, now=timezone.now(), by=visitor.email)
        return gettext("You consented to the association with %(partner)s.") % {"partner": consent.partner_name}

    return _ask(request, "customers/center_confirm.html", visitor, consent, act)


@about_one
def restore_page(request: HttpRequest, visitor: Visitor, consent: ConsentRequest) -> HttpResponse:
    """Take a denial back, of the whole or of parts, within the days to opt out."""
    now = timezone.now()
    parts = TakeBackForm(request.POST if request.method == "POST" else None, consent=consent, now=now)
    form = parts if consent.stands and parts.offers else None

    def act() -> str:
        names = {"partner": consent.partner_name}
        if form:
            restore_items(consent, keys=form.cleaned_data["items"], now=now, by=visitor.email)
            return gettext("You took your denial back for a part of the association with %(partner)s.") % names
        restore(consent, now=now, by=visitor.email)
        return gettext("You took your denial back. The association with %(partner)s is as before.") % names

    return _ask(request, "customers/center_restore.html", visitor, consent, act, form=form)


@about_one
def deny_page(request: HttpRequest, visitor: Visitor, consent: ConsentRequest) -> HttpResponse:
    """Deny one association, or some of its products and subscriptions (R182, R187, Q38)."""
    form = PartDenialForm(request.POST if request.method == "POST" else None, consent=consent)

    def act() -> str:
        answer = dict(form.cleaned_data)
        keys = answer.pop("items", [])
        if keys:
            deny_items(consent, keys=keys, **answer, now=timezone.now(), by=visitor.email)
        else:
            deny(consent, **answer, now=timezone.now(), by=visitor.email)
        if consent.denied_at is None:
            return gettext("You denied a part of the association with %(partner)s.") % {"partner": consent.partner_name}
        return gettext("You denied the association with %(partner)s.") % {"partner": consent.partner_name}

    return _ask(request, "customers/center_deny.html", visitor, consent, act, form=form)


@about_one
def wrong_person_page(request: HttpRequest, visitor: Visitor, consent: ConsentRequest) -> HttpResponse:
    """The contact is not the right person: it hands over, or only says so. Only for whom the request was addressed to."""
    form = WrongPersonForm(request.POST if request.method == "POST" else None, consent=consent)
    if not row_of(consent, email=visitor.email, now=timezone.now()).is_addressed:
        return render(request, "customers/center_unknown.html", status=404)
    handed = request.method == "POST" and request.POST.get("known") == KNOWN

    def act() -> str:
        if handed:
            named = {"name": form.cleaned_data["name"], "email": form.cleaned_data["email"].strip()}
            hand_over(consent, **named, by=visitor.email, now=timezone.now())
            return gettext("You handed the request over.")
        report_wrong_person(consent, by=visitor.email, now=timezone.now())
        return gettext("Thank you. Microsoft and the partner are told that you are not the right person.")

    answer = _ask(request, "customers/center_wrong_person.html", visitor, consent, act, form=form)
    if answer.status_code == 302 and handed and consent.pk == visitor.consent.pk:
        close_center(request.session)
        list(messages.get_messages(request))
        return redirect("consent_handed_over")
    return answer


@by_code
def deny_all_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Deny everything that the page lists, and tell what was denied and what had ended meanwhile."""
    requests, _ = visitor.requests()
    standing = requests.filter(asks=True, denied_at=None, withdrawn_at=None).order_by("-asked_at", "-pk")
    form, refusal = AllDenialForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("reasons", "comment", "share_comment")}
        chosen = list(requests.filter(pk__in=form.shown_keys(), asks=True).order_by("pk"))
        if chosen:
            result = deny_all(chosen, **answer, now=timezone.now(), by=visitor.email)
            _tell_all(request, denied=len(result.denied), ended=len(result.ended))
            return redirect("consent_center")
        refusal = gettext("There is nothing left to deny.")
    listed = list(standing.prefetch_related("items"))
    context = {
        "visitor": visitor,
        "form": form,
        "refusal": refusal,
        "listed": listed,
        "shown": ",".join(str(each.pk) for each in listed),
    }
    return render(request, "customers/center_deny_all.html", context, status=422 if form.errors or refusal else 200)


def _tell_all(request: HttpRequest, *, denied: int, ended: int) -> None:
    if denied:
        said = ngettext("You denied %(count)s association.", "You denied %(count)s associations.", denied)
        messages.success(request, said % {"count": denied})
    if ended:
        said = ngettext(
            "%(count)s association had ended already, so there was nothing to deny.",
            "%(count)s associations had ended already, so there was nothing to deny.",
            ended,
        )
        messages.info(request, said % {"count": ended})


def _ask(
    request: HttpRequest,
    template: str,
    visitor: Visitor,
    consent: ConsentRequest,
    act: Callable[[], str],
    *,
    form: Any = None,
) -> HttpResponse:
    """Show what will happen; on POST do it, and tell it on the page of all associations. A refusal stays on the page."""
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            messages.success(request, act())
            return redirect("consent_center")
        except RuleViolation as violation:
            refusal = violation.message
            consent.refresh_from_db()
    row = row_of(consent, email=visitor.email, now=timezone.now())
    context = {"visitor": visitor, "consent": consent, "row": row, "form": form, "refusal": refusal}
    rejected = bool(refusal or (form is not None and form.errors))
    return render(request, template, context, status=422 if rejected else 200)
