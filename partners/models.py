"""The partner's side: organisations, their MPN locations, programmes they enrolled in, and their people."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do for the organisation; only the two incentive roles see associations (R014, Q34)."""

    INCENTIVE_ADMIN = "incentive_admin", _("Incentive Admin")
    INCENTIVE_USER = "incentive_user", _("Incentive User")
    MEMBER = "member", _("Member")


INCENTIVE_ROLES = frozenset({Role.INCENTIVE_ADMIN, Role.INCENTIVE_USER})


class ProgramCode(models.TextChoices):
    """The incentive programmes that take customer associations (R001)."""

    OSA_SELL = "osa_sell", "OSA Sell"  # unread
    OSU_M365 = "osu_m365", "OSU - Microsoft 365"  # unread
    OSU_BA = "osu_ba", "OSU - Business Applications"  # unread


class Program(models.Model):
    """The words of one incentive programme, kept by staff; ``code`` is what the rules go by. Never added or deleted."""

    code = models.CharField(max_length=20, choices=ProgramCode, unique=True)
    name = models.CharField(max_length=60, unique=True, help_text=_("As partners read it on every page."))
    summary = models.CharField(max_length=300, help_text=_("What the program is for, in one sentence."))
    guide_link = models.CharField(
        _("text of the guide link"),
        max_length=80,
        help_text=_("Leads from the program's page to its incentive guide."),
    )
    is_open = models.BooleanField(
        _("open for new enrollments"),
        default=True,
        help_text=_("When it is closed, MPN locations that are enrolled stay enrolled, and no other can enroll."),
    )
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Lower ones come first."))

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


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
    country = models.CharField(max_length=2, help_text=_("Two-letter country code."))
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
                violation_error_message=_("This location is already enrolled in this program."),
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
                violation_error_message=_("This person already belongs to a partner organisation."),
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


class Invitation(models.Model):
    """An Incentive Admin asks a person to join the organisation (Q34). The link's token travels only in the mail.

    Open means neither accepted nor revoked. No limit on locations means all of them, as for a membership (R071).
    """

    organization = models.ForeignKey(PartnerOrganization, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, help_text=_("In lower case, as sign-in ignores case."))
    full_name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role, default=Role.INCENTIVE_USER)
    locations = models.ManyToManyField(Location, blank=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    mails = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_address",
                violation_error_message=_("This address is invited already."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_answered_once",
                violation_error_message=_("An invitation is either accepted or revoked."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
                violation_error_message=_("An accepted invitation says who accepted it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"

    def state(self, *, now: datetime) -> str:
        """What the link is good for: «open», «expired», «revoked» or «accepted»."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if now >= self.expires_at else "open"


class OrganizationChange(models.Model):
    """Who changed what about an organisation and its people. Append-only: a trigger refuses UPDATE and DELETE."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Preferred contact changed")
        ROLE = "role", _("Role changed")
        ACCESS = "access", _("MPN access changed")
        REMOVED = "removed", _("Removed from the organization")
        INVITED = "invited", _("Invited")
        SENT_AGAIN = "sent_again", _("Invitation sent again")
        REVOKED = "revoked", _("Invitation revoked")
        JOINED = "joined", _("Joined the organization")
        ADDED = "added", _("Added to the organization")

    organization = models.ForeignKey(PartnerOrganization, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=254)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    person_name = models.CharField(max_length=254, blank=True)
    person_email = models.EmailField(max_length=254, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organization", "-id"], name="change_newest_of_organization")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.organization_id}"
