"""The log of mail, for staff: read-only, with two ways to act."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kit.admin_bases import ReadOnly
from notifications.models import OutgoingEmail
from notifications.outbox import send_again, withhold

HIDDEN = "Not shown: the body holds a personal link."


_FIELDS: tuple[str, ...] = (
    "status",
    "to",
    "cc",
    "reply_to",
    "subject",
    "shown_text",
    "kind",
    "reference",
    "attempts",
    "next_attempt_at",
    "last_error",
    "delivered_to",
    "created_at",
    "sent_at",
    "message_id",
)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnly):
    """Every mail, newest first. Acting on mail needs the permission to change it; the rows stay read-only all
    the same.
    """

    list_display = [
        "created_at",
        "kind",
        "recipients",
        "subject",
        "reference",
        "status",
        "attempts",
        "last_error",
    ]
    list_display_links = ["subject"]
    list_filter = ["status", "kind"]
    search_fields = ["to", "cc", "reference", "=message_id"]
    search_help_text = "A recipient's address, a claim's number, or a whole Message-ID."
    date_hierarchy = "created_at"
    actions = ["send_again", "withhold"]
    fields = _FIELDS
    readonly_fields = _FIELDS

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may send again and withhold: those with the permission to change outgoing e-mails."""
        return request.user.has_perm("notifications.change_outgoingemail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        return super().get_queryset(request).defer("html")

    @admin.display(description="to")
    def recipients(self, mail: OutgoingEmail) -> str:
        return ", ".join([*mail.to, *mail.cc])

    @admin.display(description="text")
    def shown_text(self, mail: OutgoingEmail) -> str:
        return HIDDEN if mail.sensitive else mail.text

    @admin.action(description="Send again", permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Queue the chosen failed or withheld mails anew."""
        now = timezone.now()
        self._do(request, queryset, lambda mail: send_again(mail, now=now), "queued again", "failed or withheld")

    @admin.action(description="Withhold", permissions=["act"])
    def withhold(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Keep the chosen queued mails from being sent."""
        self._do(request, queryset, withhold, "withheld", "queued")

    def _do(
        self,
        request: HttpRequest,
        queryset: QuerySet[OutgoingEmail],
        act: Callable[[Any], bool],
        done: str,
        needed: str,
    ) -> None:
        """Act on each mail, write down those that changed, and tell how many did and how many could not."""
        chosen = list(queryset)
        with transaction.atomic():
            changed = [mail for mail in chosen if act(mail)]
            self.record(request, changed, f"{done.capitalize()}.")
        if changed:
            self.message_user(request, f"{len(changed)} {done}.", messages.SUCCESS)
        if left := len(chosen) - len(changed):
            self.message_user(request, f"{left} left as they are: not {needed}.", messages.WARNING)
