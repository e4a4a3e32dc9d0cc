"""Who may come in on the partner's side."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from kit.access import View, mark
from partners.models import Membership, Role


class PartnerRequest(HttpRequest):
    """What a view behind ``partner_required`` receives: the request with the caller's membership."""

    membership: Membership
    htmx: HtmxDetails


def membership_of(request: HttpRequest) -> Membership | None:
    """The signed-in person's membership with its organisation, or None (reviewers, strangers). One query, once."""
    if not hasattr(request, "_membership"):
        found = None
        user = getattr(request, "user", None)  # missing on the page that refuses a foreign host name
        if user is not None and user.is_authenticated:
            found = Membership.objects.select_related("organization", "user").filter(user=user).first()
        request._membership = found  # type: ignore[attr-defined]
    return request._membership  # type: ignore[attr-defined]


def partner_required(view: View) -> View:
    """Only an Incentive Admin or Incentive User of a partner comes in (R014); others get a page that says so, 403.

    The view finds the person's membership as ``request.membership``.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        membership = membership_of(request)
        if membership is None or not membership.has_incentive_role:
            return render(request, "partners/no_incentive_role.html", {"membership": membership}, status=403)
        request.membership = membership  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return mark(wraps(view)(login_required(checked)), "partner")


def admin_required(view: View) -> View:
    """Only an Incentive Admin comes in (Q34); other people of the organisation get a page that says so, 403."""

    @wraps(view)
    def checked(request: PartnerRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs) if _is_admin(request) else _only_admins(request)

    return partner_required(checked)


def admins_change(view: View) -> View:
    """Every incentive role reads; only an Incentive Admin changes anything (Q34), others get a page that says so, 403."""

    @wraps(view)
    def checked(request: PartnerRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} and not _is_admin(request):
            return _only_admins(request)
        return view(request, *args, **kwargs)

    return partner_required(checked)


def _is_admin(request: PartnerRequest) -> bool:
    return request.membership.role == Role.INCENTIVE_ADMIN


def _only_admins(request: PartnerRequest) -> HttpResponseBase:
    return render(request, "partners/organization/only_admins.html", status=403)
