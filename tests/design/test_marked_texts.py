"""Every text of the portal is marked for translation, also where no catalog holds it yet."""

import re
from textwrap import dedent

import pytest

from tests.support.unmarked import ROOT, everywhere, in_python, in_template


def test_no_text_that_people_read_lacks_its_mark():
    left = [f"{path.relative_to(ROOT)}:{line}: {text}" for path, line, text in everywhere()]
    assert left == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Claim of {{ name }}</p>", ["Claim of"]),
        ("<p>{% translate 'Claim' %}</p>{% blocktranslate %}Claim of {{ name }}{% endblocktranslate %}", []),
        ('<a title="Open it" class="btn btn--primary" href="/claims/">{{ name }}</a>', ["Open it"]),
        ('{% include "claims/x.html" with label="Open the claim" %}', ['"Open the claim"']),
        ('{% include "claims/x.html" with label=_("Open the claim") %}', []),
        ("{# Only for engineers #}<code>make test</code>{% comment %}Nor this{% endcomment %}", []),
        ("<p>Microsoft</p>", []),
    ],
)
def test_the_search_finds_what_a_template_would_say(source, found, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.support.unmarked.ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(source)
    assert [text for _, _, text in in_template(page)] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise RuleViolation("This claim is closed.")', ["This claim is closed."]),
        ('raise RuleViolation(gettext("This claim is closed."))', []),
        ('f"Claim of {name}"', ["Claim of "]),
        ('raise ValueError("This claim is closed.")', []),
        ('log.info("Claim was closed")', []),
        ('forms.CharField(label="Reason")', ["Reason"]),
        ('class State(models.TextChoices):\n    OPEN = "open", "Open"', ["Open"]),
        ('def close():\n    """Close the claim."""', []),
        ('cursor.execute("SELECT id FROM claims_claim")', []),
    ],
)
def test_the_search_finds_what_python_would_say(source, found, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.support.unmarked.ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(dedent(source))
    assert [text for _, _, text in in_python(module)] == found


@pytest.mark.parametrize("name", ["desk.js", "desk-queue.js", "decision.js"])
def test_scripts_of_the_desk_say_only_what_templates_wrote_for_them(name):
    """A text in a script could not be translated: it stands in a data attribute of the page, where it is marked."""
    code = (ROOT / "static/js" / name).read_text(encoding="utf-8")
    code = re.sub(r"^\s*//.*$| // .*$", "", code, flags=re.MULTILINE)
    literals = re.findall(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`', code)
    spoken = [each for each in literals if re.search(r"[A-Za-z]{2,} [a-z]{2,}|\} [a-z]{2,}", each)]
    assert spoken == ['"use strict"']
