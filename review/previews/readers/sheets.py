"""XLSX, XLS and CSV: one sheet as a table, cut to a size that can be read, and the cut is said."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from review.previews.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from review.previews.readers.findings import Found, Unreadable, cell, clean, page_within, rows_within, table_block
from review.previews.readers.packages import open_package

_SEPARATORS = ",;\t|"


def read_workbook(data: bytes, *, page: int, kind: str) -> Found:
    """Show one sheet of a workbook, its first 200 rows and 30 columns, values as they were last computed.

    Raises Unreadable for damaged and password-protected workbooks, and for those that unpack to too much.
    """
    if kind == "xlsx":
        open_package(data).close()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if not names:
            raise Unreadable("damaged")
        number = page_within(page, len(names))
        sheet = book.get_sheet_by_index(number - 1)
        rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
    except PasswordError as error:
        raise Unreadable("protected") from error
    except (CalamineError, ValueError, OSError, IndexError, KeyError) as error:
        raise Unreadable("damaged") from error
    found = Found(page=number, pages=len(names), word="Sheet", title=clean(names[number - 1], MAX_CELL))
    texts = ([_cell(each) for each in row[:MAX_COLUMNS]] for row in rows)
    last_row, last_column = sheet.end or (-1, -1)
    return _as_table(found, texts, rows=last_row + 1, columns=last_column + 1)


def read_csv(data: bytes, *, page: int) -> Found:
    """Show the first 200 rows and 30 columns of a CSV file. Raises Unreadable when it is no text."""
    text = _decoded(data)
    sample = text[:65_536]
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(sample, _SEPARATORS)
    except csv.Error:
        dialect = "excel"
    try:
        reader = csv.reader(io.StringIO(text, newline=""), dialect)
        first = list(islice(reader, MAX_ROWS + 1))
        rest = sum(1 for _ in reader)
    except csv.Error as error:
        raise Unreadable("damaged") from error
    texts = ([cell(each) for each in row[:MAX_COLUMNS]] for row in first)
    columns = max((len(row) for row in first), default=0)
    return _as_table(Found(word="Sheet"), texts, rows=len(first) + rest, columns=columns)


def _as_table(found: Found, texts: Iterable[list[str]], *, rows: int, columns: int) -> Found:
    shown, is_cut = rows_within(texts)
    if not any(each for row in shown for each in row):
        found.notes.append(["empty_rows", len(shown)] if is_cut else ["empty_sheet"])
        return found
    found.blocks.append(table_block(shown, grid=True))
    if is_cut:
        found.notes.append(["first_rows", len(shown), rows])
    if columns > MAX_COLUMNS:
        found.notes.append(["first_columns", MAX_COLUMNS, columns])
    return found


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("damaged")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
    if isinstance(value, date | timedelta):
        return str(value)
    return cell("" if value is None else value)
