"""Workbooks for spreadsheet programs, written to the disk row by row."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext

_MOST_IN_A_CELL = 32_767  # what Excel takes

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def workbook_of(sheets: Iterable[Sheet], *, title: str, column_width: int = 22) -> IO[bytes]:
    """A workbook with these sheets (name, heads, rows), as an open temporary file at its beginning.

    Rows go to the disk as they come. Texts are written as texts, so that no cell is a formula or a link; moments are UTC.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  (the answer closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, "author": gettext("CPOR portal")})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, heads, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(heads) - 1, column_width)
            sheet.freeze_panes(1, 2)
            sheet.write_row(0, 0, heads, head)
            last = 0
            for last, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write(sheet, last, column, value, moment=moment, day=day)
            sheet.autofilter(0, 0, last, len(heads) - 1)
    file.seek(0)
    return file


def plain(value: Any) -> Any:
    """The value for a cell of CSV: moments in UTC and days as ISO writes them, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write(sheet: Any, row: int, column: int, value: Any, *, moment: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), moment)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:_MOST_IN_A_CELL])
