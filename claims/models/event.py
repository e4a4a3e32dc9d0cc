"""History: what happened to a claim, never changed afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from claims.enums import ActorKind, ClaimAction, ClaimStatus
from claims.models.claim import Claim

# What the figures of the review count by time; the rest of history is read claim by claim.
DECISIVE = [
    ClaimAction.APPROVE.value,
    ClaimAction.DISPUTE.value,
    ClaimAction.REJECT.value,
    ClaimAction.REQUEST_ACTION.value,
]


class ClaimEvent(models.Model):
    """One step of a claim's life. Append-only: a trigger refuses UPDATE and DELETE. ``data`` keeps what was said."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=30, choices=ClaimAction)
    actor_kind = models.CharField(max_length=20, choices=ActorKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    from_status = models.CharField(max_length=30, choices=ClaimStatus, blank=True)
    to_status = models.CharField(max_length=30, choices=ClaimStatus, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["claim", "at"], name="event_of_claim"),
            models.Index(fields=["at"], condition=Q(action__in=DECISIVE), name="event_decisive"),
        ]

    def __str__(self) -> str:
        return gettext("{action} on claim {claim}").format(action=self.get_action_display(), claim=self.claim_id)
