"""What admin pages of several rooms have in common: rows that stay, and rows that are only read. All are audited."""

from typing import Any

from django.http import HttpRequest

from kit.admin_audit import Audited
from kit.admin_paging import CappedPaginator


class KeepsRows(Audited):
    """Nothing here is deleted, because other rows point to it or say what happened: it is retired or ended instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(KeepsRows):
    """Nothing here is typed: rules and imports write it. Long tables, hence pages of 50 without a full count.

    Filtered or not, counting ends at 5,000 rows; narrower filters lead to older ones.
    """

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
