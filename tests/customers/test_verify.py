"""Whether a message is genuine, by the number printed in it (F8)."""

import pytest

from customers.consent.links import revoke_links
from notifications.models import OutgoingEmail
from tests.customers.asking import ask
from tests.customers.test_center import said
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_number_of_ours_tells_what_the_message_says_and_hides_to_whom_it_went(client):
    consent = ask(partner_name="<b>Friday</b>")
    link = consent.links.get()
    OutgoingEmail.objects.update(sent_at=NOW)
    typed = link.reference_number.lower().replace("-", " ")
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get("/verify/", {"number": f" {typed} "}, headers=headers)
        text = said(answer)
        for part in ("Yes, we sent a message", link.reference_number, "t…@contoso.example", "<b>Friday</b>",
                     "contoso.example", "no-reply@partnercenter.example", "November 24, 2026, 10:00 AM"):  # fmt: skip
            assert part in text, part
        assert "teo@" not in text
        assert "<b>Friday" not in answer.content.decode()
    revoke_links(consent, now=NOW)
    assert "Its link does not work any more" in said(client.get("/verify/", {"number": link.reference_number}))
    assert "noindex" in answer["X-Robots-Tag"]


def test_an_unknown_number_a_malformed_and_none_each_get_their_own_sentence(client):
    ask()
    page = client.get("/verify/")
    assert (page.status_code, "Check what you entered" in said(page)) == (200, False)
    for number, status, sentence in (
        ("AAAA-BBBB-CCCC", 200, "We sent no message with this number."),
        ("AAAA-BBBB", 422, "can't be one of our numbers"),
        ("AAAA-BBBB-CCC0", 422, "can't be one of our numbers"),
        ("<script>\0", 422, ""),
        ("", 422, "Type the reference number"),
        ("A" * 500, 422, "12 letters and digits"),
    ):
        answer = client.get("/verify/", {"number": number})
        assert (answer.status_code, sentence in said(answer)) == (status, True), number
        assert "<script>" not in answer.content.decode()
    assert 'value="AAAA-BBBB"' in client.get("/verify/", {"number": "AAAA-BBBB"}).content.decode()
    assert client.post("/verify/", {"number": "x"}).status_code == 405


def test_twenty_questions_a_minute_are_enough(client, monkeypatch):
    monkeypatch.setattr("customers.views.open_pages.CHECKS_PER_MINUTE", 2)
    answers = [client.get("/verify/", {"number": "AAAA-BBBB-CCCC"}).status_code for _ in range(3)]
    assert answers in ([200, 200, 429], [200, 200, 200])  # the third may begin a new minute
    assert client.get("/verify/").status_code == 200
    monkeypatch.setattr("customers.views.open_pages.CHECKS_PER_MINUTE", 0)
    assert client.get("/verify/", {"number": "AAAA-BBBB-CCCC"}).status_code == 429
