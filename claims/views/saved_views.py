"""The dialog of saved views: keep the present filters under a name, delete a view."""

from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.filters import ClaimFilter
from claims.listing import Sort
from claims.models import SavedView
from claims.saved_views import delete_view, save_view, views_of
from kit.errors import RuleViolation
from kit.pages import go_to, render_page
from partners.access import PartnerRequest, partner_required

TEMPLATE = "claims/list/saved_views.html"


class SavedViewForm(forms.Form):
    """The name of a view; its filters come along hidden."""

    name = forms.CharField(
        label=_("Name of the view"), max_length=60, error_messages={"required": _("Give the view a name.")}
    )


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: PartnerRequest) -> HttpResponse:
    """Keep the filters that are set under a name; list the own views to delete them."""
    given = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    claim_filter = ClaimFilter(given, organization=request.membership.organization, user=request.membership.user)
    query = claim_filter.query(sort=Sort.of(given.get("sort", ""))).urlencode()
    form = SavedViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(request.membership, name=form.cleaned_data["name"], query=query, now=timezone.now())
        except RuleViolation as refusal:
            form.add_error("name", refusal.message)
        else:
            flash.success(request, gettext("View «{name}» saved.").format(name=view.name))
            return go_to(request, f"{reverse('associations')}?{query}")
    return _dialog(request, form=form, query=query, chips=claim_filter.chips(), status=422 if form.errors else 200)


@partner_required
@require_POST
def delete(request: PartnerRequest, view_id: int) -> HttpResponse:
    """Delete one of the own views; the claims stay."""
    view = get_object_or_404(views_of(request.membership), pk=view_id)
    delete_view(view)
    flash.success(request, gettext("View «{name}» deleted.").format(name=view.name))
    return go_to(request, reverse("associations"))


def _dialog(request: PartnerRequest, *, status: int, **context: Any) -> HttpResponse:
    context |= {"own": list[SavedView](views_of(request.membership))}
    return render_page(request, TEMPLATE, context, fragment="dialog", status=status)
