"""Pages of tables that only grow: counting stops where nobody turns pages any more."""

from functools import cached_property

from django.core.paginator import Paginator

MOST_COUNTED = 5000


class CappedPaginator(Paginator):
    """Counts at most the newest 5,000 rows, so that a page costs the same at any size; filters lead to older ones."""

    @cached_property
    def count(self) -> int:
        """How many rows can be turned to."""
        return self.object_list[:MOST_COUNTED].count()  # type: ignore[attr-defined]
