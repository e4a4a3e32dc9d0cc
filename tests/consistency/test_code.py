"""Promises of the code about itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from claims.enums import ClaimAction, ClaimStatus
from claims.history import _SENTENCES
from claims.lifecycle_diagram import renewed
from claims.models import Claim, ClaimLine, LineSubscription
from claims.transitions import TABLE

ROOM = Path(settings.BASE_DIR)
CODE = [p for p in ROOM.glob("*/**/*.py") if not {"tests", ".venv", "migrations", ".data"} & set(p.parts)]


def test_every_action_has_a_sentence_for_history():
    assert set(_SENTENCES) == set(ClaimAction)


def test_only_the_lifecycle_writes_a_status():
    writes = re.compile(r"\.status\s*=[^=]|update\([^)]*\bstatus\s*=")
    for path in CODE:
        if path.parts[-2:] == ("claims", "lifecycle.py") or {"notifications", "customers", "invariants"} & set(
            path.parts
        ):
            continue
        assert not writes.search(path.read_text()), f"{path} writes a status"


def test_the_architecture_page_shows_todays_lifecycle():
    document = (ROOM / "docs" / "architecture.md").read_text()
    assert renewed(document) == document


def test_every_status_is_reached_by_the_table_or_is_the_first():
    assert {row.target for row in TABLE.values()} | {ClaimStatus.EDITING} == set(ClaimStatus)


def test_every_database_constraint_has_a_sentence_for_people():
    for model in (Claim, ClaimLine, LineSubscription):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_message.endswith("."), constraint.name


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_template_carries_inline_style_or_script():
    for path in (ROOM / "templates").rglob("*.html"):
        if "mail" in path.parts or "pdf" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"\sstyle=", text), path
        assert not re.search(r"\son[a-z]+=", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text), path
