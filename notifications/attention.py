"""Mail that staff must look at: what failed and what came back, until somebody has seen to it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.leases import MOST_MISHAPS
from notifications.models import OutgoingEmail
from notifications.models.mail import NEEDS_ATTENTION

MOST = 1000


class AttentionFilter(admin.SimpleListFilter):
    """Failed and bounced mail that nobody has seen to yet, and of these what was parked."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("Needs attention")), ("parked", gettext("Parked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> QuerySet[OutgoingEmail]:
        match self.value():
            case "yes":
                return queryset.filter(NEEDS_ATTENTION)
            case "parked":
                return queryset.filter(NEEDS_ATTENTION, mishaps__gte=MOST_MISHAPS)
            case _:
                return queryset


def attention_in_words(mails: QuerySet[OutgoingEmail]) -> str:
    """How much of this mail needs attention, as «3 failed (1 parked), 2 bounced»; empty when none does.

    One query by a partial index, which reads no more than a thousand rows.
    """
    rows = list(mails.filter(NEEDS_ATTENTION).order_by().values_list("status", "mishaps")[: MOST + 1])
    if len(rows) > MOST:
        return gettext("more than {count:,}").format(count=MOST)
    failed = [mishaps for status, mishaps in rows if status == OutgoingEmail.Status.FAILED]
    parked = sum(mishaps >= MOST_MISHAPS for mishaps in failed)
    parts = []
    if failed:
        said = gettext("{count} failed ({parked} parked)") if parked else gettext("{count} failed")
        parts.append(said.format(count=len(failed), parked=parked))
    if bounced := len(rows) - len(failed):
        parts.append(gettext("{count} bounced").format(count=bounced))
    return ", ".join(parts)
