"""The partner's side: organisations, their MPN locations, programmes they enrolled in, and their people."""

from django.conf import settings
from django.db import models


class Role(models.TextChoices):
    """What a person may do for the organisation; only the two incentive roles see associations (R014, Q34)."""

    INCENTIVE_ADMIN = "incentive_admin", "Incentive Admin"
    INCENTIVE_USER = "incentive_user", "Incentive User"
    MEMBER = "member", "Member"


INCENTIVE_ROLES = frozenset({Role.INCENTIVE_ADMIN, Role.INCENTIVE_USER})


class ProgramCode(models.TextChoices):
    """The incentive programmes that take customer associations (R001)."""

    OSA_SELL = "osa_sell", "OSA Sell"
    OSU_M365 = "osu_m365", "OSU - Microsoft 365"
    OSU_BA = "osu_ba", "OSU - Business Applications"


class PartnerOrganization(models.Model):
    """A partner company. Everything a partner sees is reached through its own organisation (Q35)."""

    name = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    preferred_contact_name = models.CharField(max_length=120, blank=True)
    preferred_contact_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """One company entity of a partner with its own MPN id, written «TORONTO, CA (563676)» (R072)."""

    organization = models.ForeignKey(PartnerOrganization, on_delete=models.PROTECT, related_name="locations")
    mpn_id = models.PositiveIntegerField("MPN ID", unique=True)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2, help_text="Two-letter country code.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["city", "mpn_id"]

    def __str__(self) -> str:
        return f"{self.label} ({self.mpn_id})"

    @property
    def label(self) -> str:
        """Place as the seed prints it: «TORONTO, CA»."""
        return f"{self.city.upper()}, {self.country.upper()}"


class Enrollment(models.Model):
    """A location takes part in an incentive programme; without one its claims cannot earn (Q12)."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="enrollments")
    program = models.CharField(max_length=20, choices=ProgramCode)
    enrolled_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "program"],
                name="enrollment_once_per_program",
                violation_error_message="This location is already enrolled in this program.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.location} in {self.get_program_display()}"


class Membership(models.Model):
    """A person works for a partner organisation in one role. No limit on locations means all of them (R071)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(PartnerOrganization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    locations = models.ManyToManyField(Location, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                name="membership_one_per_user",
                violation_error_message="This person already belongs to a partner organisation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organization} ({self.get_role_display()})"

    @property
    def has_incentive_role(self) -> bool:
        """Whether this person may view and create associations (R014)."""
        return self.role in INCENTIVE_ROLES

    def active_locations(self) -> models.QuerySet[Location]:
        """The active MPN locations this person has access to, with their enrolments (R071, Q12)."""
        chosen = self.locations.values("pk")
        reachable = self.organization.locations.filter(is_active=True)
        if self.locations.exists():
            reachable = reachable.filter(pk__in=chosen)
        return reachable.prefetch_related("enrollments")
