"""docs/seed-coverage.md has one row for each requirement and decision, and names only files and tests that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENT = ROOT / "docs" / "seed-coverage.md"
# First and last number of each run of requirements.
RUNS = (
    (1, 7), (10, 14), (20, 31), (40, 42), (50, 50), (60, 67), (70, 76), (80, 87), (90, 97), (100, 104), (110, 124),
    (130, 132), (140, 144), (150, 151), (160, 168), (170, 172), (180, 187), (190, 194), (200, 202), (210, 210),
)  # fmt: skip
REQUIREMENTS = tuple(f"R{number:03}" for first, last in RUNS for number in range(first, last + 1))
DECISIONS = tuple(f"Q{number}" for number in range(1, 51))
# Rows that no test can prove; their last column says why instead. A test takes its number out of here.
WITHOUT_TEST: tuple[str, ...] = ()

ROW = re.compile(r"^\| ([RQ]\d+) \|", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")
LINK = re.compile(r"\]\(([^)#]+)\)")


def rows() -> dict[str, list[str]]:
    """The cells behind the number of each row: what, where, proof."""
    found = {}
    for line in DOCUMENT.read_text().splitlines():
        if ROW.match(line):
            number, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            found[number] = cells
    return found


@cache
def collected_from(path: str) -> dict[str, ast.FunctionDef]:
    """The tests that pytest collects from a file, by name or «class::name»."""
    tree = ast.parse((ROOT / path).read_text())
    groups = {"": tree.body} | {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}
    return {
        f"{group}::{node.name}" if group else node.name: node
        for group, body in groups.items()
        if not group or group.startswith("Test")
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def is_switched_off(test: ast.FunctionDef) -> bool:
    """Whether a mark keeps the test from running or from failing."""
    return any(re.search(r"\b(skip|skipif|xfail)\b", ast.unparse(mark)) for mark in test.decorator_list)


def test_every_number_has_exactly_one_row_and_no_other_number_has_any():
    counted = Counter(ROW.findall(DOCUMENT.read_text()))
    assert counted == Counter((*REQUIREMENTS, *DECISIONS))
    assert (len(REQUIREMENTS), len(DECISIONS)) == (118, 50)


@pytest.mark.parametrize("number", [*REQUIREMENTS, *DECISIONS])
def test_a_row_says_what_where_and_names_tests_that_exist_and_run(number):
    what, where, proof = rows()[number]
    assert len(what) > 10
    assert where
    named = TEST.findall(proof)
    assert bool(named) is (number not in WITHOUT_TEST), proof
    if named:
        assert proof == "<br>".join(f"`{path}::{name}`" for path, name in named), "something else stands in between"
    else:
        assert len(proof) > 20, "say why no test can prove it"
    assert len(set(named)) == len(named)
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert name in collected_from(path), f"{path}::{name}"
        assert not is_switched_off(collected_from(path)[name]), f"{path}::{name}"


def test_every_linked_file_exists_inside_the_repository():
    links = LINK.findall(DOCUMENT.read_text())
    assert len(links) > 100
    for link in links:
        target = (DOCUMENT.parent / link).resolve()
        assert target.is_relative_to(ROOT.resolve()), link
        assert target.is_file(), link


def test_the_document_is_reached_from_readme_and_architecture():
    assert "](docs/seed-coverage.md)" in (ROOT / "README.md").read_text()
    assert "](seed-coverage.md)" in (ROOT / "docs" / "architecture.md").read_text()
