"""The catalogs of what customers read in other languages: found in the sources, kept complete, compiled.

Babel reads and writes the files, so that no tool has to be installed beside the portal. The catalogs hold what customers
can meet. The pages of partners and Microsoft are marked as well and stay in English: ``portal_template`` is for whoever
translates those.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from customers.enums import Language

_SOURCES = (
    "customers/**/*.py", "claims/consenting.py", "kit/templatetags/*.py", "templates/customers/**/*.html", "templates/mail/consent_*",
    "templates/mail/layout.html", "templates/components/*.html", "templates/base_bare.html", "templates/404.html",
)  # fmt: skip
_PORTAL = ("*/**/*.py", "templates/**/*.html", "templates/**/*.txt")
# Customers never meet these: imports and their refusals, the admin, samples of messages; the frame of the signed-in pages.
_SKIPPED = {
    "migrations", "admin", "management", "catalogue", "tenants", "models", "message_samples.py",
    "masthead.html", "nav.html", "account_menu.html", "bell.html",
}  # fmt: skip
_NOT_SHIPPED = {"migrations", "management", "tests", "benchmarks", "demo", ".venv"}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{[a-z_]*\}")
_TAGS = re.compile(r"</?[a-z][^>]*>")


def languages() -> list[str]:
    """The languages that need a catalog: all that customers choose from but English, which the sources are written in."""
    return [code for code in Language.values if code != Language.ENGLISH]


def renew(root: Path) -> None:
    """Bring each catalog up to date with the sources, keeping what is translated, and compile it."""
    template = collect(root)
    for code in languages():
        catalog = _kept(root, code) or Catalog(locale=code)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path = _path(root, code, "po")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_written(catalog))
        _path(root, code, "mo").write_bytes(_compiled(catalog))


def complaints(root: Path) -> Iterator[str]:
    """What is wrong with the catalogs, a sentence each: not up to date, not translated, or not the same places to fill."""
    template = collect(root)
    wanted = {_key(message) for message in template if message.id}
    for code in languages():
        catalog = _kept(root, code)
        if catalog is None:
            yield f"locale/{code} has no catalog."
            continue
        there = {_key(message) for message in catalog if message.id}
        if there != wanted:
            yield f"locale/{code} lacks {len(wanted - there)} texts and has {len(there - wanted)} that are gone. Run «manage.py catalogs»."
        for message in catalog:
            if message.id:
                yield from (f"locale/{code}: {fault}" for fault in _faults(message, forms=catalog.num_plurals))
        compiled = _path(root, code, "mo")
        if not compiled.exists() or compiled.read_bytes() != _compiled(catalog):
            yield f"locale/{code} is not compiled. Run «manage.py catalogs»."


def portal_template(root: Path) -> bytes:
    """Every text of the portal that is marked for translation, as an empty catalog (.pot) for translators."""
    out = BytesIO()
    write_po(
        out, collect(root, sources=_PORTAL, without=_NOT_SHIPPED), width=120, sort_output=True, include_lineno=False
    )
    return out.getvalue()


def collect(root: Path, *, sources: Iterable[str] = _SOURCES, without: Collection[str] = _SKIPPED) -> Catalog:
    """Every text that customers can meet, with the files that it stands in; or those of other ``sources``."""
    catalog = Catalog()
    for path in _source_files(root, sources, without):
        source = path.read_text(encoding="utf-8")
        python = source if path.suffix == ".py" else _as_python(source, origin=str(path))
        found = extract("python", BytesIO(python.encode()), keywords=_KEYWORDS)
        for _, message, _, context in found:
            catalog.add(message, locations=[(str(path.relative_to(root)), 0)], context=context)
    return catalog


def _as_python(template: str, *, origin: str) -> str:
    """A template's marked texts as calls. Its own indents mean nothing, and would be errors of Python."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).split("\n"))


def _source_files(root: Path, sources: Iterable[str], without: Collection[str]) -> list[Path]:
    found = {path for pattern in sources for path in root.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not set(without) & set(path.relative_to(root).parts))


def _faults(message: Message, *, forms: int) -> Iterator[str]:
    """What is wrong with one translation. Each form fills the same places and keeps the same tags as the text."""
    ids = [str(each) for each in (message.id if isinstance(message.id, list | tuple) else [message.id])]
    said = [
        str(each or "") for each in (message.string if isinstance(message.string, list | tuple) else [message.string])
    ]
    shown = f"«{ids[0][:60]}»"
    expected = forms if len(ids) > 1 else 1
    if message.fuzzy or len(said) != expected or not all(said):
        yield f"{shown} is not translated."
        return
    wanted, tags = set(_PLACES.findall(ids[-1])), sorted(_TAGS.findall(ids[-1]))
    for form in said:
        filled = set(_PLACES.findall(form))
        if not filled <= wanted or (len(ids) == 1 and filled != wanted):
            yield f"{shown} fills other places: «{form[:60]}»."
        if sorted(_TAGS.findall(form)) != tags:
            yield f"{shown} has other tags: «{form[:60]}»."


def _key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def _kept(root: Path, code: str) -> Catalog | None:
    path = _path(root, code, "po")
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _written(catalog: Catalog) -> bytes:
    """The catalog without dates, people and line numbers, so that only changed texts change the file."""
    catalog.header_comment = "# What customers read; the English texts stand in the sources."
    out = BytesIO()
    write_po(out, catalog, width=120, sort_output=True, include_lineno=False, omit_header=True)
    rule = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = (
        f'{catalog.header_comment}\nmsgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n'
        f'"Plural-Forms: {rule}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return head.encode() + out.getvalue().rstrip() + b"\n"


class _Compiled(Catalog):
    """A catalog whose header says no time, so that the same texts give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", f"nplurals={self.num_plurals}; plural={self.plural_expr};"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def _compiled(catalog: Catalog) -> bytes:
    """What Python reads of a catalog."""
    plain = _Compiled(locale=catalog.locale)
    for message in catalog:
        if message.id:
            plain.add(message.id, message.string, context=message.context)
    out = BytesIO()
    write_mo(out, plain)
    return out.getvalue()


def _path(root: Path, code: str, ending: str) -> Path:
    return root / "locale" / code / "LC_MESSAGES" / f"django.{ending}"


def root() -> Path:
    """The directory of the sources."""
    return Path(settings.BASE_DIR)
