"""The morning list: what it says, to whom, and what not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from claims.enums import ClaimAction, ClaimStatus, QueueRank
from claims.models import Claim
from notifications.delivery import send_due
from notifications.models import MutedMail, OutgoingEmail
from review.digest import send_digests
from review.models import Assignment, Bar, DigestDay, SecondLook
from tests.factories import (
    AuditorFactory,
    CatalogueManagerFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    StaffFactory,
    claim_under_review,
    submitted_claim,
)
from tests.review.leads.happened import event
from tests.review.leads.mornings import TUESDAY, claim_of, day, mail_to, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin():
    return ReviewerFactory(email="robin@microsoft.example", full_name="Robin Reviewer")


class TestReviewers:
    def test_own_claims_stand_under_the_first_heading_that_fits(self, robin):
        late, now, soon = claim_of(robin, -1), claim_of(robin, 0), claim_of(robin, 1)
        far = claim_of(robin, 6)
        disputed = claim_of(robin, 6, status=ClaimStatus.DISPUTED, queue_rank=QueueRank.DISPUTE)
        late_dispute = claim_of(robin, -3, status=ClaimStatus.DISPUTED)
        answered, old_answer = claim_of(robin, 6), claim_of(robin, 6)
        event(answered, ClaimAction.RESUBMIT, TUESDAY - timedelta(hours=1))
        event(old_answer, ClaimAction.RESUBMIT, TUESDAY - timedelta(days=2))
        lost, returned = claim_of(None, 6), claim_of(robin, 6)
        for each in (lost, returned):
            Assignment.objects.create(claim=each, kind="idle", before=robin, at=TUESDAY - timedelta(hours=5))
        send_digests(now=TUESDAY)
        found = {heading: " ".join(lines) for heading, lines in told(robin).items()}
        assert list(found) == [
            "OVERDUE (2)", "DUE TODAY (1)", "DUE TOMORROW (1)", "DISPUTES (1)", "ANSWERS THAT CAME IN (1)",
            "RELEASED, BECAUSE YOU HAD NOT WORKED ON THEM (1)",
        ]  # fmt: skip
        expected = [(late_dispute, late), (now,), (soon,), (disputed,), (answered,), (lost,)]
        for words, claims in zip(found.values(), expected, strict=True):
            for claim in claims:
                assert str(claim) in words
        for claim in (far, old_answer, returned):
            assert str(claim.pk) not in mail_to(robin).text
        assert mail_to(robin).subject == (
            "Your claims: 2 overdue, 1 due today, 1 due tomorrow, 1 disputed, 1 answered, 1 released"
        )

    def test_the_next_day_is_the_next_business_day(self, robin):
        claim_of(robin, 3)
        Claim.objects.update(queue_due_on=day(3))
        send_digests(now=TUESDAY + timedelta(days=1))  # Wednesday; Thursday is a holiday
        assert "DUE ON FRIDAY (1)" in mail_to(robin).text

    @pytest.mark.parametrize(
        ("hours", "told_today"), [(-24.0001, False), (-24, True), (-0.0001, True), (0, False), (5, False)]
    )
    def test_news_are_told_once(self, robin, hours, told_today):
        hour = TUESDAY.replace(minute=0)
        answered = claim_of(robin, 6)
        event(answered, ClaimAction.RESUBMIT, hour + timedelta(hours=hours))
        assert send_digests(now=hour + timedelta(hours=6)) == int(told_today)

    def test_answers_over_the_weekend_are_told_on_monday(self, robin):
        answered = claim_of(robin, 20)
        event(answered, ClaimAction.RESUBMIT, datetime(2026, 11, 28, 12, tzinfo=UTC))
        assert send_digests(now=datetime(2026, 11, 30, 7, tzinfo=UTC)) == 1

    def test_nothing_to_say_is_not_said(self, robin):
        claim_of(robin, 6)
        claim_of(ReviewerFactory(), 6)
        assert send_digests(now=TUESDAY) == 0
        assert DigestDay.objects.get().mails == 0

    def test_decided_claims_and_those_that_wait_for_partners_are_left_out(self, robin):
        claim_of(robin, -1, status=ClaimStatus.APPROVED, decided_at=TUESDAY)
        claim_of(robin, -1, status=ClaimStatus.ACTION_REQUIRED, action_due_at=TUESDAY)
        assert send_digests(now=TUESDAY) == 0

    def test_nobody_reads_of_others_or_of_barred_partners(self, robin):
        own, foreign, barred = claim_of(robin), claim_of(ReviewerFactory()), claim_of(robin)
        lost = claim_of(None)
        Assignment.objects.create(claim=lost, kind="idle", before=robin, at=TUESDAY - timedelta(hours=1))
        for claim in (barred, lost):
            Bar.objects.create(reviewer=robin, organization=claim.organization, reason="Kin", set_at=TUESDAY)
        send_digests(now=TUESDAY)
        mail = mail_to(robin)
        assert str(own.pk) in mail.text
        for claim in (foreign, barred, lost):
            assert str(claim.pk) not in mail.text + mail.html

    def test_who_cannot_decide_any_more_gets_none(self, robin):
        claim_of(robin)
        robin.groups.clear()
        gone = ReviewerFactory(is_active=False)
        claim_of(gone)
        for factory in (AuditorFactory, CatalogueManagerFactory, StaffFactory):
            claim_of(factory())
        assert send_digests(now=TUESDAY) == 0

    def test_a_long_list_is_cut_and_counted(self, robin):
        for _ in range(17):
            claim_of(robin, -1)
        send_digests(now=TUESDAY)
        mail = mail_to(robin)
        assert "OVERDUE (17)" in mail.text
        assert len(told(robin)["OVERDUE (17)"]) == 15
        assert "and 2 more: http" in mail.text
        assert "and 2 more</a>" in mail.html


class TestLeads:
    def test_sums_and_the_claims_that_are_overdue_or_due_with_who_has_them(self):
        lead = LeadFactory()
        busy = ReviewerFactory(full_name="Bo Busy")
        late, lost = claim_of(busy, -5), claim_of(None, -4)
        lost_start = submitted_claim()
        Claim.objects.filter(pk=lost_start.pk).update(queue_due_on=day(-1))
        due, far = claim_of(busy, 0), claim_of(busy, 1)
        claim = claim_under_review()
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.REJECTED, decided_at=TUESDAY)
        SecondLook.objects.create(
            claim=claim, decision=event(claim, ClaimAction.REJECT, TUESDAY), first_reviewer=busy, drawn_at=TUESDAY
        )
        assert send_digests(now=TUESDAY) == 2
        mail = mail_to(lead)
        for line in (
            "In the queue: 5, of which 2 without reviewer", "Overdue: 3, of which 2 without reviewer", "Due today: 1",
            "Cases waiting for confirmation: 0", "Second looks waiting: 1",
            "Figures of the review: http://127.0.0.1:8000/admin/leads/",
        ):  # fmt: skip
            assert line in mail.text, line
        assert told(lead) == {
            "THE TEAM: OVERDUE (3)": [
                f"- {lost}, nobody has it, 2 business days overdue",
                f"- {lost_start}, nobody has it, start 1 business day overdue",
                f"- {late}, Bo Busy, 3 business days overdue",
            ],
            "THE TEAM: DUE TODAY (1)": [f"- {due}, Bo Busy, due today"],
        }
        assert str(far) not in mail.text
        for words in (
            f"/admin/claims/{late.pk}/",
            "Bo Busy",
            "start 1 business day overdue",
            "The team: Due today (1)",
        ):
            assert words in mail.html, words
        assert mail.subject == "Review queue: 3 overdue, 1 due today"
        assert "THE TEAM" not in mail_to(busy).text

    def test_a_long_list_of_the_team_is_cut_and_leads_to_the_queue(self):
        lead, busy = LeadFactory(), ReviewerFactory()
        for due in (-1, 0):
            for _ in range(17):
                claim_of(busy, due)
        send_digests(now=TUESDAY)
        assert {heading: len(lines) for heading, lines in told(lead).items()} == {
            "THE TEAM: OVERDUE (17)": 15, "THE TEAM: DUE TODAY (17)": 15,
        }  # fmt: skip
        mail = mail_to(lead)
        assert mail.text.count("and 2 more: http://127.0.0.1:8000/admin/claims/") == 2
        assert mail.html.count("and 2 more</a>") == 2

    def test_a_lead_with_own_claims_reads_both_in_one_mail(self):
        lead = LeadFactory()
        own = claim_of(lead)
        assert send_digests(now=TUESDAY) == 1
        mail = mail_to(lead)
        assert mail.subject == "Your claims: 1 due today"
        assert str(own) in mail.text
        assert "THE TEAM" in mail.text

    def test_an_empty_team_is_not_news(self):
        LeadFactory()
        assert send_digests(now=TUESDAY) == 0

    def test_administrators_are_no_leads_by_that(self):
        StaffFactory(is_superuser=True)
        claim_of(None, -2)
        assert send_digests(now=TUESDAY) == 0

    def test_a_barred_lead_reads_the_number_and_not_the_claim(self):
        lead, lost, other = LeadFactory(), claim_of(None, -2), claim_of(None, -3)
        Bar.objects.create(reviewer=lead, organization=lost.organization, reason="Kin", set_at=TUESDAY)
        send_digests(now=TUESDAY)
        mail = mail_to(lead)
        assert "THE TEAM: OVERDUE (2)" in mail.text
        assert str(other.pk) in mail.text
        assert str(lost.pk) not in mail.text + mail.html
        assert "and 1 more" in mail.text


class TestMail:
    def test_it_arrives_in_both_forms_and_leads_to_the_desk(self, robin, smtp_server):
        claim = claim_of(robin, 0)
        Claim.objects.filter(pk=claim.pk).update(name="Evil\r\nBcc: x <script>alert(1)</script>")
        send_digests(now=TUESDAY)
        OutgoingEmail.objects.update(next_attempt_at=TUESDAY - timedelta(days=1))
        send_due(now=TUESDAY + timedelta(minutes=1))
        (received,) = smtp_server.received
        assert received.recipients == ["robin@microsoft.example"]
        assert received.message["Subject"] == "Your claims: 1 due today"
        plain, html = received.body("plain"), received.body("html")
        for body in (plain, html):
            assert f"http://127.0.0.1:8000/admin/claims/{claim.pk}/" in body
            assert "http://127.0.0.1:8000/admin/notification-settings/" in body
            assert "Tuesday, November 24, 2026" in body
        assert "\nBcc" not in plain
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_it_says_nothing_of_partner_and_customer_but_the_claims_name(self, robin):
        claim = claim_of(robin, 0)
        LeadFactory()
        send_digests(now=TUESDAY)
        for mail in OutgoingEmail.objects.all():
            for secret in (
                claim.organization.name, claim.customer_domain, claim.tenant.display_name, claim.customer_contact_email,
                claim.partner_contact_email, claim.created_by.full_name,
            ):  # fmt: skip
                assert secret not in mail.text + mail.html, secret

    @pytest.mark.parametrize("number", [1, 3])
    def test_reading_costs_the_same_for_one_claim_and_three(self, robin, django_assert_num_queries, number):
        lead = LeadFactory()
        for _ in range(number):
            claim_of(robin, -1)
            claim_of(None, -1)
        MutedMail.objects.create(user=lead, kind="review.digest")
        MutedMail.objects.create(user=robin, kind="review.digest")
        # Done today? holidays; savepoint, the day; leads, deciders, bars; answers, own, released; sums, overdue, due today,
        # holidays, cases, looks; who wants it; the day again, savepoint.
        with django_assert_num_queries(19):
            assert send_digests(now=TUESDAY) == 0


class TestSwitch:
    ADDRESS = "/admin/notification-settings/"

    def test_who_switched_it_off_gets_none_and_others_do(self, client, robin):
        other = ReviewerFactory()
        claim_of(robin)
        claim_of(other)
        client.force_login(robin)
        page = client.get(self.ADDRESS).content.decode()
        assert "Morning list" in page
        assert 'value="review.digest" checked' in page
        answer = client.post(self.ADDRESS, {}, follow=True)
        assert answer.redirect_chain == [(self.ADDRESS, 302)]
        assert "Your e-mail settings are saved." in answer.content.decode()
        assert 'value="review.digest" checked' not in answer.content.decode()
        assert send_digests(now=TUESDAY) == 1
        assert mail_to(other)
        client.post(self.ADDRESS, {"wanted": ["review.digest"]})
        assert not MutedMail.objects.filter(kind="review.digest").exists()

    @pytest.mark.parametrize("odd", ["claim.approve", "account", "x" * 5000, "<script>alert(1)</script>", "\x00"])
    def test_what_is_not_offered_is_refused_beside_the_list(self, client, robin, odd):
        client.force_login(robin)
        answer = client.post(self.ADDRESS, {"wanted": ["review.digest", odd]})
        content = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="wanted-error" role="alert">One of the ticked messages does not exist.' in content
        assert 'value="review.digest" checked' in content
        assert "<script>alert" not in content
        assert not MutedMail.objects.exists()

    def test_partners_never_see_it_and_staff_see_nothing_of_partners(self, client, robin):
        member = MembershipFactory().user
        client.force_login(member)
        page = client.get("/notifications/settings/").content.decode()
        assert "Morning list" not in page
        assert client.post("/notifications/settings/", {"wanted": ["review.digest"]}).status_code == 422
        assert client.get(self.ADDRESS, follow=True).status_code == 403
        client.force_login(robin)
        for address in (self.ADDRESS, "/notifications/settings/"):
            page = client.get(address).content.decode()
            assert "Morning list" in page
            assert "Claim approved" not in page
            assert "Your organization" not in page

    def test_a_partners_choice_leaves_the_kinds_of_staff_alone(self, client):
        member = MembershipFactory().user
        client.force_login(member)
        client.post("/notifications/settings/", {"wanted": []})
        assert "review.digest" not in set(member.muted_mail.values_list("kind", flat=True))

    @pytest.mark.parametrize("factory", [AuditorFactory, CatalogueManagerFactory])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_who_gets_none_has_no_such_page(self, client, factory, method):
        client.force_login(factory())
        assert getattr(client, method)(self.ADDRESS).status_code == 403
        assert not MutedMail.objects.exists()

    def test_strangers_are_sent_to_sign_in(self, client):
        assert client.get(self.ADDRESS)["Location"].split("?")[0] == "/admin/login/"

    def test_the_page_costs_six_queries(self, client, robin, django_assert_num_queries):
        client.force_login(robin)
        with django_assert_num_queries(6):  # session, person, two for permissions, muted kinds, membership
            client.get(self.ADDRESS)


def test_no_table_of_partners_keeps_a_word_of_it(robin):
    claim = claim_of(robin)
    send_digests(now=TUESDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notifications_notice")
        assert cursor.fetchone() == (0,)
    assert not claim.events.exists()
