"""In which language customers read their pages and messages."""

import pytest
from django.utils.translation import get_language, override

from customers.consent import deny
from customers.enums import Language
from customers.models import ConsentRequest
from customers.signals import consent_moved
from kit.templatetags.portal import when
from notifications.models import OutgoingEmail
from tests.customers.asking import ask, enter_center, token_of
from tests.factories import NOW, TenantFactory

pytestmark = pytest.mark.django_db


def language_of(answer):
    return answer.content.decode().split('<html lang="')[1][:2]


def test_a_page_speaks_what_was_chosen_else_the_requests_language_else_the_browsers(client):
    french = {"Accept-Language": "xx, fr-CA;q=0.8, de;q=0.5"}
    assert language_of(client.get("/about-cpor/")) == "en"
    assert language_of(client.get("/about-cpor/", headers=french)) == "fr"
    ask(tenant=TenantFactory(admin_emails=[], country="DE"))
    url = f"/consent/{token_of(OutgoingEmail.objects.get())}/"
    answer = client.get(url, headers=french)
    assert (language_of(answer), answer["Content-Language"]) == ("de", "de")
    assert "customer_language" not in answer.cookies
    assert language_of(client.get(url, {"language": "xx"})) == "de"
    chosen = client.get(url, {"language": "ja", "done": ""})
    assert language_of(chosen) == "ja"
    assert chosen.cookies["customer_language"].value == "ja"
    assert chosen.cookies["customer_language"]["httponly"]
    links = chosen.content.decode()
    assert 'href="?language=fr&amp;done=" lang="fr" hreflang="fr">Français' in links
    assert links.count('aria-current="true"') == 1
    for path in (url, "/verify/", "/consent/privacy/", "/consent/unknown/", "/consent/center/", "/about-cpor/"):
        assert language_of(client.get(path)) == "ja", path
    assert ConsentRequest.objects.get().language == "de"
    assert get_language() == "en-us"


@pytest.mark.usefixtures("heard")
def test_sending_a_form_keeps_the_language_for_messages_to_come_also_without_cookies(client):
    consent = ask()
    url = f"/consent/{token_of(OutgoingEmail.objects.get())}/"
    page = client.get(url, {"language": "es"})
    assert 'name="language" value="es"' in page.content.decode()
    client.cookies.clear()
    assert client.post(url, {"language": "es"}).status_code == 422
    consent.refresh_from_db()
    assert consent.language == Language.SPANISH
    assert language_of(client.get(url)) == "es"
    client.post(url, {"language": "<script>"})
    consent.refresh_from_db()
    assert consent.language == Language.SPANISH


def test_a_message_is_written_in_the_requests_language_and_says_so():
    with override("fr"):
        ask(tenant=TenantFactory(admin_emails=[], country="BR"))
    mail = OutgoingEmail.objects.get()
    assert 'lang="pt"' in mail.html
    assert mail.language == "pt"


def test_what_the_partner_is_told_is_written_in_the_portals_language(heard):
    consent, spoken = ask(), []

    def listen(sender, **said):
        spoken.append(get_language())

    consent_moved.connect(listen)
    try:
        with override("de"):
            deny(consent, reasons=["other"], comment="", share_comment=False, now=NOW)
    finally:
        consent_moved.disconnect(listen)
    assert spoken == ["en-us"]


def test_moments_are_written_as_the_language_does_and_english_as_ever():
    assert ">November 24, 2026, 10:00 AM<" in when(NOW, "minutes")
    assert 'title="November 24, 2026 at 10:00:00 AM UTC"' in when(NOW)
    with override("de"):
        assert ">24. November 2026<" in when(NOW)
        assert "24. November 2026 um 10:00" in when(NOW, "minutes")
    with override("ja"):
        assert "2026年11月24日" in when(NOW)


@pytest.mark.usefixtures("heard")
def test_the_center_speaks_the_language_of_its_request(client):
    consent = ask(tenant=TenantFactory(admin_emails=[], country="FR"), customer_email="a@b.example")
    consent.refresh_from_db()
    token = token_of(OutgoingEmail.objects.get())
    assert language_of(client.get(f"/consent/center/enter/{token}/")) == "fr"
    assert language_of(enter_center(client, consent)) == "fr"
