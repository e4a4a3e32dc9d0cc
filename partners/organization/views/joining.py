"""The page behind the link of an invitation. Opening it changes nothing; only a form that is sent does."""

from django.contrib import messages as flash
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from kit.access import public
from kit.errors import RuleViolation
from partners.models import Invitation, Membership
from partners.organization.changes import access_text
from partners.organization.forms import JoinForm
from partners.organization.joining import accept, find_invitation, register, standing_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STATUS = {"unknown": 404, "expired": 410, "revoked": 410, "accepted": 410}


@public
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites whom to what, and let that person join."""
    invitation = find_invitation(token)
    if invitation is None:
        return _page(request, "unknown")
    visitor = request.user if isinstance(request.user, User) else None
    standing = standing_of(invitation, visitor=visitor, now=timezone.now())
    refusal = ""
    try:
        if standing == "register":
            return _register(request, invitation)
        if standing == "accept" and visitor is not None and request.method == "POST":
            return _welcome(request, accept(invitation, user=visitor, now=timezone.now()))
    except RuleViolation as violation:
        refusal = violation.message
        invitation.refresh_from_db()
        standing = standing_of(invitation, visitor=visitor, now=timezone.now())
    return _page(request, standing, invitation=invitation, refusal=refusal)


def _register(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    data, initial = request.POST if request.method == "POST" else None, {"full_name": invitation.full_name}
    form = JoinForm(data, email=invitation.email, initial=initial)
    if not form.is_valid():
        return _page(request, "register", invitation=invitation, form=form)
    name, password = form.cleaned_data["full_name"], form.cleaned_data["password1"]
    user = register(invitation, full_name=name, password=password, now=timezone.now())
    login(request, user, backend=BACKEND)
    return _welcome(request, user.memberships.select_related("organization").get())


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    flash.success(
        request,
        gettext("Welcome to {organization}. Your role is {role}.").format(
            organization=membership.organization, role=membership.get_role_display()
        ),
    )
    return redirect("home")


def _page(
    request: HttpRequest,
    standing: str,
    *,
    invitation: Invitation | None = None,
    form: JoinForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = {"standing": standing, "invitation": invitation, "form": form, "refusal": refusal}
    if invitation is not None:
        context["access"] = access_text(invitation.locations.all())
    status = STATUS.get(standing, 409 if refusal else 422 if form is not None and form.errors else 200)
    response = render(request, "partners/organization/join.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
