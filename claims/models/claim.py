"""The claim: one partner's request to be the partner of record of one customer for one to four products."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.enums import (
    DECIDED,
    EDITABLE,
    IN_REVIEW,
    LIVE,
    Activity,
    ActorKind,
    ClaimStatus,
    CustomerTrouble,
    QueueRank,
)  # fmt: skip
from customers.enums import SolutionArea
from customers.models import Tenant
from partners.models import Location, PartnerOrganization


class Claim(models.Model):
    """One claim. Only ``claims.lifecycle.perform`` writes ``status``; names need not be unique, ids are (R031).

    Times are UTC. ``version`` grows with every change and guards against two people changing at once.
    """

    organization = models.ForeignKey(PartnerOrganization, on_delete=models.PROTECT, related_name="claims")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    solution_area = models.CharField(max_length=30, choices=SolutionArea)
    activities = ArrayField(models.CharField(max_length=30, choices=Activity))
    status = models.CharField(max_length=30, choices=ClaimStatus, default=ClaimStatus.EDITING)
    version = models.PositiveIntegerField(default=1)

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    customer_domain = models.CharField(max_length=253)
    customer_contact_name = models.CharField(max_length=120)
    customer_contact_email = models.EmailField()
    customer_contact_title = models.CharField(max_length=120)
    partner_contact_name = models.CharField(max_length=120)
    partner_contact_email = models.EmailField()
    seller_name = models.CharField(_("Dynamics solution seller name"), max_length=120, blank=True)
    isv_solution = models.CharField(_("ISV product or solution name"), max_length=200, blank=True)

    poe_checklist = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text=_("Rules of proof of execution that the partner ticked for itself (R142); no decision reads them."),
    )

    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(help_text=_("When the incentive guide was agreed to (Q21)."))
    guide_version = models.CharField(max_length=20)

    created_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    last_actor_kind = models.CharField(max_length=20, choices=ActorKind, default=ActorKind.PARTNER)
    last_actor_name = models.CharField(max_length=120)

    submissions = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    review_started_at = models.DateTimeField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewer_active_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When the reviewer last did something with the claim; idle ones are released."),
    )
    queue_due_on = models.DateField(
        null=True,
        blank=True,
        help_text=_(
            "Day by which Microsoft acts next: begins the review of a submitted claim, answers one under review."
        ),
    )
    queue_rank = models.PositiveSmallIntegerField(
        choices=QueueRank, default=QueueRank.ORDINARY, help_text=_("Who comes first among claims due on the same day.")
    )
    action_due_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    opt_out_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Empty before the message to the customer has left, and while it reached nobody."),
    )
    in_effect_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the opt-out period ended undenied (Q7).")
    )
    customer_trouble = models.CharField(max_length=20, choices=CustomerTrouble, blank=True)
    customer_trouble_at = models.DateTimeField(null=True, blank=True)
    dispute_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until when a rejection can be disputed; empty once that has passed.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ClaimStatus.values),
                name="claim_status_known",
                violation_error_message=_("This status does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(DECIDED)) | Q(decided_at__isnull=False),
                name="claim_decided_has_time",
                violation_error_message=_("A decided claim carries the time of its decision."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ClaimStatus.ACTION_REQUIRED) | Q(action_due_at__isnull=False),
                name="claim_action_has_due_time",
                violation_error_message=_("A claim that waits for the partner says until when."),
            ),
            models.CheckConstraint(
                condition=Q(activities__contains=[Activity.REVENUE], activities__len=1)
                | (~Q(activities__contains=[Activity.REVENUE]) & Q(activities__len__gte=1)),
                name="claim_revenue_stands_alone",
                violation_error_message=_("Revenue association excludes Pre-sales and Usage."),
            ),
            models.CheckConstraint(
                condition=Q(solution_area=SolutionArea.BUSINESS_APPLICATIONS) | Q(activities=[Activity.USAGE]),
                name="claim_m365_is_usage",
                violation_error_message=_("A Microsoft 365 claim is for Usage."),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-last_activity_at", "-id"], name="claim_newest_activity"),
            models.Index(fields=["status", "submitted_at"], name="claim_queue"),
            models.Index(
                fields=["queue_due_on", "queue_rank", "submitted_at", "id"],
                condition=Q(status__in=sorted(IN_REVIEW)),
                name="claim_urgency",
            ),
            models.Index(
                fields=["status", "queue_due_on", "queue_rank", "submitted_at", "id"],
                condition=Q(status__in=sorted(IN_REVIEW)),
                name="claim_urgency_of_status",
            ),
            models.Index(
                fields=["queue_due_on", "queue_rank", "submitted_at", "id"],
                condition=Q(status__in=sorted(IN_REVIEW), reviewer=None),
                name="claim_urgency_of_free",
            ),
            models.Index(
                fields=["-decided_at", "-id"], condition=Q(status__in=sorted(DECIDED)), name="claim_newest_decision"
            ),
            models.Index(OpClass(Upper("customer_domain"), name="text_pattern_ops"), name="claim_domain_begins"),
            models.Index(Upper("customer_contact_email"), name="claim_of_contact"),
            models.Index(
                fields=["reviewer", "queue_due_on"],
                condition=Q(status__in=sorted(IN_REVIEW)),
                name="claim_of_reviewer",
            ),
            models.Index(fields=["tenant"], condition=Q(status__in=sorted(LIVE)), name="claim_live_of_tenant"),
            models.Index(
                fields=["action_due_at"], condition=Q(status=ClaimStatus.ACTION_REQUIRED), name="claim_action_due"
            ),
            models.Index(
                fields=["review_started_at", "submitted_at"],
                condition=Q(review_started_at__isnull=False),
                name="claim_review_begun",
            ),
            models.Index(
                fields=["opt_out_until"],
                condition=Q(status=ClaimStatus.APPROVED, in_effect_at=None),
                name="claim_window_open",
            ),
            models.Index(
                fields=["dispute_until", "id"],
                condition=Q(status=ClaimStatus.REJECTED, dispute_until__isnull=False),
                name="claim_dispute_open",
            ),
            models.Index(
                fields=["last_activity_at", "id"], condition=Q(status=ClaimStatus.EDITING), name="claim_in_editing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    def get_absolute_url(self) -> str:
        """The partner's page of this claim."""
        return reverse("claim", args=[self.pk])

    @property
    def is_revenue(self) -> bool:
        """Revenue association: no proof of execution, no consent mail, no incentive (R190)."""
        return Activity.REVENUE in self.activities

    @property
    def is_editable(self) -> bool:
        """Whether the partner may change content: while editing, or when a reviewer asked for more (R131)."""
        return self.status in EDITABLE

    @property
    def is_in_review(self) -> bool:
        """Whether the claim waits for Microsoft."""
        return self.status in IN_REVIEW

    @property
    def is_live(self) -> bool:
        """Whether the claim keeps its own organisation from claiming the same again (Q13)."""
        return self.status in LIVE

    @property
    def activity_label(self) -> str:
        """«Pre-sales / Usage» as on the claim page (R066)."""
        return " / ".join(str(Activity(activity).label) for activity in self.activities)

    @property
    def last_activity_label(self) -> str:
        """The actor a partner sees: Microsoft, Customer, or the person's own name (R029)."""
        if self.last_actor_kind == ActorKind.PARTNER:
            return self.last_actor_name
        return str(ActorKind(self.last_actor_kind).label)

    def can_still_opt_out(self, now: datetime) -> bool:
        """Whether the seven days after approval are running (R168)."""
        return self.status == ClaimStatus.APPROVED and self.opt_out_until is not None and now < self.opt_out_until
