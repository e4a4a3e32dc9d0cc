"""Messages as rows: mail on its way out, and notices inside the portal."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.http import url_has_allowed_host_and_scheme


class OutgoingEmail(models.Model):
    """One mail: outbox and log in one. Rendered when queued, so the row shows exactly what was or will be
    sent.

    Written only by ``notifications.outbox`` and ``notifications.delivery``. ``reference`` is opaque here (a
    claim id). A ``sensitive`` mail carries a secret link: its body is never shown, and is blanked once the
    mail has left.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        LEASED = "leased", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        WITHHELD = "withheld", "Withheld"

    kind = models.CharField(max_length=60)
    to = ArrayField(models.EmailField())
    cc = ArrayField(models.EmailField(), default=list, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    reference = models.CharField(max_length=40, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    sensitive = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    delivered_to = ArrayField(
        models.EmailField(),
        default=list,
        blank=True,
        help_text="Recipients that the mail server has accepted.",
    )
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "outgoing e-mail"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__len__gt=0),
                name="email_has_recipient",
                violation_error_message="A mail needs a recipient.",
            ),
            models.CheckConstraint(
                condition=Q(status="leased", leased_until__isnull=False) | (~Q(status="leased") & Q(leased_until=None)),
                name="email_lease_has_end",
                violation_error_message="Only a mail that is being sent has a lease, and it always has one.",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
                name="email_sent_has_time",
                violation_error_message="A sent mail says when it left.",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="queued"), name="email_due"),
            models.Index(fields=["leased_until"], condition=Q(status="leased"), name="email_leased"),
            models.Index(fields=["reference"], name="email_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {', '.join(self.to)}"


def validate_local_path(value: str) -> None:
    """Refuse an address that leads out of the portal. Raises ValidationError."""
    if not value.startswith("/") or not url_has_allowed_host_and_scheme(value, allowed_hosts=None):
        raise ValidationError("A notice leads to a page of this portal.")


class Notice(models.Model):
    """A message to one person inside the portal; unread until its ``read_at`` is set."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, validators=[validate_local_path])
    reference = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_newest_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class MutedMail(models.Model):
    """A person does not want mail of one kind; what has no row is wanted. Written by ``notifications.preferences``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_mail")
    kind = models.CharField(max_length=60)

    class Meta:
        verbose_name = "muted kind of mail"
        verbose_name_plural = "muted kinds of mail"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="muted_mail_once",
                violation_error_message="This kind of mail is switched off already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: no mail of kind {self.kind}"


class FeedAddress(models.Model):
    """The secret address of a person's calendar feed: only the SHA-256 of its token is stored.

    ``reference`` is opaque here (the organisation the feed tells of), so that an address does not follow its owner
    elsewhere. One that was revoked stays as a row and never works again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_addresses")
    reference = models.CharField(max_length=40)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar last read it, to the hour.")

    class Meta:
        verbose_name_plural = "feed addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="feed_address_one_per_person",
                violation_error_message="This person already has a calendar address.",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar address of {self.user}"
