"""People who sign in, kept by administrators of the installation."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm

from accounts.models import User


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
class PersonAdmin(UserAdmin):
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

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
