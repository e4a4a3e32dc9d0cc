"""What became of mail: what its carriers reported, and what the rooms that sent it were told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.mail import OutgoingEmail


class DeliveryReport(models.Model):
    """One event that a mail provider, or staff, reported of one recipient of a mail. Never changed or deleted.

    ``event_id`` is the reporter's name of the event; the same event counts once. Reports that come before the mail is
    noted as sent are kept until then. Written only by ``notifications.reports``.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        DEFERRED = "deferred", _("Delayed or soft bounce")
        BOUNCED = "bounced", _("Bounced")
        REJECTED = "rejected", _("Refused by the provider")
        COMPLAINED = "complained", _("Reported as spam")

    mail = models.ForeignKey(OutgoingEmail, on_delete=models.PROTECT, related_name="reports")
    recipient = models.CharField(max_length=254, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    provider = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    description = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_id"],
                name="report_once",
                violation_error_message=_("This event was reported already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.recipient}"


class MailFate(models.Model):
    """Something that became of a mail, once for each time it was sent, and whether the rooms above were told.

    Written in the transaction that writes the mail's status, told right after it, and told by a sweep when that
    failed; so none is forgotten, and a mail that has left never leaves again because a room could not follow.
    ``about_recipient``: it failed or came back by an answer about whom it was for or what it says, for good. Otherwise it
    failed by trouble of the portal's own: no server, no sign-in, a sender that stopped; whose address it is says nothing.
    Written only by ``notifications.telling``.
    """

    mail = models.ForeignKey(OutgoingEmail, on_delete=models.PROTECT, related_name="fates")
    fate = models.CharField(max_length=10)
    sending = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=700, blank=True)
    about_recipient = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "fate", "sending"],
                name="fate_once",
                violation_error_message=_("This was noted of the mail already."),
            )
        ]
        indexes = [models.Index(fields=["tries", "id"], condition=Q(told_at=None), name="fate_untold")]

    def __str__(self) -> str:
        return f"{self.fate}: {self.mail_id}"
