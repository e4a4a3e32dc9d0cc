"""The consent center: what a customer sees there, and what it does."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.consent import deny, withdraw
from customers.consent.clock import note_sent
from customers.models import ConsentRequest
from notifications.models import OutgoingEmail
from tests.customers.asking import ask, enter_center, items, token_of
from tests.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("heard")]
CENTER = "/consent/center/"
HX = {"HX-Request": "true"}


def said(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


@pytest.fixture
def tenant():
    return TenantFactory(admin_emails=["boss@contoso.example"], domain="contoso.example", display_name="Contoso")


@pytest.fixture
def asked(tenant):
    """Ask this tenant's contact, with the message on its way."""

    def one(reference="1", **changes):
        consent = ask(reference, tenant=tenant, now=timezone.now(), **changes)
        note_sent(consent.links.get(), now=timezone.now())
        consent.refresh_from_db()
        return consent

    return one


ANSWER = {"reasons": ["other"], "comment": "", "share_comment": ""}


class TestComingIn:
    def test_only_a_code_opens_it_and_an_hour_later_it_is_closed(self, client, asked, heard):
        consent = asked()
        heard.clear()
        assert client.get(CENTER).status_code == 403
        token = token_of(OutgoingEmail.objects.get(kind="consent.request"))
        page = client.get(f"/consent/{token}/")
        assert f'href="/consent/center/enter/{token}/"' in page.content.decode()
        offered = said(client.get(f"/consent/center/enter/{token}/"))
        assert "t…@contoso.example b…@contoso.example" in offered
        assert "teo@" not in offered
        assert not OutgoingEmail.objects.filter(kind="consent.code").exists()
        key = client.session.session_key
        for data in ({}, {"address": "7"}, {"address": "x"}, {"address": "boss@contoso.example"}):
            assert client.post(f"/consent/center/enter/{token}/", data).status_code == 422
        wrong = client.post(f"/consent/center/enter/{token}/code/", {"code": "1 2 3"})
        assert (wrong.status_code, 'value="1 2 3"' in wrong.content.decode()) == (422, True)
        page = enter_center(client, consent)
        assert (page.status_code, client.session.session_key != key) == (200, True)
        assert "You are here as teo@contoso.example, until" in said(page)
        session = client.session
        session["consent_center"] |= {"since": (timezone.now() - timedelta(minutes=60)).isoformat()}
        session.save()
        for path in (CENTER, f"{CENTER}record/", f"{CENTER}record.pdf", f"{CENTER}{consent.pk}/deny/"):
            for answer in (client.get(path), client.post(path, ANSWER), client.get(path, headers=HX)):
                assert (answer.status_code, "This list is closed" in said(answer)) == (403, True)
        assert heard == []

    def test_close_ends_it_and_leaves_who_is_signed_in_signed_in(self, client, asked, django_user_model):
        consent = asked()
        client.force_login(django_user_model.objects.create(email="p@p.example", full_name="P"))
        enter_center(client, consent)
        assert client.get(f"{CENTER}close/").status_code == 405
        assert client.post(f"{CENTER}close/").status_code == 302
        assert client.get(CENTER).status_code == 403
        assert "_auth_user_id" in client.session

    def test_pages_are_kept_from_caches_and_search_engines_and_forms_need_their_key(self, asked):
        browser = Client(enforce_csrf_checks=True)
        consent = asked()
        answer = enter_center(browser, consent)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
        refused = browser.post(f"{CENTER}{consent.pk}/deny/", ANSWER)
        assert (refused.status_code, "The form was too old" in said(refused)) == (403, True)
        consent.refresh_from_db()
        assert consent.denied_at is None


