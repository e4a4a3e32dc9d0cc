"""What customers answered to the survey (Q43), for staff to read."""

from typing import Any

from django.contrib import admin
from django.db.models import Avg, Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import SurveyAnswer
from kit.admin_bases import ReadOnly


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(ReadOnly, admin.ModelAdmin):
    """Each answer, with how all answers about the same partner come out. Partners read none of it."""

    list_display = ["partner", "rating", "of_partner", "comment_begins", "tenant", "answered_at"]
    list_filter = ["rating", "answered_at"]
    search_fields = ["consent__partner_name", "consent__domain", "comment"]
    search_help_text = _("Partner, customer's domain or words of the comment.")
    date_hierarchy = "answered_at"
    ordering = ["-answered_at", "-pk"]
    readonly_fields = ["partner", "of_partner", "rating", "comment", "tenant", "contact", "answered_at"]
    fields = (*readonly_fields,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        same = SurveyAnswer.objects.filter(consent__partner_name=OuterRef("consent__partner_name"))
        grouped = same.order_by().values("consent__partner_name")
        return (
            super()
            .get_queryset(request)
            .select_related("consent")
            .annotate(
                average=Subquery(grouped.annotate(each=Avg("rating")).values("each")),
                answers=Subquery(grouped.annotate(each=Count("pk")).values("each")),
            )
        )

    @admin.display(description=_("partner"), ordering="consent__partner_name")
    def partner(self, answer: SurveyAnswer) -> str:
        return answer.consent.partner_name

    @admin.display(description=_("average of the partner"), ordering="average")
    def of_partner(self, answer: Any) -> str:
        return gettext("{average:.1f} of {count}").format(average=answer.average, count=answer.answers)

    @admin.display(description=_("comment"))
    def comment_begins(self, answer: SurveyAnswer) -> str:
        return answer.comment if len(answer.comment) <= 80 else f"{answer.comment[:80]}…"

    @admin.display(description=_("customer"), ordering="consent__domain")
    def tenant(self, answer: SurveyAnswer) -> str:
        return answer.consent.domain

    @admin.display(description=_("contact, for the gift card"))
    def contact(self, answer: SurveyAnswer) -> str:
        return f"{answer.consent.customer_name} <{answer.consent.customer_email}>"
