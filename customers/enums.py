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
