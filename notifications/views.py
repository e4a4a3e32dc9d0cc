"""The pages of notices and of their settings."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from kit.access import signed_in
from kit.pages import render_page
from notifications.forms import MailChoiceForm
from notifications.kinds import declared_kinds
from notifications.notices import group_by_day, mark_all_read, mark_read, mark_unread, page_of_notices
from notifications.preferences import audience_of

LIST = "notifications/notices.html"
SETTINGS = "notifications/settings.html"


class PersonRequest(HttpRequest):
    """What a view behind ``signed_in`` receives."""

    user: User
    htmx: HtmxDetails


def _wants_part(request: PersonRequest) -> bool:
    """Whether HTMX asks for a part of the page, and not for the page that Back leads to."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def _number(text: str | None) -> int | None:
    """A row's number from a query or a form; anything else is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _address(*, unread_only: bool, before: int | None = None) -> str:
    """The address of a page of the list."""
    query = {"show": "unread"} if unread_only else {}
    if before is not None:
        query["before"] = str(before)
    return reverse("notices") + (f"?{urlencode(query)}" if query else "")


def _show_list(
    request: PersonRequest, *, unread_only: bool, before: int | None, fragment: str, said: str = ""
) -> HttpResponse:
    shown, older = page_of_notices(request.user, before=before, unread_only=unread_only)
    context = {
        "days": group_by_day(shown, now=timezone.now()),
        "newest_id": shown[0].pk if shown else None,
        "older_url": _address(unread_only=unread_only, before=older) if older else "",
        "before": before,
        "unread_only": unread_only,
        "count_shown": len(shown),
        "swapped": fragment if _wants_part(request) else "",
        "said": said,
    }
    return render_page(request, LIST, context, fragment=fragment)


@signed_in
@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """The person's notices, newest first, all or the unread ones, paged by key. Reading the list marks nothing."""
    before = _number(request.GET.get("before"))
    unread_only = request.GET.get("show") == "unread"
    return _show_list(request, unread_only=unread_only, before=before, fragment="older" if before else "list")


@signed_in
@require_POST
def open_notice(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    notice = get_object_or_404(request.user.notices, pk=notice_id)
    mark_read(notice, now=timezone.now())
    return redirect(notice.url)


@signed_in
@require_POST
def mark_notice(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Mark one notice read or unread and stay on the list: its row comes back, or the list at this row."""
    notice = get_object_or_404(request.user.notices, pk=notice_id)
    match request.POST.get("go"):
        case "read":
            mark_read(notice, now=timezone.now())
        case "unread":
            mark_unread(notice)
        case _:
            raise BadRequest("A notice is marked read or unread.")  # unread
    notice.refresh_from_db()
    unread_only, before = request.POST.get("show") == "unread", _number(request.POST.get("before"))
    if request.htmx:
        context = {"notice": notice, "unread_only": unread_only, "before": before, "swapped": "row"}
        return render_page(request, LIST, context, fragment="row")
    said = gettext("Marked as unread: {title}") if notice.read_at is None else gettext("Marked as read: {title}")
    messages.success(request, said.format(title=notice.title))
    return redirect(f"{_address(unread_only=unread_only, before=before)}#notice-{notice.pk}")


@signed_in
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark read what the person had before its eyes, and nothing that arrived since."""
    count = mark_all_read(request.user, upto=_number(request.POST.get("upto")), now=timezone.now())
    said = ngettext("{count} notification marked as read.", "{count} notifications marked as read.", count)
    said = said.format(count=count)
    unread_only = request.POST.get("show") == "unread"
    if request.htmx:
        return _show_list(request, unread_only=unread_only, before=None, fragment="list", said=said)
    messages.success(request, said)
    return redirect(_address(unread_only=unread_only))


@signed_in
@require_GET
def bell(request: PersonRequest) -> HttpResponse:
    """The bell with today's count, for a tab that comes back into sight."""
    return render(request, "components/bell.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponse:
    """Which kinds of messages also come by mail (Q45). Notices in the portal always come."""
    form = MailChoiceForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            form.save()
            messages.success(request, gettext("Your e-mail settings are saved."))
            if not request.htmx:
                return redirect("notification-settings")
        else:
            status = 422
    kinds = declared_kinds(audience_of(request.user))
    context = {"form": form, "kinds": kinds, "portal_only": [kind for kind in kinds if not kind.mailed]}
    return render_page(request, SETTINGS, context, fragment="mail_choice", status=status)
