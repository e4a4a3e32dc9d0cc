"""People who sign in, kept by administrators of the installation."""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as registers_authenticators  # noqa: F401
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.two_step import APP, reset_two_steps
from kit.admin_bases import KeepsRows

# The packages register these with bases of their own, which neither keep rows nor write down what an action did.
# The last one shows the keys of authenticator apps; resetting them is an action on people instead.
admin.site.unregister([Group, EmailAddress, Authenticator])


class NewUserForm(BaseUserCreationForm):
    """A new person: an address to sign in with, a name, a first password."""

    class Meta:
        model = User
        fields = ("email", "full_name")
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        """The address in lower case, as sign-in ignores case."""
        return self.cleaned_data["email"].strip().lower()


@admin.register(User)
class PersonAdmin(KeepsRows, UserAdmin):
    """People of partners and Microsoft's reviewers. Nobody is deleted: history names them; deactivate instead."""

    add_form = NewUserForm
    add_fieldsets = ((None, {"fields": ("email", "full_name", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "two_steps")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    readonly_fields = ("date_joined", "last_login", "two_steps")
    list_display = ("email", "full_name", "is_active", "is_staff", "two_steps")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ("groups",)
    actions = ("reset_two_steps",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        app = Authenticator.objects.filter(user=OuterRef("pk"), type=APP)
        return super().get_queryset(request).annotate(has_app=Exists(app))

    @admin.display(description=_("two-step sign-in"), boolean=True)
    def two_steps(self, person: User) -> bool:
        return bool(getattr(person, "has_app", False))

    @admin.action(
        description=_("Reset two-step sign-in"),
        permissions=["change"],
        location=[admin.ActionLocation.CHANGE_LIST, admin.ActionLocation.CHANGE_FORM],
    )
    def reset_two_steps(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take away the lost authenticator apps of these people, with their recovery codes, and write it down."""
        with transaction.atomic():
            done = [person for person in queryset if reset_two_steps(person)]
            self.record(request, done, gettext("Two-step sign-in reset."))
        if done:
            names = ", ".join(person.get_full_name() for person in done)
            self.message_user(
                request, gettext("Two-step sign-in was reset for {names}.").format(names=names), messages.SUCCESS
            )
        else:
            self.message_user(request, gettext("Nobody chosen uses two-step sign-in."), messages.WARNING)


@admin.register(Group)
class PermissionGroupAdmin(KeepsRows, GroupAdmin):
    """What the members of a group may do. None is deleted: take its members out instead, which each of them shows."""


@admin.register(EmailAddress)
class SignInAddressAdmin(KeepsRows, EmailAddressAdmin):
    """The addresses that sign-in knows besides the account's own."""

    actions: list[str] = []
    list_select_related = ["user"]

    def get_readonly_fields(self, request: HttpRequest, obj: EmailAddress | None = None) -> list[str]:
        return ["user"] if obj else []