class TestTheList:
    def test_it_says_who_what_since_when_and_how_it_stands_the_standing_first(self, client, asked, tenant):
        denied = asked("1", partner_name="Denied Ltd")
        deny(denied, reasons=["other"], comment="", share_comment=False, now=timezone.now())
        ended = asked("2", partner_name="Ended Ltd")
        withdraw(ended.reference, now=timezone.now())
        long_ago = asked("3", partner_name="Old Ltd")
        ConsentRequest.objects.filter(pk=long_ago.pk).update(opt_out_until=timezone.now() - timedelta(days=1))
        lost = asked("4", partner_name="<b>Lost</b> Ltd")
        ConsentRequest.objects.filter(pk=lost.pk).update(undeliverable_at=timezone.now(), opt_out_until=None)
        fresh = asked("5", partner_name="New Ltd", items=items("AIP", "EXO"))
        ask("6", partner_name="Of another tenant")
        page = enter_center(client, fresh)
        text = said(page)
        order = [
            "Associated now",
            "New Ltd",
            "<b>Lost</b> Ltd",
            "Old Ltd",
            "Denied or ended",
            "Ended Ltd",
            "Denied Ltd",
        ]
        assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)
        assert "<b>Lost" not in page.content.decode()
        for part in (
            "What partners hold for Contoso",
            "you see all of its associations",
            f"You can opt out until {fresh.opt_out_until:%B} {fresh.opt_out_until.day}, {fresh.opt_out_until.year}, "
            f"{fresh.opt_out_until:%-I:%M %p} UTC",
            "In effect",
            "Message not delivered",
            "Ola Demmo ola@ friday. example",
            "AIP EXO",
            "None any more",
        ):
            assert part in text, part
        assert "Of another tenant" not in text
        assert said(client.get(CENTER, headers=HX)) == text

    def test_since_when_it_is_associated_and_when_it_was_asked_if_it_was(self, client, asked, tenant):
        long_ago = datetime(2026, 3, 5, 10, tzinfo=UTC)
        revenue = ask("7", tenant=tenant, partner_name="Revenue Ltd", asks=False, now=long_ago)
        consent = asked("8", partner_name="Asking Ltd")
        ConsentRequest.objects.filter(pk=consent.pk).update(asked_at=long_ago, sent_at=datetime(2026, 3, 6, tzinfo=UTC))
        page = enter_center(client, consent).content.decode()
        rows = {
            pk: page[page.index(f'aria-labelledby="a{pk}"') :].split("</article>")[0] for pk in (revenue.pk, consent.pk)
        }
        for row in rows.values():
            assert re.search(r"Associated since</dt><dd><time[^>]*>March 5, 2026<", row)
        assert "No consent needed" in rows[revenue.pk]
        assert "Asked on" not in rows[revenue.pk]
        assert re.search(r"Asked on</dt><dd><time[^>]*>March 6, 2026<", rows[consent.pk])

    def test_one_and_sixty_associations_take_the_same_queries_and_pages_lose_none(
        self, client, asked, django_assert_num_queries
    ):
        first = asked()
        enter_center(client, first)
        client.get(CENTER)
        with django_assert_num_queries(8):
            client.get(CENTER)
        for number in range(2, 61):
            asked(str(number), partner_name=f"Partner no. {number}")
        with django_assert_num_queries(8):
            page = client.get(CENTER)
        seen, turns = [], 0
        while page:
            seen += re.findall(r'<h3 id="a(\d+)"', page.content.decode())
            following = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
            page = client.get(following[1]) if following else None
            turns += 1
        assert (len(seen), len(set(seen)), turns) == (60, 60, 3)
        for after in ("x", "0", "9" * 30, "-1", "²"):
            assert f'id="a{seen[0]}"' in client.get(CENTER, {"after": after}).content.decode()

    def test_a_contact_with_a_foreign_address_sees_and_answers_nothing_of_other_partners(self, client, asked, tenant):
        rival = asked("1", partner_name="Rival")
        own = asked("2", customer_email="helper@free.example", partner_name="Accomplice")
        page = enter_center(client, own)
        assert "Your address is not one of your organization" in said(page)
        for path in (CENTER, f"{CENTER}record/", f"{CENTER}deny-all/"):
            assert "Accomplice" in said(client.get(path))
            assert "Rival" not in said(client.get(path))
        for act in ("consent", "deny", "restore", "wrong-person"):
            for answer in (client.get(f"{CENTER}{rival.pk}/{act}/"), client.post(f"{CENTER}{rival.pk}/{act}/", ANSWER)):
                assert (answer.status_code, "Rival" in said(answer)) == (404, False)
        client.post(f"{CENTER}deny-all/", {**ANSWER, "shown": f"{rival.pk},{own.pk},x,{'9' * 40}"})
        rival.refresh_from_db()
        own.refresh_from_db()
        assert (rival.denied_at, own.denied_at is not None) == (None, True)


