"""From the message into the consent center: a code goes to an address that had the message, and is typed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from customers.center.codes import MINUTES, addresses_of, masked, send_code, use_code
from customers.center.forms import AddressForm, CodeForm
from customers.center.visiting import open_center
from customers.models import ConsentLink
from customers.views.manners import by_link
from kit.errors import RuleViolation


@by_link
def enter_page(request: HttpRequest, link: ConsentLink, token: str) -> HttpResponse:
    """Choose the address that a code goes to. Sends nothing until the form is sent."""
    form = AddressForm(request.POST if request.method == "POST" else None, addresses=addresses_of(link))
    refusal = ""
    if form.is_valid():
        try:
            send_code(link, email=form.chosen(), now=timezone.now())
            return redirect("consent_code", token)
        except RuleViolation as violation:
            refusal = violation.message
    context = {"form": form, "token": token, "link": link, "refusal": refusal, "minutes": MINUTES}
    return render(request, "customers/enter.html", context, status=422 if form.errors or refusal else 200)


@by_link
def code_page(request: HttpRequest, link: ConsentLink, token: str) -> HttpResponse:
    """Type the code in; the right one opens the center for an hour."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            email = use_code(link, typed=form.cleaned_data["code"], now=timezone.now())
            open_center(request.session, link=link, email=email, now=timezone.now())
            return redirect("consent_center")
        except RuleViolation as violation:
            form.add_error("code", violation.message)
    newest = link.codes.order_by("-pk").first()
    context = {"form": form, "token": token, "sent_to": masked(newest.email) if newest else "", "minutes": MINUTES}
    return render(request, "customers/code.html", context, status=422 if form.errors else 200)
