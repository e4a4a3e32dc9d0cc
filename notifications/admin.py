"""The log of mail, for staff: read-only, with a few ways to act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from kit.admin_bases import ReadOnly
from kit.errors import RuleViolation
from notifications.anew import way_of
from notifications.attention import AttentionFilter, attention_in_words
from notifications.bodies import PURGED
from notifications.models import OutgoingEmail
from notifications.outbox import see_to, send_again, withhold
from notifications.reports import mark_bounced

HIDDEN = gettext_lazy("Not shown: the body holds a personal link.")
EVERYWHERE = [admin.ActionLocation.CHANGE_LIST, admin.ActionLocation.CHANGE_FORM]
Status = OutgoingEmail.Status
# Looks of the status pills, which are those of claims.
LOOKS = {
    Status.QUEUED: "",
    Status.LEASED: "status--under_review",
    Status.SENT: "status--submitted",
    Status.DELIVERED: "status--approved",
    Status.BOUNCED: "status--rejected",
    Status.FAILED: "status--rejected",
    Status.WITHHELD: "status--discarded",
}
# Shown only when they say something: most mail has no copy, was not sent again, and so on.
RARE = (
    "cc", "reply_to", "delivered_at", "bounced_at", "complained_at", "last_error", "seen_to_at", "purged_at", "mishaps",
    "given_up_at", "superseded", "useless_after", "sending", "requeued_at", "provider_message_id",
)  # fmt: skip
USUAL: tuple[Any, ...] = (None, "", [], 0, False)
_FIELDSETS: Any = (
    (None, {"fields": ("shown_status", "to", "cc", "reply_to", "subject", "shown_text", "language", "kind", "reference")}),
    (
        gettext_lazy("What became of it"),
        {
            "description": gettext_lazy("«Sent» means that the mail server took it. «Delivered» is known only where a provider says so."),
            "fields": (
                "created_at", "sent_at", "delivered_to", "delivered_at", "bounced_at", "complained_at", "last_error",
                "given_up_at", "superseded", "written_anew", "useless_after", "seen_to_at", "purged_at", "shown_reports",
            ),
        },
    ),
    (
        gettext_lazy("Sending"),
        {
            "fields": (
                "attempts", "next_attempt_at", "mishaps", "sending", "requeued_at", "message_id", "provider_message_id",
            )
        },
    ),
)  # fmt: skip


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnly):
    """Every mail, newest first. Acting on mail needs the permission to change it; the rows stay read-only all
    the same.
    """

    list_display = [
        "created_at",
        "shown_status",
        "subject",
        "recipients",
        "kind",
        "reference",
        "attempts",
        "last_error",
    ]
    list_display_links = ["subject"]
    list_filter = [AttentionFilter, "status", "kind"]
    search_fields = ["to", "cc", "reference", "=message_id", "=provider_message_id"]
    search_help_text = gettext_lazy("A recipient's address, a claim's number, or a whole Message-ID.")
    date_hierarchy = "created_at"
    actions = ["send_again", "withhold", "mark_as_bounced", "mark_as_seen_to"]
    fieldsets = _FIELDSETS
    readonly_fields = tuple(name for _, options in _FIELDSETS for name in options["fields"])

    def get_fieldsets(self, request: HttpRequest, obj: OutgoingEmail | None = None) -> Any:
        """The fields without those that have nothing to say of this mail."""
        silent = [
            name for name in RARE if obj is None or getattr(obj, name) in USUAL or (name, obj.sending) == ("sending", 1)
        ]
        silent += [] if obj and way_of(obj) else ["written_anew"]
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in silent]})
            for title, options in _FIELDSETS
        ]

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may act on mail: those with the permission to change outgoing e-mails."""
        return request.user.has_perm("notifications.change_outgoingemail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        return super().get_queryset(request).defer("html")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and above it in one line what of all mail waits for staff."""
        allowed = self.has_view_permission(request)
        attention = attention_in_words(self.get_queryset(request)) if allowed else ""
        return super().changelist_view(request, {"attention": attention, **(extra_context or {})})

    @admin.display(description=gettext_lazy("to"))
    def recipients(self, mail: OutgoingEmail) -> str:
        return ", ".join([*mail.to, *mail.cc])

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, mail: OutgoingEmail) -> SafeString:
        return format_html('<span class="status {}">{}</span>', LOOKS[Status(mail.status)], mail.get_status_display())

    @admin.display(description=gettext_lazy("text"))
    def shown_text(self, mail: OutgoingEmail) -> str:
        if mail.sensitive and not mail.purged_at:
            return str(HIDDEN)
        return gettext(PURGED) if mail.text == PURGED else mail.text

    @admin.display(description=gettext_lazy("written anew by"))
    def written_anew(self, mail: OutgoingEmail) -> SafeString | str:
        """Where it is written anew, for what cannot or need not be sent again as it was."""
        way = way_of(mail)
        return format_html('<a href="{}">{}</a>', way.url, way.label) if way else ""

    @admin.display(description=gettext_lazy("delivery reports"))
    def shown_reports(self, mail: OutgoingEmail) -> SafeString | str:
        """What the mail's carriers reported of it, one event below the other."""
        lines = (
            (each.get_kind_display(), each.recipient, each.provider, _moment(each.at), each.description)
            for each in mail.reports.all()
        )
        listed = format_html_join("", "<li><strong>{}</strong>: {}<br>{}, {}<br>{}</li>", lines)
        return format_html("<ul>{}</ul>", listed) if listed else gettext("None")

    @admin.action(description=gettext_lazy("Send again"), permissions=["act"], location=EVERYWHERE)
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Queue the chosen failed, bounced or withheld mails anew."""
        now = timezone.now()
        self._do(
            request, queryset, lambda mail: send_again(mail, now=now),
            record=gettext("Queued again."), done=gettext("{count} queued again."),
            left=gettext("{count} left as they are: not failed, bounced or withheld."),
        )  # fmt: skip

    @admin.action(description=gettext_lazy("Withhold"), permissions=["act"], location=EVERYWHERE)
    def withhold(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Keep the chosen queued mails from being sent."""
        self._do(
            request, queryset, withhold,
            record=gettext("Withheld."), done=gettext("{count} withheld."),
            left=gettext("{count} left as they are: not queued."),
        )  # fmt: skip

    @admin.action(description=gettext_lazy("Mark as bounced"), permissions=["act"], location=EVERYWHERE)
    def mark_as_bounced(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Note that the chosen mails came back, where somebody received the bounce and no provider reports it."""
        now = timezone.now()
        self._do(
            request, queryset, lambda mail: mark_bounced(mail, now=now),
            record=gettext("Marked as bounced."), done=gettext("{count} marked as bounced."),
            left=gettext("{count} left as they are: not sent or delivered."),
        )  # fmt: skip

    @admin.action(description=gettext_lazy("Mark as seen to"), permissions=["act"], location=EVERYWHERE)
    def mark_as_seen_to(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        """Take the chosen failed and bounced mails from the list of those that need attention."""
        now = timezone.now()
        self._do(
            request, queryset, lambda mail: see_to(mail, now=now),
            record=gettext("Marked as seen to."), done=gettext("{count} marked as seen to."),
            left=gettext("{count} left as they are: not failed or bounced."),
        )  # fmt: skip

    def _do(
        self,
        request: HttpRequest,
        queryset: QuerySet[OutgoingEmail],
        act: Callable[[Any], bool],
        *,
        record: str,
        done: str,
        left: str,
    ) -> None:
        """Act on each mail, write down those that changed, and tell how many did, how many could not, and why."""
        chosen = list(queryset)
        changed, refused = [], []
        with transaction.atomic():
            for mail in chosen:
                try:
                    changed += [mail] if act(mail) else []
                except RuleViolation as refusal:
                    refused.append(refusal.message)
            self.record(request, changed, record)
        if changed:
            self.message_user(request, done.format(count=len(changed)), messages.SUCCESS)
        for sentence in dict.fromkeys(refused):
            self.message_user(
                request,
                gettext("{count} left as they are. {sentence}").format(
                    count=refused.count(sentence), sentence=sentence
                ),
                messages.ERROR,
            )
        if others := len(chosen) - len(changed) - len(refused):
            self.message_user(request, left.format(count=others), messages.WARNING)
