"""Conflicts of interest in the admin: leads add and lift them, and the stock lists hide what a person is barred from."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.admin import AssociationAdmin
from claims.models import Association, Claim
from customers.admin.surveys import SurveyAnswerAdmin
from customers.models import SurveyAnswer
from kit.admin_bases import KeepsRows
from kit.errors import RuleViolation
from notifications.admin import OutgoingEmailAdmin
from notifications.models import OutgoingEmail
from review.access import barred_organizations
from review.assigning import deciders
from review.barring import ALREADY, bar_reviewer, lift_bar
from review.models import Bar


class PersonField(forms.ModelChoiceField):
    """A choice of people by name, with the address that tells namesakes apart."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.get_full_name()} ({obj.email})"


class BarForm(forms.ModelForm):
    """Who, which partner, and why. Only those who decide on claims can be barred."""

    reviewer = PersonField(
        queryset=User.objects.none(), help_text=_("Loses the claims and cases of this partner at once.")
    )

    class Meta:
        model = Bar
        fields = ["reviewer", "organization", "reason"]
        help_texts = {"reason": _("For leads and auditors; partners never see it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reviewer" in self.fields:
            self.fields["reviewer"].queryset = deciders()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Refuse a second bar between the same two."""
        cleaned = super().clean() or self.cleaned_data
        reviewer, organization = cleaned.get("reviewer"), cleaned.get("organization")
        active = Bar.objects.filter(reviewer=reviewer, organization=organization, lifted_at=None)
        if reviewer and organization and active.exists():
            self.add_error("reviewer", ALREADY)
        return cleaned


class StandingFilter(admin.SimpleListFilter):
    """Bars that hold now, and those that were lifted."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in-force", gettext("In force")), ("lifted", gettext("Lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Bar]) -> QuerySet[Bar]:
        holds = {"in-force": True, "lifted": False}.get(self.value() or "")
        return queryset if holds is None else queryset.filter(lifted_at__isnull=holds)


@admin.register(Bar)
class BarAdmin(KeepsRows):
    """Who has nothing to do with which partner's claims. Nothing is deleted: a bar is lifted, and its time is kept."""

    form = BarForm
    list_display = ["person", "organization", "reason", "set_by", "set_at", "lifted_at"]
    list_filter = [StandingFilter]
    list_select_related = ["reviewer", "organization", "set_by"]
    search_fields = ["reviewer__email", "reviewer__full_name", "organization__name"]
    search_help_text = _("A person's name or address, or a partner's name.")
    autocomplete_fields = ["organization"]
    ordering = ["-set_at", "-pk"]
    actions = ["lift"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Conflicts of interest"), **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Bar | None = None) -> Any:
        fields = ["reviewer", "organization", "reason"]
        return [*fields, "set_by", "set_at", "lifted_at"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Bar | None = None) -> list[str]:
        return [*self.get_fields(request, obj)] if obj else []

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A bar to read and to lift: there is nothing to save."""
        buttons = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, {**buttons, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Bar, form: forms.ModelForm, change: bool) -> None:
        """A new bar, with who set it and when. An old one has nothing to type."""
        if not change:
            by: User = request.user  # type: ignore[assignment]
            made = bar_reviewer(
                obj.reviewer, organization=obj.organization, reason=obj.reason, by=by, now=timezone.now()
            )
            obj.pk, obj.set_by, obj.set_at = made.pk, made.set_by, made.set_at

    @admin.display(description=_("reviewer"), ordering="reviewer__full_name")
    def person(self, bar: Bar) -> str:
        return bar.reviewer.get_full_name()

    @admin.action(
        description=_("Lift"),
        permissions=["change"],
        location=[admin.ActionLocation.CHANGE_LIST, admin.ActionLocation.CHANGE_FORM],
    )
    def lift(self, request: HttpRequest, queryset: QuerySet[Bar]) -> None:
        """Lift the chosen bars, each on its own; say which stayed and why."""
        by: User = request.user  # type: ignore[assignment]
        for bar in queryset.select_related("reviewer", "organization"):
            try:
                lift_bar(bar, by=by, now=timezone.now())
            except RuleViolation as refusal:
                self.message_user(
                    request, f"{bar.reviewer.get_full_name()}, {bar.organization}: {refusal.message}", messages.ERROR
                )
            else:
                self.record(request, [bar], "Lifted.")
                self.message_user(
                    request,
                    gettext("{name} is no longer barred from {partner}.").format(
                        name=bar.reviewer.get_full_name(), partner=bar.organization
                    ),
                    messages.SUCCESS,
                )


admin.site.unregister([Association, OutgoingEmail, SurveyAnswer])


def _named_barred(request: HttpRequest) -> Any:
    """The claims of partners from which the reader is barred, as those who know no claims name them; a subquery."""
    barred = Claim.objects.filter(organization__in=barred_organizations(request.user))  # type: ignore[arg-type]
    return barred.annotate(name_elsewhere=Cast("pk", CharField())).values("name_elsewhere")


@admin.register(Association)
class ReadableAssociationAdmin(AssociationAdmin):
    """The same without the associations of partners from which the reader is barred."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Association]:
        rows = super().get_queryset(request)
        return rows.exclude(organization__in=barred_organizations(request.user))  # type: ignore[arg-type]


@admin.register(OutgoingEmail)
class ReadableEmailAdmin(OutgoingEmailAdmin):
    """The same without the mails about claims of partners from which the reader is barred."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        return super().get_queryset(request).exclude(reference__in=_named_barred(request))


@admin.register(SurveyAnswer)
class ReadableSurveyAdmin(SurveyAnswerAdmin):
    """The same without what customers say of partners from which the reader is barred."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[SurveyAnswer]:
        return super().get_queryset(request).exclude(consent__reference__in=_named_barred(request))
