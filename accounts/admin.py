"""People who sign in, kept by administrators of the installation."""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import User
from kit.admin_bases import KeepsRows

# Both packages register these with bases of their own, which neither keep rows nor write down what an action did.
admin.site.unregister([Group, EmailAddress])


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
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    readonly_fields = ("date_joined", "last_login")
    list_display = ("email", "full_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ("groups",)


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
