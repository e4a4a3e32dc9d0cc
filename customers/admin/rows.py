"""What the admin pages of the customers' side have in common."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class KeepsRows(admin.ModelAdmin):
    """Nothing here is deleted, because claims point to it: it is retired, or gone after an import."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
