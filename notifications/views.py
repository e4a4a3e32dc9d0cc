"""The page of notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kit.access import signed_in
from kit.pages import render_page
from notifications.notices import mark_all_read, mark_read, page_of_notices


def _number(text: str | None) -> int | None:
    """A row's number from a query or a form; anything else is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@signed_in
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first, paged by key. Reading the list marks nothing."""
    before = _number(request.GET.get("before"))
    shown, older = page_of_notices(request.user, before=before)  # type: ignore[arg-type]
    has_unread = any(notice.read_at is None for notice in shown)
    context = {"notices": shown, "older": older, "newest": before is None, "has_unread": has_unread}
    return render_page(request, "notifications/notices.html", context)


@signed_in
@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    notice = get_object_or_404(request.user.notices, pk=notice_id)  # type: ignore[union-attr]
    mark_read(notice, now=timezone.now())
    return redirect(notice.url)


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark read what the person had before its eyes, and nothing that arrived since."""
    mark_all_read(request.user, upto=_number(request.POST.get("upto")), now=timezone.now())  # type: ignore[arg-type]
    return redirect("notices")
