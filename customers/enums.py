"""Words of the customer's side."""

from django.db import models


class SolutionArea(models.TextChoices):
    """What a claim is about; decides how an association is held (R005)."""

    BUSINESS_APPLICATIONS = "business_applications", "Business Applications"
    MICROSOFT_365 = "microsoft_365", "Microsoft 365"


class SubscriptionStatus(models.TextChoices):
    """Status of a commercial subscription as Microsoft Graph names it."""

    ENABLED = "Enabled", "Enabled"
    WARNING = "Warning", "In grace"
    SUSPENDED = "Suspended", "Suspended"
    LOCKED_OUT = "LockedOut", "Locked out"
    DELETED = "Deleted", "Deleted"
    EXPIRED = "Expired", "Expired"


ACTIVE_SUBSCRIPTION = frozenset({SubscriptionStatus.ENABLED, SubscriptionStatus.WARNING})


class DenialReason(models.TextChoices):
    """Why a customer denies an association; wording of the deny page (R187)."""

    NO_SHARING = "no_sharing", "We don't want to share our data."
    UNKNOWN_PARTNER = "unknown_partner", "Partner is unknown"
    OTHER = "other", "Other"


class ConsentStep(models.TextChoices):
    """What happened to a consent request, as the customer's record tells it."""

    ASKED = "asked", "Association approved"
    SHOWN = "shown", "Association recorded"
    SENT = "sent", "Message sent"
    DELIVERED = "delivered", "Message delivered"
    UNDELIVERABLE = "undeliverable", "Message not delivered"
    READDRESSED = "readdressed", "Contact corrected"
    WRONG_PERSON = "wrong_person", "Not the right person"
    HANDED_OVER = "handed_over", "Handed over"
    CONSENTED = "consented", "Consent given"
    DENIED = "denied", "Denied"
    DENIED_PART = "denied_part", "Denied in part"
    RESTORED = "restored", "Denial taken back"
    NARROWED = "narrowed", "Ended in part"
    WITHDRAWN = "withdrawn", "Ended"


class Language(models.TextChoices):
    """Languages in which customers are written to and can read their pages; each in its own name."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"
    JAPANESE = "ja", "日本語"
    PORTUGUESE = "pt", "Português"
