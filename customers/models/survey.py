"""What a customer thinks of the partner that asks."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models.consent import ConsentRequest


class SurveyAnswer(models.Model):
    """Answer to the survey that the Business Applications mail links to (Q43); a later one replaces it."""

    consent = models.OneToOneField(ConsentRequest, on_delete=models.CASCADE, related_name="survey_answer")
    rating = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5),
                name="survey_rating_1_to_5",
                violation_error_message=_("Choose a rating from 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Survey answer about {partner_name}").format(partner_name=self.consent.partner_name)
