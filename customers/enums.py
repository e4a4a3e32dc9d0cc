"""Words of the customer's side."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SolutionArea(models.TextChoices):
    """What a claim is about; decides how an association is held (R005)."""

    BUSINESS_APPLICATIONS = "business_applications", _("Business Applications")
    MICROSOFT_365 = "microsoft_365", "Microsoft 365"  # unread


class SubscriptionStatus(models.TextChoices):
    """Status of a commercial subscription as Microsoft Graph names it."""

    ENABLED = "Enabled", _("Enabled")
    WARNING = "Warning", _("In grace")
    SUSPENDED = "Suspended", _("Suspended")
    LOCKED_OUT = "LockedOut", _("Locked out")
    DELETED = "Deleted", _("Deleted")
    EXPIRED = "Expired", _("Expired")


ACTIVE_SUBSCRIPTION = frozenset({SubscriptionStatus.ENABLED, SubscriptionStatus.WARNING})


class DenialReason(models.TextChoices):
    """Why a customer denies an association; wording of the deny page (R187)."""

    NO_SHARING = "no_sharing", _("We don't want to share our data.")
    UNKNOWN_PARTNER = "unknown_partner", _("Partner is unknown")
    OTHER = "other", pgettext_lazy("reason", "Other")


class ConsentStep(models.TextChoices):
    """What happened to a consent request, as the customer's record tells it."""

    ASKED = "asked", _("Association approved")
    SHOWN = "shown", _("Association recorded")
    SENT = "sent", _("Message sent")
    DELIVERED = "delivered", _("Message delivered")
    UNDELIVERABLE = "undeliverable", _("Message not delivered")
    READDRESSED = "readdressed", _("Contact corrected")
    ASKED_AGAIN = "asked_again", _("Contact asked again")
    WRONG_PERSON = "wrong_person", _("Not the right person")
    HANDED_OVER = "handed_over", pgettext_lazy("step of the record", "Handed over")
    CONSENTED = "consented", _("Consent given")
    DENIED = "denied", pgettext_lazy("step of the record", "Denied")
    DENIED_PART = "denied_part", _("Denied in part")
    RESTORED = "restored", _("Denial taken back")
    RESTORED_PART = "restored_part", _("Denial taken back in part")
    NARROWED = "narrowed", _("Ended in part")
    WITHDRAWN = "withdrawn", pgettext_lazy("step of the record", "Ended")


class Language(models.TextChoices):
    """Languages in which customers are written to and can read their pages; each in its own name."""

    ENGLISH = "en", "English"  # unread
    GERMAN = "de", "Deutsch"  # unread
    FRENCH = "fr", "Français"  # unread
    SPANISH = "es", "Español"  # unread
    JAPANESE = "ja", "日本語"
    PORTUGUESE = "pt", "Português"  # unread
