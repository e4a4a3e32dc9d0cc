"""Notices inside the portal, who wants which mail, and the secret addresses of calendars."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def validate_local_path(value: str) -> None:
    """Refuse an address that leads out of the portal. Raises ValidationError."""
    if not value.startswith("/") or not url_has_allowed_host_and_scheme(value, allowed_hosts=None):
        raise ValidationError(gettext("A notice leads to a page of this portal."))


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
        verbose_name = _("muted kind of mail")
        verbose_name_plural = _("muted kinds of mail")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="muted_mail_once",
                violation_error_message=_("This kind of mail is switched off already."),
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
    last_read_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a calendar last read it, to the hour.")
    )

    class Meta:
        verbose_name_plural = _("feed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="feed_address_one_per_person",
                violation_error_message=_("This person already has a calendar address."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Calendar address of {user}").format(user=self.user)