class TestActs:
    def test_consent_denial_and_its_taking_back_each_tell_what_happened_and_who_did_it(self, client, asked):
        consent = asked(items=items("AIP", "EXO"))
        enter_center(client, consent)
        at = f"{CENTER}{consent.pk}"
        for act in ("consent", "deny", "restore", "wrong-person"):
            assert client.get(f"{at}/{act}/").status_code == 200
            assert client.head(f"{at}/{act}/").status_code == 200
        assert "nothing to take back" in said(client.post(f"{at}/restore/"))
        assert "You consented to the association with FridayINC." in said(client.post(f"{at}/consent/", follow=True))
        part = {**ANSWER, "items": ["product:2"], "comment": "Not EXO"}
        assert "You denied a part" in said(client.post(f"{at}/deny/", part, follow=True))
        assert "EXO (denied on" in said(client.get(CENTER))
        back = client.get(f"{at}/restore/").content.decode()
        assert ("EXO" in back, 'value="product:2" ' in back, 'value="product:1"' in back) == (True, True, False)
        for wrong in ({}, {"items": ["product:1"]}):
            assert client.post(f"{at}/restore/", wrong).status_code == 422
        assert "You took your denial back for a part" in said(client.post(f"{at}/restore/", part, follow=True))
        assert "EXO (denied on" not in said(client.get(CENTER))
        client.post(f"{at}/deny/", part)
        assert "You denied the association" in said(client.post(f"{at}/deny/", ANSWER, follow=True))
        assert "nothing to do here" in said(client.get(f"{at}/deny/"))
        assert client.post(f"{at}/deny/", ANSWER).status_code == 302
        assert "You took your denial back" in said(client.post(f"{at}/restore/", follow=True))
        consent.refresh_from_db()
        assert consent.stands
        steps = list(consent.events.values_list("step", "by"))
        by = "teo@contoso.example"
        assert [step for step, _ in steps[-6:]] == [
            "consented", "denied_part", "restored_part", "denied_part", "denied", "restored",
        ]  # fmt: skip
        assert {who for _, who in steps[-6:]} == {by}
        ConsentRequest.objects.filter(pk=consent.pk).update(opt_out_until=timezone.now() - timedelta(days=1))
        client.post(f"{at}/deny/", ANSWER)
        late = client.post(f"{at}/restore/")
        assert (late.status_code, "can be taken back only until" in said(late)) == (422, True)

    def test_a_double_click_takes_a_denial_back_once_and_tells_the_same_twice(self, client, asked):
        consent = asked()
        enter_center(client, consent)
        at = f"{CENTER}{consent.pk}"
        client.post(f"{at}/deny/", ANSWER)
        for _ in range(2):
            assert "The association with FridayINC is as before." in said(client.post(f"{at}/restore/", follow=True))
        assert consent.events.filter(step="restored").count() == 1
        withdraw(consent.reference, now=timezone.now())
        assert client.post(f"{at}/restore/").status_code == 422

    def test_who_is_not_the_right_person_reads_what_becomes_of_the_days(self, client, asked):
        consent = asked()
        enter_center(client, consent)
        path = f"{CENTER}{consent.pk}/wrong-person/"
        begin, passed = "the days to opt out begin anew with it", "have passed and do not begin anew"
        text = said(client.get(path))
        assert (begin in text, passed in text) == (True, False)
        ConsentRequest.objects.filter(pk=consent.pk).update(opt_out_until=timezone.now())
        text = said(client.get(path))
        assert (begin in text, passed in text) == (False, True)

    def test_bad_input_comes_back_with_its_sentence_and_what_was_typed(self, client, asked):
        consent = asked(items=items("AIP", "EXO"))
        enter_center(client, consent)
        at, typed = f"{CENTER}{consent.pk}", "<i>why</i> " * 200
        for data, sentence in (
            ({"items": ["product:1"], "comment": typed[:99]}, "Choose at least one reason."),
            ({"reasons": ["other"], "comment": typed[:99]}, "Choose at least one product or subscription."),
            (
                {"reasons": ["other"], "items": ["product:9"], "comment": typed[:99]},
                "One of these has ended meanwhile.",
            ),
            (
                {"reasons": ["other"], "items": ["product:1"], "comment": typed},
                "Keep the comment within 2,000 characters.",
            ),
        ):
            answer = client.post(f"{at}/deny/", data)
            assert (answer.status_code, sentence in said(answer)) == (422, True)
            assert html.escape(data["comment"]) in answer.content.decode()
        assert "Choose at least one reason." in said(client.post(f"{CENTER}deny-all/", {"shown": str(consent.pk)}))
        for data, sentence in (
            ({}, "Choose one answer."),
            ({"known": "known", "name": "", "email": "una@contoso.example"}, "Enter the name"),
            ({"known": "known", "name": "Una", "email": "nonsense"}, "Enter an e-mail address"),
            ({"known": "known", "name": "Una", "email": "una@free.example"}, "not one of your organization"),
            ({"known": "known", "name": "Una", "email": "TEO@contoso.example"}, "went to already"),
            ({"known": "known", "name": "U" * 121, "email": "una@contoso.example"}, "120"),
        ):
            answer = client.post(f"{at}/wrong-person/", data)
            assert (answer.status_code, sentence in said(answer)) == (422, True), sentence
            assert f'value="{data.get("email", "")}"' in answer.content.decode() or not data
        consent.refresh_from_db()
        assert (consent.denied_at, consent.customer_name) == (None, "Teo Lupu")

    def test_deny_all_denies_what_was_shown_and_tells_what_had_ended(self, client, asked):
        first, second, third = asked("1"), asked("2"), asked("3")
        enter_center(client, first)
        page = client.get(f"{CENTER}deny-all/").content.decode()
        shown = re.search(r'name="shown" value="([\d,]+)"', page)[1]
        withdraw(second.reference, now=timezone.now())
        late = asked("4")
        text = said(client.post(f"{CENTER}deny-all/", {**ANSWER, "shown": shown}, follow=True))
        assert "You denied 2 associations." in text
        assert "1 association had ended already" in text
        standing = ConsentRequest.objects.filter(denied_at=None, withdrawn_at=None)
        assert list(standing) == [late]
        assert not third.events.filter(step="denied").exclude(by="teo@contoso.example").exists()
        nothing = client.post(f"{CENTER}deny-all/", {**ANSWER, "shown": ""})
        assert (nothing.status_code, "nothing left to deny" in said(nothing)) == (422, True)

    def test_the_record_holds_every_line_in_utc_and_comes_as_pdf(self, client, asked, django_assert_num_queries):
        consent = asked()
        enter_center(client, consent)
        client.post(f"{CENTER}{consent.pk}/deny/", {**ANSWER, "comment": "We left.\nLong ago."})
        with django_assert_num_queries(9):
            text = said(client.get(f"{CENTER}record/"))
        asked("2")
        with django_assert_num_queries(9):
            client.get(f"{CENTER}record/")
        number = consent.links.get().reference_number
        for part in (number, "was sent to teo@contoso.example", "Reasons: Other.", "We left. Long ago.", " UTC"):
            assert part in text
        paper = client.get(f"{CENTER}record.pdf")
        assert (paper.content[:5], paper["Content-Type"]) == (b"%PDF-", "application/pdf")
        assert "attachment" in paper["Content-Disposition"]
