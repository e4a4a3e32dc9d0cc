"""Home and the answers that belong to no room."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from claims.views.home import partner_home
from customers.views import form_too_old as customers_form_too_old
from kit.access import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """A partner's Home; a reviewer is sent to the desk, others learn what they lack (R014)."""
    if request.user.is_staff:
        return redirect("admin:index")
    return partner_home(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: say what to do, 403. Customers are not told to sign in."""
    if request.path.startswith(reverse("consent_center")):
        return customers_form_too_old(request)
    context = {"sign_in": settings.LOGIN_URL}
    return render(request, "403_csrf.html", context, status=403)
