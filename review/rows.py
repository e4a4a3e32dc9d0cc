"""Rows of other tables read along with a row, so that a page of many parts asks few questions."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf


def rows_along(rows: QuerySet[Any], **fields: Any) -> ArraySubquery:
    """A column that holds the rows as a list of dictionaries; moments come as texts, for ``moment_in``."""
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def name_at(path: str) -> Coalesce:
    """The name of the person at this path, as ``User.get_full_name`` writes it; None when there is nobody."""
    return Coalesce(NullIf(F(f"{path}__full_name"), Value("")), F(f"{path}__email"), output_field=CharField())


def moment_in(text: str) -> datetime:
    """A moment out of such a row."""
    return datetime.fromisoformat(text)
