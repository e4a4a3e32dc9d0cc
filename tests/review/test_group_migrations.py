"""Migrations of the groups: each adds what came with it, and gives back nothing that administrators took away."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from review.groups import AUDITORS, CATALOGUE, GROUPS, LEADS, REVIEWERS

pytestmark = pytest.mark.django_db
ADDING = ["0005_arbitration", "0006_figures", "0009_declared_groups", "0011_survey_answers"]


def migration(name):
    return import_module(f"review.migrations.{name}")


def has(name):
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def run(name):
    """Do again what the migration does with Python, as on an installation whose administrators had changed its groups."""
    for operation in migration(name).Migration.operations:
        if hasattr(operation, "code"):
            operation.code(apps, None)


def test_only_the_first_writes_all_that_is_declared():
    writing = {
        path.stem
        for path in Path("review/migrations").glob("0*.py")
        if "write_groups" in path.read_text(encoding="utf-8")
    }
    assert writing == {"0002_desk"}


@pytest.mark.parametrize("name", ADDING)
def test_a_later_one_adds_what_is_new_and_gives_nothing_back(name):
    Group.objects.get(name=CATALOGUE).delete()
    for group in Group.objects.all():
        group.permissions.clear()
    run(name)
    added = migration(name).ADDED
    for group in (REVIEWERS, LEADS, AUDITORS):
        assert has(group) == set(added.get(group, ()))
    assert not Group.objects.filter(name=CATALOGUE).exists()


@pytest.mark.parametrize("name", ADDING)
def test_what_it_adds_is_declared(name):
    for group, permissions in migration(name).ADDED.items():
        assert set(permissions) <= GROUPS[group]
