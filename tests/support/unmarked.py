"""Texts that people read and that no translator would be given: in templates, and in Python.

``python -m tests.support.unmarked [path …]`` lists them as file:line: text.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py") if path.parent.name != "demo")

# Not for people: what engineers, operators at a terminal and files of data are given.
_SKIPPED_FOLDERS = {"migrations", "management", "backup", "invariants", "demo"}
_SKIPPED_FILES = {"settings.py", "catalogs.py"}
_READ_ATTRIBUTES = {
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
}

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_TRANSLATED_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
_COMMENT = re.compile(r"{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_TRANSLATED = re.compile(r"^{%\s*trans(?:late)?\s")
_QUOTED = re.compile(r"""(_\()?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")

_SENTENCE = re.compile(r"^[^\w]*[A-Z][\w’'-]* \S*[a-z]|[a-z]{2,} \S+.*[a-z)»”][.?!…:]\s*$")
_WORD = re.compile(r"[A-Za-z]{2,}")
_QUERY = re.compile(
    r"^\s*(SELECT|WHERE|LEFT|JOIN|WITH|UPDATE|INSERT|DELETE|PARTITION|CREATE|ALTER|NOT|AND|OR|ORDER|GROUP|FROM|ON)\b"
)
# Names that stay as they are in every language, and classes of CSS that blocks of templates hold.
_NAMES = re.compile(
    r"^(\W|Microsoft|Partner Center|Microsoft 365|Office 365|Dynamics 365|Azure|SQL|Windows 10|bare--\w+|cpor-demo)*$"
)
_MARKS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
}
_SILENT = {
    "RuntimeError", "ValueError", "TypeError", "LookupError", "KeyError", "AssertionError", "ImproperlyConfigured", "OSError",
    "CommandError", "Http404", "RunPython", "RunSQL", "compile", "getLogger", "strftime", "Counter", "Gauge", "Histogram",
    "Deprecated",
}  # fmt: skip
_LOGS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
_READ_ARGUMENTS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "empty_label",
    "description",
    "short_description",
    "heading",
    "caption",
}
_READ_NAMES = {
    "label",
    "title",
    "heading",
    "verbose_name",
    "verbose_name_plural",
    "empty_label",
    "caption",
    "help_text",
    "short_description",
}


def everywhere() -> Iterator[tuple[Path, int, str]]:
    """Every text not marked, as file, line and text."""
    for path in [*sorted((ROOT / "templates").rglob("*.html")), *sorted((ROOT / "templates").rglob("*.txt"))]:
        yield from in_template(path)
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield from in_python(path)


def in_template(path: Path) -> Iterator[tuple[Path, int, str]]:
    """Texts of a template outside «translate» and «blocktranslate», attributes and arguments of tags included."""
    if _SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts):
        return
    source = path.read_text(encoding="utf-8")
    for pattern in (_COMMENT, _TRANSLATED_BLOCK):
        source = pattern.sub(_lines_only, source)
    for tag in _TAG.finditer(source):
        if not _TRANSLATED.match(tag.group()):
            for marked, quoted in _QUOTED.findall(tag.group()):
                if not marked and _SENTENCE.search(quoted[1:-1]):
                    yield path, source.count("\n", 0, tag.start()) + 1, quoted
    bare = _TAG.sub(_lines_only, source)
    if path.suffix == ".txt":
        for number, line in enumerate(bare.splitlines(), 1):
            if _LETTERS.search(line) and not _NAMES.match(line):
                yield path, number, line.strip()
        return
    reader = _Reader()
    reader.feed(bare)
    reader.close()
    for number, text in reader.found:
        yield path, number, text


def in_python(path: Path) -> Iterator[tuple[Path, int, str]]:
    """Sentences, and words in places that people read, outside gettext and its kin. A line that ends in «# unread» is let pass."""
    if _SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts) or path.name in _SKIPPED_FILES:
        return
    source = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    silent = {id(part) for node in ast.walk(tree) for part in _silent_parts(node)}
    read = {id(part) for node in ast.walk(tree) for part in _read_parts(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
            continue
        is_text = _SENTENCE.search(node.value) and not _QUERY.match(node.value)
        if (is_text or (id(node) in read and _WORD.search(node.value))) and "# unread" not in lines[node.lineno - 1]:
            yield path, node.lineno, node.value[:100]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "code", "kbd"}:
            self._unread.append(tag)
        for name, value in attrs:
            if value and (
                name in _READ_ATTRIBUTES or (name == "value" and tag == "input" and ("type", "submit") in attrs)
            ):
                self._keep(value)

    def handle_endtag(self, tag: str) -> None:
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._keep(data)

    def _keep(self, text: str) -> None:
        if _LETTERS.search(text) and not _NAMES.match(text):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def _silent_parts(node: ast.AST) -> Iterator[ast.AST]:
    """What nobody reads on a page: docstrings, what is logged, errors for engineers; and what is marked."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Call):
        name = (
            node.func.id
            if isinstance(node.func, ast.Name)
            else node.func.attr
            if isinstance(node.func, ast.Attribute)
            else ""
        )
        owner = (
            node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""
        )
        if name in _MARKS | _SILENT or (name in _LOGS and "log" in owner.lower()):
            yield from ast.walk(node)
    if isinstance(node, ast.Assert):
        yield from ast.walk(node)


def _read_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Where one word is a text too: labels and the like, and the choices of an enumeration."""
    if isinstance(node, ast.Call):
        for argument in node.keywords:
            if argument.arg in _READ_ARGUMENTS:
                yield argument.value
    if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
        for member in node.body:
            if isinstance(member, ast.Assign) and isinstance(member.value, ast.Tuple):
                yield from member.value.elts[1:]
    if isinstance(node, ast.ClassDef):
        for member in node.body:
            if (
                isinstance(member, ast.Assign)
                and isinstance(member.targets[0], ast.Name)
                and member.targets[0].id in _READ_NAMES
            ):
                yield member.value


def _lines_only(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n") or " "


def _asked(arguments: Iterable[str]) -> Iterator[tuple[Path, int, str]]:
    wanted = tuple(str((ROOT / each).resolve()) for each in arguments)
    for path, line, text in everywhere():
        if not wanted or str(path).startswith(wanted):
            yield path, line, text


if __name__ == "__main__":
    for path, line, text in _asked(sys.argv[1:]):
        sys.stdout.write(f"{path.relative_to(ROOT)}:{line}: {text}\n")
