"""Read Microsoft's list as it is published, with all its irregularities, or say where it is not that list."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from customers.catalogue.facts import WITHOUT_IDENTIFIER, ListedSku, derive_sku
from customers.guids import parse_guid
from customers.importing import ImportRefused

COLUMNS = ("Product_Display_Name", "String_Id", "GUID", "Service_Plan_Name")
NAME, PART_NUMBER, SKU_ID, PLAN = COLUMNS
LONGEST_TEXT = 200
Source = str | Path | IO[str] | IO[bytes]


@dataclass(slots=True)
class _Sku:
    name: str
    part_number: str
    plans: set[str] = field(default_factory=set)


def read_list(source: Source) -> list[ListedSku]:
    """Every SKU of Microsoft's CSV, each once, in the order of the file, and those without an identifier.

    ``source`` is a path or an open file, text or bytes. Byte order marks, UTF-8 and Windows-1252, stray
    spaces, rows said twice and identifiers in any case are taken as they come; where rows disagree on the
    name of a SKU, the first one counts. Raises ImportRefused with line and column for anything else. Reads
    only.
    """
    skus: dict[str, _Sku] = {}
    for line, row in _rows(_text_of(source)):
        sku_id = _guid(row[SKU_ID], line=line)
        sku = skus.setdefault(sku_id, _Sku(_filled(row, NAME, line=line), _filled(row, PART_NUMBER, line=line)))
        sku.plans.add(row[PLAN])
    if not skus:
        raise ImportRefused(gettext("the file has a heading but no rows."), place=gettext("Line {line}").format(line=2))
    listed = [
        derive_sku(sku_id, part_number=sku.part_number, name=sku.name, plans=sku.plans) for sku_id, sku in skus.items()
    ]
    if not any(sku.is_dynamics and sku.products for sku in listed):
        raise ImportRefused(gettext("The file names no Dynamics 365 product that can be bought. Is it the whole list?"))
    known = {sku.part_number.upper() for sku in listed}
    missing = [(part, name) for part, name in WITHOUT_IDENTIFIER if part not in known]
    return listed + [derive_sku("", part_number=part, name=name, plans=()) for part, name in missing]


def _text_of(source: Source) -> str:
    if isinstance(source, str | Path):
        try:
            content: str | bytes = Path(source).read_bytes()
        except OSError as error:
            raise ImportRefused(
                gettext("The file cannot be read: {reason}.").format(reason=error.strerror), place=str(source)
            ) from error
    else:
        content = source.read()
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            gettext("the text is neither UTF-8 nor Windows-1252."), place=gettext("Line {line}").format(line=line)
        ) from error


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and tidied cells of each row that is not empty, by the names of COLUMNS."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [_tidy(cell) for cell in next(reader, [])]
        places = _places(heading)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                reason = gettext("the row has {count} columns, the heading {expected}.").format(
                    count=len(cells), expected=len(heading)
                )
                raise ImportRefused(reason, place=gettext("Line {line}").format(line=reader.line_num))
            row = {column: _tidy(cells[place]) for column, place in places.items()}
            _check_texts(row, line=reader.line_num)
            yield reader.line_num, row
    except csv.Error as error:
        reason = gettext("not a valid CSV row ({error}).").format(error=error)
        raise ImportRefused(reason, place=gettext("Line {line}").format(line=reader.line_num)) from error


def _places(heading: list[str]) -> dict[str, int]:
    folded = [cell.casefold() for cell in heading]
    missing = [column for column in COLUMNS if column.casefold() not in folded]
    if missing:
        reason = gettext("missing {columns}. This is not Microsoft's list of products.")
        raise ImportRefused(reason.format(columns=", ".join(missing)), place=gettext("Line {line}").format(line=1))
    return {column: folded.index(column.casefold()) for column in COLUMNS}


def _tidy(cell: str) -> str:
    """The cell without invisible characters, with single spaces, and none around underscores."""
    visible = "".join(character for character in cell if unicodedata.category(character) != "Cf")
    return " ".join(visible.split()).replace(" _", "_").replace("_ ", "_")


def _check_texts(row: dict[str, str], *, line: int) -> None:
    for column, text in row.items():
        if len(text) > LONGEST_TEXT:
            reason = gettext("the text is longer than {count} characters.").format(count=LONGEST_TEXT)
            raise ImportRefused(reason, place=_place(line, column))
        if not text.isprintable():
            raise ImportRefused(gettext("the text has control characters."), place=_place(line, column))


def _place(line: int, column: str) -> str:
    return gettext("Line {line}, column {column}").format(line=line, column=column)


def _filled(row: dict[str, str], column: str, *, line: int) -> str:
    if not row[column]:
        raise ImportRefused(gettext("the cell is empty."), place=_place(line, column))
    return row[column]


def _guid(text: str, *, line: int) -> str:
    guid = parse_guid(text)
    if guid is None:
        raise ImportRefused(gettext("«{text}» is not a GUID.").format(text=text), place=_place(line, SKU_ID))
    return str(guid)
