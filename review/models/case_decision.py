"""How parties of a case are scored, and what is decided about them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from review.models.arbitration import ArbitrationCase, CaseParty

MOST_POINTS = 4


class RubricCriterion(models.Model):
    """One criterion by which proofs of execution are compared. Leads keep them; the total advises, a person decides."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    guidance = models.TextField(max_length=600, help_text=_("What zero and what four points look like."))
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("1 to 10: how much it counts against the others."),
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = _("rubric criteria")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class CaseScore(models.Model):
    """Points that a reviewer gave one party for one criterion. The newest word replaces the one before."""

    party = models.ForeignKey(CaseParty, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(RubricCriterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "criterion"], name="case_score_once"),
            models.CheckConstraint(
                condition=Q(points__lte=MOST_POINTS),
                name="case_score_points",
                violation_error_message=format_lazy(_("Points go from 0 to {most}."), most=MOST_POINTS),
            ),
        ]

    def __str__(self) -> str:
        return gettext("{points} of {most} for {criterion}").format(
            points=self.points, most=MOST_POINTS, criterion=self.criterion
        )


class CaseDecision(models.Model):
    """One decision of a case: carried out at once, or proposed to a second reviewer because a holder loses.

    ``plan`` says who is selected for each item and what each partner is told, ``versions`` on which state of case and
    claims it rests, ``record`` how the parties were scored.
    """

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("Waiting for confirmation")
        CARRIED_OUT = "carried_out", _("Carried out")
        RETURNED = "returned", _("Returned")
        TAKEN_BACK = "taken_back", _("Taken back")
        OVERTAKEN = "overtaken", _("Overtaken by a change of the case")

    case = models.ForeignKey(ArbitrationCase, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=12, choices=State)
    reason = models.TextField(max_length=4000, help_text=_("Why, in the reviewer's words. Partners never read it."))
    plan = models.JSONField()
    versions = models.JSONField()
    record = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(max_length=2000, blank=True, help_text=_("Of the second reviewer."))

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="proposed"),
                name="case_decision_one_proposed",
                violation_error_message=_("A decision of this case waits for confirmation already."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="case_decision_two_people",
                violation_error_message=_("A proposal is confirmed by another reviewer."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Decision of case {case}").format(case=self.case_id)
