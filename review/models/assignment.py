"""Who works on which claim, who looks at it now, and who must not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from partners.models import PartnerOrganization


class Assignment(models.Model):
    """One change of the reviewer of a claim (append-only). ``Claim.reviewer`` says who it is now."""

    class Kind(models.TextChoices):
        """How it came about."""

        TAKEN = "taken", _("Taken")
        GIVEN = "given", _("Assigned by a lead")
        RELEASED = "released", _("Released")
        IDLE = "idle", _("Released after inactivity")
        LEFT = "left", _("Released, because the claim left the review")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Empty when released."),
    )
    before = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["claim", "at"], name="assignment_of_claim"),
            models.Index(fields=["before", "-at"], condition=Q(kind="idle"), name="assignment_lost_by_idling"),
        ]

    def __str__(self) -> str:
        return gettext("{kind}: claim {claim}").format(kind=self.get_kind_display(), claim=self.claim_id)


class Presence(models.Model):
    """When a member of staff last had a claim open, so that two people on one claim see each other."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "user"], name="presence_once")]

    def __str__(self) -> str:
        return gettext("{person} on claim {claim}").format(person=self.user, claim=self.claim_id)


class Bar(models.Model):
    """A conflict of interest: this reviewer has nothing to do with this partner's claims while it is not lifted."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bars")
    organization = models.ForeignKey(PartnerOrganization, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    set_at = models.DateTimeField(editable=False)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["organization__name", "reviewer__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "organization"],
                condition=Q(lifted_at=None),
                name="bar_once",
                violation_error_message=_("This reviewer is barred from this partner already."),
            )
        ]

    def __str__(self) -> str:
        return gettext("{person} is barred from {partner}").format(person=self.reviewer, partner=self.organization)
