"""The pages behind the link of a consent mail."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.consent import deny, readdress, withdraw
from customers.consent.clock import note_sent
from customers.enums import ConsentStep
from customers.models import ConsentRequest, SurveyAnswer
from notifications.models import OutgoingEmail
from tests.customers.asking import ask, code_of, items, token_of
from tests.factories import NOW, TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("heard")]

RIGHT_CONTACT = {
    "customer_name": "Ana Right", "customer_email": "ana@contoso.example", "step": ConsentStep.READDRESSED, "by": "",
    "now": NOW,
}  # fmt: skip
ANSWER = {"reasons": ["unknown_partner"], "comment": "", "share_comment": ""}


@pytest.fixture
def asked():
    """A standing request and the address its mail leads to."""
    consent = ask("1000001", now=timezone.now())
    return consent, f"/consent/{token_of(OutgoingEmail.objects.get(reference='1000001'))}/"


def open_record(client, consent, token, address):
    """The record, as the reader of ``token`` comes to it with a code that was sent to ``address``."""
    sent = client.post(f"/consent/center/enter/{token}/", {"address": 0})
    mail = OutgoingEmail.objects.filter(kind="consent.code").latest("pk")
    assert mail.to == [address]
    client.post(sent["Location"], {"code": code_of(mail)})
    return client.get("/consent/center/record/")


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").split())


class TestReading:
    def test_the_page_says_who_asks_for_what_and_until_when(self, client, asked):
        consent, url = asked
        note_sent(consent.links.get(), now=timezone.now())
        consent.refresh_from_db()
        said = text_of(client.get(url))
        for part in (
            "Microsoft 365 Azure Office 365 Dynamics 365 SQL Windows 10",
            "FridayINC asks to be associated with your Microsoft 365 implementation.",
            "EXCHANGE ONLINE, EXO",
            str(consent.tenant_id).upper(),
            "usage (active entitlements) and the sold seats (qualified entitlements)",
            f"opt out until {consent.opt_out_until:%B} {consent.opt_out_until.day}, {consent.opt_out_until.year}, "
            f"{consent.opt_out_until:%-I:%M %p} UTC",
        ):
            assert part in said

    def test_the_form_has_the_guides_words(self, client, asked):
        said = text_of(client.get(asked[1]))
        words = [
            "We are denying the request to associate with this partner",
            "Let us know why you don't want this subscription associated with this partner.",
            "We don't want to share our data.",
            "Partner is unknown",
            "Other",
            "Comments optional",
            "Share my comment with the partner",
            "Deny Request",
        ]
        places = [said.index(part) for part in words[:1]] + [said.rindex(part) for part in words[1:]]
        assert places == sorted(places)

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_looking_changes_nothing(self, client, asked, heard, method):
        _, url = asked
        before = ConsentRequest.objects.values().get()
        for _ in range(100 if method == "get" else 1):
            assert getattr(client, method)(url).status_code == 200
        assert getattr(client, method)(url + "?reasons=other&done").status_code == 200
        assert ConsentRequest.objects.values().get() == before
        assert heard == []

    def test_after_the_opt_out_date_the_page_says_so_and_still_takes_a_denial(self, client, asked):
        consent, url = asked
        ConsentRequest.objects.update(opt_out_until=timezone.now() - timedelta(days=30))
        assert "The opt-out period ended on" in text_of(client.get(url))
        client.post(url, ANSWER)
        consent.refresh_from_db()
        assert consent.denied_at

    def test_a_hostile_name_is_text(self, client):
        ask("1", partner_name="<script>alert(1)</script>", items=items("<b>x</b>"))
        page = client.get(f"/consent/{token_of(OutgoingEmail.objects.get())}/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize("path", ["/consent/nope/", "/consent/%00/", "/consent/nope/survey/"])
    def test_an_unknown_link_gets_a_page_that_helps(self, client, path):
        for answer in (client.get(path), client.post(path, ANSWER)):
            assert answer.status_code == 404
            assert "We do not know this link" in text_of(answer)

    def test_the_address_is_kept_from_other_sites_caches_and_search_engines(self, client, asked):
        for path in (asked[1], "/consent/nope/", asked[1] + "survey/"):
            answer = client.get(path)
            assert answer["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "no-store" in answer["Cache-Control"]
            assert not re.findall(r'(?:href|src|action)="(?:https?:)?//', answer.content.decode())

    def test_the_privacy_statement_is_a_page_of_ours(self, client):
        said = text_of(client.get("/consent/privacy/"))
        assert "Nothing else is shared" in said
        assert client.post("/consent/privacy/").status_code == 405


class TestDenying:
    def test_a_denial_works_once_without_cookies_and_then_shows_itself(self, asked, heard):
        consent, url = asked
        browser = Client(enforce_csrf_checks=True)
        answer = browser.post(
            url, {"reasons": ["unknown_partner", "other"], "comment": "Who?\r\nWhy?", "share_comment": "on"}
        )
        assert answer.status_code == 302
        consent.refresh_from_db()
        assert consent.denial_reasons == ["unknown_partner", "other"]
        assert (consent.comment, consent.share_comment) == ("Who?\nWhy?", True)
        assert "You denied the request" in text_of(browser.get(answer["Location"]))
        second = text_of(browser.get(url))
        assert "already denied" in second
        assert "Partner is unknown Other" in second
        assert "Deny Request" not in second

    def test_sending_the_form_twice_changes_nothing(self, client, asked, heard):
        consent, url = asked
        client.post(url, {**ANSWER, "comment": "first"})
        assert client.post(url, {**ANSWER, "comment": "second"}).status_code == 302
        consent.refresh_from_db()
        assert consent.comment == "first"
        assert len(heard) == 1

    @pytest.mark.parametrize(
        "data", [{}, {"comment": "Typed already"}, {"reasons": ["nonsense"], "comment": "Typed already"}]
    )
    def test_without_a_reason_the_page_asks_for_one_and_keeps_what_was_typed(self, client, asked, heard, data):
        consent, url = asked
        answer = client.post(url, data)
        assert answer.status_code == 422
        assert "reason" in text_of(answer)
        assert data.get("comment", "") in text_of(answer)
        consent.refresh_from_db()
        assert consent.denied_at is None

    def test_a_comment_that_is_too_long_comes_back_whole(self, client, asked, heard):
        _, url = asked
        typed = "a long story " * 200
        answer = client.post(url, {**ANSWER, "comment": typed})
        assert answer.status_code == 422
        assert typed in answer.content.decode()
        assert "Keep the comment within 2,000 characters." in text_of(answer)
        assert heard == []

    def test_line_breaks_count_once(self, client, asked):
        consent, url = asked
        client.post(url, {**ANSWER, "comment": "x" + "\r\n" * 1998 + "x"})
        consent.refresh_from_db()
        assert consent.denied_at

    def test_another_customers_link_denies_its_own_request_only(self, client, asked):
        consent, _ = asked
        other = ask("1000002")
        client.post(f"/consent/{token_of(OutgoingEmail.objects.get(reference='1000002'))}/", ANSWER)
        consent.refresh_from_db()
        other.refresh_from_db()
        assert consent.denied_at is None
        assert other.denied_at

    def test_an_ended_association_says_so_and_takes_no_denial(self, client, asked, heard):
        _, url = asked
        withdraw("1000001", now=timezone.now())
        page = text_of(client.get(url))
        assert "This association has ended" in page
        assert "Deny Request" not in page
        answer = client.post(url, ANSWER)
        assert answer.status_code == 422
        assert heard == []


class TestEarlierContact:
    @pytest.mark.parametrize("address", ["helper@free.example", "teo@contoso.example"])
    def test_only_the_present_contact_and_the_tenants_own_addresses_read_the_answer(self, client, address):
        tenant = TenantFactory(admin_emails=["boss@contoso.example"], domain="contoso.example")
        consent = ask("8", tenant=tenant, customer_email=address, customer_name="Wrong One")
        old = token_of(OutgoingEmail.objects.get(reference="8"))
        readdress("8", **RIGHT_CONTACT)
        new = token_of(OutgoingEmail.objects.filter(reference="8").latest("pk"))
        secret = {"reasons": ["no_sharing"], "comment": "They lost our data.", "share_comment": ""}
        assert client.post(f"/consent/{new}/", secret).status_code == 302
        told = ["They lost our data.", "don't want to share our data", "Ana Right"]
        assert all(part in text_of(client.get(f"/consent/{new}/")) for part in told)
        page = text_of(client.get(f"/consent/{old}/"))
        assert "This request is already denied" in page
        belongs = address.endswith("@contoso.example")
        assert [part in page for part in told] == [belongs] * 3
        assert ("can be read by the present contact" in page) == (not belongs)
        consent.refresh_from_db()
        record = text_of(open_record(client, consent, old, address))
        assert "The association was denied." in record
        assert ["They lost our data." in record, "Reasons:" in record] == [belongs] * 2

    def test_it_still_denies_and_keeps_reading_its_own_words_in_the_record(self, client):
        consent = ask("8", customer_email="helper@free.example")
        old = token_of(OutgoingEmail.objects.get(reference="8"))
        readdress("8", **RIGHT_CONTACT)
        deny(
            consent, reasons=["other"], comment="My own.", share_comment=False, now=timezone.now(),
            by="helper@free.example",
        )  # fmt: skip
        assert "My own. h…" in text_of(open_record(client, consent, old, "helper@free.example"))


class TestSurvey:
    @pytest.fixture
    def survey(self):
        ask("7", solution_area="business_applications")
        return f"/consent/{token_of(OutgoingEmail.objects.get(reference='7'))}/survey/"

    def test_a_later_answer_replaces_the_earlier(self, client, survey):
        assert client.post(survey, {"rating": "5", "comment": "Great"}).status_code == 302
        client.post(survey, {"rating": "2", "comment": "Less so"})
        answer = SurveyAnswer.objects.get()
        assert (answer.rating, answer.comment, answer.consent.reference) == (2, "Less so", "7")
        page = client.get(survey).content.decode()
        assert "Thank you" in page
        assert "Less so" in page

    @pytest.mark.parametrize("rating", ["", "0", "6", "x"])
    def test_a_rating_is_from_one_to_five(self, client, survey, rating):
        answer = client.post(survey, {"rating": rating, "comment": "Typed already"})
        assert answer.status_code == 422
        assert "Typed already" in answer.content.decode()
        assert not SurveyAnswer.objects.exists()

    def test_looking_stores_nothing(self, client, survey):
        client.get(survey + "?rating=5")
        assert not SurveyAnswer.objects.exists()

    def test_an_earlier_contact_reads_and_replaces_nothing(self, client, survey):
        client.post(survey, {"rating": "1", "comment": "Between us"})
        readdress("7", **RIGHT_CONTACT)
        assert "Between us" not in client.get(survey).content.decode()
        assert client.post(survey, {"rating": "5"}).status_code == 404
        newest = token_of(OutgoingEmail.objects.filter(reference="7").latest("pk"))
        assert "Between us" in client.get(f"/consent/{newest}/survey/").content.decode()

    def test_there_is_none_when_switched_off_or_for_microsoft_365(self, client, survey, asked, settings):
        assert client.get(asked[1] + "survey/").status_code == 404
        settings.CUSTOMER_SURVEY = False
        assert client.post(survey, {"rating": "5"}).status_code == 404
        assert not SurveyAnswer.objects.exists()
