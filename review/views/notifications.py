"""Which mail of the desk a member of staff wants."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from notifications.forms import MailChoiceForm
from notifications.kinds import Audience, declared_kinds
from review.access import decides
from review.pages import render_desk


@decides
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The kinds of messages for staff, each with its switch; 422 with a sentence when one does not exist."""
    form = MailChoiceForm(request.POST if request.method == "POST" else None, user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        form.save()
        flash.success(request, gettext("Your e-mail settings are saved."))
        return redirect("admin:review-notifications")
    context = {"title": gettext("E-mail settings"), "form": form, "kinds": declared_kinds(Audience.STAFF)}
    return render_desk(request, "review/notifications.html", context, status=422 if form.is_bound else 200)
