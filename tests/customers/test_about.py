"""The public page that explains associations to customers (they suspect what nobody explained to them)."""

import html
import re

import pytest
from django.urls import reverse

from notifications.models import OutgoingEmail
from tests.customers.asking import ask, token_of

pytestmark = pytest.mark.django_db


def said(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def test_everybody_reads_it_without_a_query_and_search_engines_may_find_it(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/about-cpor/")
    assert answer.status_code == 200
    assert "noindex" not in answer.content.decode()
    assert "X-Robots-Tag" not in answer.headers
    assert client.post("/about-cpor/").status_code == 405
    with_htmx = client.get("/about-cpor/", headers={"HX-Request": "true"})
    assert with_htmx.content.count(b"<h1>") == 1


def test_it_says_what_is_shared_and_what_is_not(client):
    answer = client.get(reverse("about-cpor"))
    rows = re.findall(
        r'<td data-label="Data">(.*?)</td><td data-label="Can the partner see it\?">(.*?)</td>', answer.content.decode()
    )
    shared = [what for what, seen in rows if seen.startswith("Yes")]
    assert len(shared) == 2
    assert "active entitlements" in shared[0]
    assert "qualified entitlements" in shared[1]
    assert len(rows) == 7


def test_it_says_that_doing_nothing_means_consent_and_how_to_deny(client, settings):
    settings.OPT_OUT_DAYS = 1
    text = said(client.get(reverse("about-cpor")))
    assert "Doing nothing means consent: after one day the association takes effect." in text
    assert "Deny Request" in text
    assert "Opening it changes nothing yet." in text


def test_it_tells_a_real_message_by_this_installations_own_sender_and_address(client, settings):
    settings.PORTAL_URL = "https://partners.portal.example"
    settings.DEFAULT_FROM_EMAIL = 'Partner "Center" <no-reply@portal.example>'
    settings.CUSTOMER_SURVEY = False
    text = said(client.get(reverse("about-cpor")))
    assert text.count("https://partners.portal.example/") == 2
    assert 'Partner "Center" <no-reply@portal.example>' in text
    assert "Nobody asks for a password" in text
    assert "survey" not in text
    settings.CUSTOMER_SURVEY = True
    assert "a short survey" in said(client.get(reverse("about-cpor")))


def test_its_sender_and_subject_are_those_of_the_mail(client, settings):
    ask("1000001")
    mail = OutgoingEmail.objects.get()
    assert mail.subject in said(client.get(reverse("about-cpor")))


@pytest.mark.usefixtures("heard")
def test_the_request_the_privacy_statement_and_both_mails_lead_to_it(client):
    for number, area in enumerate(["microsoft_365", "business_applications"], start=1):
        ask(f"100000{number}", solution_area=area)
        mail = OutgoingEmail.objects.get(reference=f"100000{number}")
        assert mail.text.count("/about-cpor/>") == mail.html.count('/about-cpor/"') == 1
        page = client.get(f"/consent/{token_of(mail)}/").content.decode()
        assert f'href="{reverse("about-cpor")}"' in page
    assert f'href="{reverse("about-cpor")}"' in client.get(reverse("consent_privacy")).content.decode()
