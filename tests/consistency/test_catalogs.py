"""What customers read exists in all six languages, with the same places to fill, and is compiled."""

from io import BytesIO

from babel.messages.pofile import read_po
from django.core.management import call_command

from cpor_portal.catalogs import collect, complaints, languages, renew, root


def test_every_text_that_customers_can_meet_is_translated_into_every_language():
    assert languages() == ["de", "fr", "es", "ja", "pt"]
    assert list(complaints(root())) == []


def test_a_text_that_nobody_translated_is_named(tmp_path):
    template = tmp_path / "templates" / "customers" / "new.html"
    template.parent.mkdir(parents=True)
    template.write_text(
        '{% load i18n %}{% translate "Quite new" %}{% blocktranslate %}Dear {{ name }}{% endblocktranslate %}'
    )
    assert {message.id for message in collect(tmp_path) if message.id} == {"Quite new", "Dear %(name)s"}
    assert all("has no catalog" in sentence for sentence in complaints(tmp_path))
    renew(tmp_path)
    po = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    said = [sentence for sentence in complaints(tmp_path) if "locale/de" in sentence]
    assert [sentence.split("«")[1].split("»")[0] for sentence in said] == ["Dear %(name)s", "Quite new"]
    po.write_text(po.read_text().replace('"Quite new"\nmsgstr ""', '"Quite new"\nmsgstr "Ganz neu"'))
    renew(tmp_path)
    po.write_text(po.read_text().replace('%(name)s"\nmsgstr ""', '%(name)s"\nmsgstr "Liebe %(nam)s"'))
    said = [sentence for sentence in complaints(tmp_path) if "locale/de" in sentence]
    assert "fills other places" in said[0]
    assert "is not compiled" in said[1]
    assert len(said) == 2


def test_translators_are_given_every_marked_text_of_the_portal(tmp_path):
    template = tmp_path / "portal.pot"
    call_command("catalogs", template=template, verbosity=0)
    texts = read_po(BytesIO(template.read_bytes()))
    assert {message.id for message in collect(root()) if message.id} <= {message.id for message in texts}
    for text in ("What do you decide?", "Choose one of the three decisions.", "Needs your action"):
        assert text in texts
    assert len(texts) > 3000
