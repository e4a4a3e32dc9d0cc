"""Who may come in at the desk: each of its views says what it needs, and a view that does not say so stops the start-up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import PARTNERS_OWN
from claims.models import Claim
from review.models import Bar

READ, DECIDE, LEAD = "review.read_desk", "review.decide_claims", "review.lead_desk"
FIGURES = "review.read_figures"
BARRED = _("You are barred from this partner's claims because of a conflict of interest. A lead keeps the list.")
TAKEN_BACK = _(
    "The partner took this claim back before its review began. It is the partner's own unless it is submitted again."
)
_REFUSALS = {
    READ: _("Your role does not include reading claims."),
    DECIDE: _("Your role lets you read claims, not decide on them."),
    LEAD: _("Only leads may do this."),
    FIGURES: _("Only leads and auditors see the figures of the review and how the portal runs."),
}
View = Callable[..., HttpResponseBase]


def reads(view: View) -> View:
    """Open to everybody who may read claims at the desk: reviewers, leads, auditors."""
    return _needs(view, READ)


def decides(view: View) -> View:
    """Open to those who decide: reviewers and leads."""
    return _needs(view, DECIDE)


def leads(view: View) -> View:
    """Open to leads."""
    return _needs(view, LEAD)


def sees_figures(view: View) -> View:
    """Open to those who see the figures of the whole review: leads and auditors."""
    return _needs(view, FIGURES)


def _needs(view: View, permission: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.user, permission)  # type: ignore[arg-type]
        return view(request, *args, **kwargs)

    setattr(guarded, "desk_permission", permission)  # noqa: B010  (functions declare no attributes)
    return guarded


def require(user: User, permission: str) -> None:
    """Raise PermissionDenied with a sentence when the person lacks the permission."""
    if not user.has_perm(permission):
        raise PermissionDenied(_REFUSALS[permission])


def require_desk_marks(views: dict[str, View]) -> None:
    """Refuse to start while a page of the desk does not say who may open it. Raises ImproperlyConfigured."""
    bare = [name for name, view in views.items() if not getattr(view, "desk_permission", "")]
    if bare:
        raise ImproperlyConfigured(f"These pages of the desk say not who may open them: {', '.join(bare)}")


def barred_organizations(user: User) -> Any:
    """Keys of the partners from which the person is barred (conflict of interest), as a subquery."""
    return Bar.objects.filter(reviewer=user, lifted_at=None).values("organization_id")


def bar_between(user: User, organization: str) -> Exists:
    """Condition on rows: the person is barred from the partner that the row's field ``organization`` names."""
    return Exists(Bar.objects.filter(reviewer=user, lifted_at=None, organization=OuterRef(organization)))


def is_barred(user: User, claim: Claim) -> bool:
    """Whether a conflict of interest keeps the person from this claim."""
    return Bar.objects.filter(reviewer=user, lifted_at=None, organization=claim.organization_id).exists()


def submitted_claims() -> Any:
    """The claims that reviewers may read: all that are with Microsoft. A draft is the partner's own, taken back or new."""
    return Claim.objects.exclude(status__in=sorted(PARTNERS_OWN))


def claim_for(user: User, claim_id: int, *related: str, facts: dict[str, Any] | None = None) -> Claim:
    """A submitted claim that the person may see; PermissionDenied when barred from its partner, or when it was taken back.

    404 for what was never submitted. One that was taken back is known at the desk: cases that it was part of name it,
    and whoever had it open reads what happened. One query. ``facts`` are further columns to read with it, by name.
    """
    claims = Claim.objects.filter(submissions__gt=0).select_related("organization", *related)
    claims = claims.annotate(barred=bar_between(user, "organization"), **(facts or {}))
    claim: Claim = get_object_or_404(claims, pk=claim_id)
    if claim.barred:  # type: ignore[attr-defined]
        raise PermissionDenied(BARRED)
    if claim.status in PARTNERS_OWN:
        raise PermissionDenied(TAKEN_BACK)
    return claim
