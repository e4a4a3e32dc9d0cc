"""Mail on its way out: outbox and log in one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingEmail(models.Model):
    """One mail: outbox and log in one. Rendered when queued, so the row shows exactly what was or will be
    sent.

    Written only by the rules of ``notifications``. ``reference`` is opaque here (a claim id). A ``sensitive`` mail
    carries a secret link: its body is never shown, and is blanked once the mail has left. «Sent» means that the mail
    server took it for a recipient in To; «Delivered» and «Bounced» are said by whoever carried it further. What is
    superseded never leaves any more, and asks nobody for attention.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        LEASED = "leased", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        BOUNCED = "bounced", _("Bounced")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Withheld")

    kind = models.CharField(max_length=60)
    to = ArrayField(models.EmailField())
    cc = ArrayField(models.EmailField(), default=list, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=10, default="en")
    reference = models.CharField(max_length=40, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    provider_message_id = models.CharField(
        max_length=200, blank=True, help_text=_("What the mail provider calls this message.")
    )
    sensitive = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    mishaps = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often the sender stopped in the middle of this message.")
    )
    sending = models.PositiveSmallIntegerField(default=1, help_text=_("2 and more once staff sent the message again."))
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempt_started_at = models.DateTimeField(null=True, blank=True)
    delivered_to = ArrayField(
        models.EmailField(),
        default=list,
        blank=True,
        verbose_name=_("accepted for"),
        help_text=_("Recipients that the mail server has accepted."),
    )
    last_error = models.CharField(max_length=500, blank=True)
    superseded = models.BooleanField(default=False, help_text=_("What it says is no longer true, so it is not sent."))
    useless_after = models.DateTimeField(
        null=True, blank=True, help_text=_("From when on it is of no use, such as a code that has expired.")
    )
    created_at = models.DateTimeField()
    requeued_at = models.DateTimeField(null=True, blank=True, help_text=_("When staff sent it again."))
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True, help_text=_("When it failed or was withheld."))
    seen_to_at = models.DateTimeField(null=True, blank=True, help_text=_("When staff had seen to what went wrong."))
    purged_at = models.DateTimeField(null=True, blank=True, help_text=_("When the body was removed for its age."))

    class Meta:
        verbose_name = _("outgoing e-mail")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__len__gt=0),
                name="email_has_recipient",
                violation_error_message=_("A mail needs a recipient."),
            ),
            models.CheckConstraint(
                condition=Q(status="leased", leased_until__isnull=False) | (~Q(status="leased") & Q(leased_until=None)),
                name="email_lease_has_end",
                violation_error_message=_("Only a mail that is being sent has a lease, and it always has one."),
            ),
            models.CheckConstraint(
                condition=Q(status="leased") | Q(attempt_started_at=None),
                name="email_attempt_while_leased",
                violation_error_message=_("Only a mail that is being sent is in the middle of an attempt."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "delivered", "bounced"]) | Q(sent_at__isnull=False),
                name="email_sent_has_time",
                violation_error_message=_("A sent mail says when it left."),
            ),
            models.CheckConstraint(
                condition=~Q(status="bounced") | Q(bounced_at__isnull=False),
                name="email_bounced_has_time",
                violation_error_message=_("A mail that came back says when."),
            ),
            models.CheckConstraint(
                condition=Q(superseded=False) | ~Q(status="queued"),
                name="email_superseded_never_queued",
                violation_error_message=_("What a mail says must still be true while it waits to be sent."),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="queued"), name="email_due"),
            models.Index(fields=["leased_until"], condition=Q(status="leased"), name="email_leased"),
            models.Index(fields=["reference"], name="email_reference"),
            models.Index(
                fields=["provider_message_id"], condition=~Q(provider_message_id=""), name="email_provider_message"
            ),
            models.Index(
                fields=["status"],
                condition=Q(status__in=["failed", "bounced"], seen_to_at=None),
                name="email_needs_attention",
            ),
            models.Index(fields=["sent_at"], condition=Q(purged_at=None), name="email_unpurged"),
            models.Index(
                fields=["given_up_at"],
                condition=Q(purged_at=None, given_up_at__isnull=False),
                name="email_unpurged_unsent",
            ),
            models.Index(
                fields=["useless_after"],
                condition=Q(status="queued", useless_after__isnull=False),
                name="email_useless",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {', '.join(self.to)}"


LEFT = (OutgoingEmail.Status.SENT, OutgoingEmail.Status.DELIVERED, OutgoingEmail.Status.BOUNCED)
TROUBLE = (OutgoingEmail.Status.FAILED, OutgoingEmail.Status.BOUNCED)
GIVEN_UP = (OutgoingEmail.Status.FAILED, OutgoingEmail.Status.WITHHELD)
NEEDS_ATTENTION = Q(status__in=TROUBLE, seen_to_at=None, superseded=False)
