"""Tables for spreadsheet programs: rows as they leave as CSV, safe against formulas."""

import csv
from collections.abc import Iterable, Iterator

# What makes a spreadsheet program read a cell as a formula or a command (OWASP, «CSV injection»).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that hands back what is written to it, so that ``csv`` can be streamed."""

    def write(self, text: str) -> str:
        return text


def formula_safe(value: object) -> object:
    """The value for a CSV cell: a text that a spreadsheet program would take for a formula gets an apostrophe before it.

    Numbers stay numbers, None becomes empty.
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def stream_csv(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The rows as CSV, one piece per row, in UTF-8 with a byte order mark, as Excel needs it to read names right."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK.encode()
    for row in rows:
        yield writer.writerow([formula_safe(value) for value in row]).encode()
