"""From templates to a finished mail."""

from types import SimpleNamespace

import pytest

from notifications.rendering import one_line, render_mail

HOSTILE = 'Evil <script>alert(1)</script>\r\nBcc: spy@example.com\u202e "quoted"'


def update(**changes):
    claim = SimpleNamespace(
        pk=1000001, name="Contoso BA claim", customer_domain="contoso.example", get_status_display="Approved"
    )
    for name in set(changes) & set(vars(claim)):
        setattr(claim, name, changes.pop(name))
    context = {
        "claim": claim,
        "title": "Claim approved",
        "paragraphs": ["Microsoft approved your claim.", "First line\nsecond <b>line</b>"],
        "link": "https://portal.example/claims/1000001/",
        **changes,
    }
    return render_mail("claim_update", context)


def test_both_bodies_say_the_same():
    subject, text, html = update()
    assert subject == "Claim approved: Contoso BA claim (1000001)"
    for said in (
        "Microsoft approved your claim.",
        "1000001",
        "contoso.example",
        "https://portal.example/claims/1000001/",
    ):
        assert said in text
        assert said in html


def test_plain_text_is_not_escaped_and_html_is():
    _, text, html = update(name="Ben & Jerry's <claim>")
    assert "Claim: Ben & Jerry's <claim> (1000001)" in text
    assert "Ben &amp; Jerry" in html
    assert "<claim>" not in html


def test_a_hostile_name_adds_no_line_to_subject_or_text_and_no_markup():
    subject, text, html = update(name=HOSTILE)
    assert "\n" not in subject
    assert not any(line.startswith("Bcc") for line in text.splitlines())
    assert "<script" not in html


def test_a_reviewers_lines_stay_lines_and_text():
    _, text, html = update()
    assert "First line\nsecond <b>line</b>" in text
    assert "First line<br>second &lt;b&gt;line&lt;/b&gt;" in html


def test_html_carries_its_styles_with_it_and_fetches_nothing():
    _, _, html = update()
    assert "<h1 style=" in html
    assert "prefers-color-scheme: dark" in html
    for fetching in ("<link", "<img", "<script", "url(", "@import"):
        assert fetching not in html


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("a\r\nb", "a b"), ("a\u202eb\u2028c\x00", "a b c"), ("  Zoë  O’Hara ", "Zoë O’Hara"), (12, "12")],
)
def test_one_line_keeps_words_and_drops_what_breaks_lines(raw, clean):
    assert one_line(raw) == clean
