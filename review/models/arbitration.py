"""Cases: partners that claim or hold the same workload or subscription of a customer, compared and decided together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from customers.models import Product, Subscription, Tenant


class ArbitrationCase(models.Model):
    """One comparison of rivals (R170). ``review.arbitration.binding`` opens, joins and closes it by itself.

    Partners never learn that it exists. ``version`` grows with every change of its parties or items, so that a decision
    taken on an older state is refused.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Open")
        PROPOSED = "proposed", _("Waiting for confirmation")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        """Why it was closed."""

        DECIDED = "decided", _("Decided")
        UNCONTESTED = "uncontested", _("Nobody contests any more")
        MERGED = "merged", _("Joined with another case")

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="case_closed_says_why",
                violation_error_message=_("A closed case says when and why it was closed."),
            )
        ]
        indexes = [
            models.Index(fields=["opened_at", "id"], condition=~Q(state="closed"), name="case_running"),
            models.Index(fields=["tenant"], condition=~Q(state="closed"), name="case_running_of_tenant"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(state="closed"), name="case_closed_lately"),
        ]

    def __str__(self) -> str:
        return gettext("Case {case}").format(case=self.pk)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be done in it any more."""
        return self.state == self.State.CLOSED


class CaseItem(models.Model):
    """One contested workload of the tenant, or one contested subscription. It is in at most one running case."""

    case = models.ForeignKey(ArbitrationCase, on_delete=models.PROTECT, related_name="items")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_open = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    winner = models.ForeignKey("review.CaseParty", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["product__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "product"],
                condition=Q(is_open=True, subscription=None),
                name="case_item_one_per_workload",
                violation_error_message=_("A running case has this workload already."),
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(is_open=True, subscription__isnull=False),
                name="case_item_one_per_subscription",
                violation_error_message=_("A running case has this subscription already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The workload, or the product with its subscription, as people read it."""
        return f"{self.product.label} ({self.subscription.shown_id})" if self.subscription else self.product.label


class CaseParty(models.Model):
    """One claim in a case, from when to when, and what came of it. A claim is in at most one running case."""

    class Role(models.TextChoices):
        """What it was when it joined."""

        HOLDER = "holder", _("Holder")
        CONTENDER = "contender", _("Contender")

    class Result(models.TextChoices):
        """What came of it."""

        WON = "won", _("Selected")
        PARTLY = "partly", _("Selected in part")
        LOST = "lost", _("Not selected")
        LEFT = "left", _("Left")
        MOVED = "moved", _("Moved to another case")

    case = models.ForeignKey(ArbitrationCase, on_delete=models.PROTECT, related_name="parties")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    is_open = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=Result, blank=True)
    letter = models.TextField(blank=True, help_text=_("What this partner was told by the decision."))

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(is_open=True),
                name="case_party_one_running_case",
                violation_error_message=_("This claim is in a running case already."),
            )
        ]
        indexes = [models.Index(fields=["claim", "-case"], name="case_party_of_claim")]

    def __str__(self) -> str:
        return gettext("Claim {claim} in case {case}").format(claim=self.claim_id, case=self.case_id)


class CaseEvent(models.Model):
    """One step of a case, in words (append-only). Partners never read it."""

    case = models.ForeignKey(ArbitrationCase, on_delete=models.PROTECT, related_name="events")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "at"], name="event_of_case")]

    def __str__(self) -> str:
        return self.text
