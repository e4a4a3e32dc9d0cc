"""The morning list: when it goes out, to whom, what it says and what not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from claims.calendar import calendar_between
from claims.enums import ClaimAction, ClaimStatus, QueueRank
from claims.models import Claim, Holiday
from notifications.delivery import send_due
from notifications.models import MutedMail, OutgoingEmail
from review import digest, tasks
from review.digest import morning_of, send_digests
from review.models import Assignment, Bar, DigestDay, SecondLook
from review.settings_checks import check_desk_settings
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

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)  # Thursday of this week is Thanksgiving
TODAY = TUESDAY.date()


def day(number):
    return TODAY + timedelta(days=number)


def claim_of(person, due=0, **fields):
    claim = claim_under_review()
    values = {"reviewer": person, "queue_due_on": None if due is None else day(due), **fields}
    Claim.objects.filter(pk=claim.pk).update(**values)
    claim.refresh_from_db()
    return claim


def mail_to(person):
    return OutgoingEmail.objects.get(to=[person.email])


def told(person):
    """The headings of a person's mail, each with the claims under it."""
    found, heading = {}, ""
    for line in mail_to(person).text.splitlines():
        if line.isupper() or (line[:1].isupper() and line.endswith(")") and line.upper() == line):
            heading = line
        elif line.startswith("- "):
            found.setdefault(heading, []).append(line)
    return found


@pytest.fixture
def robin():
    return ReviewerFactory(email="robin@microsoft.example", full_name="Robin Reviewer")


class TestWhen:
    def test_from_its_hour_on_and_once_a_day(self, robin):
        claim_of(robin)
        before = TUESDAY.replace(hour=6, minute=59, second=59)
        assert send_digests(now=before) == 0
        assert not DigestDay.objects.exists()
        assert send_digests(now=TUESDAY.replace(minute=0)) == 1
        assert send_digests(now=TUESDAY) == 0
        assert send_digests(now=TUESDAY.replace(hour=23, minute=59)) == 0
        assert OutgoingEmail.objects.count() == 1
        assert DigestDay.objects.get().mails == 1
        assert send_digests(now=TUESDAY + timedelta(days=1)) == 1
        assert OutgoingEmail.objects.count() == 2

    def test_a_clock_that_stood_still_catches_up_the_same_day(self, robin):
        claim_of(robin)
        assert send_digests(now=TUESDAY.replace(hour=22)) == 1

    @pytest.mark.parametrize("number", [2, 4, 5])  # Thanksgiving, Saturday, Sunday
    def test_not_on_days_without_business(self, robin, number):
        claim_of(robin)
        assert send_digests(now=TUESDAY + timedelta(days=number)) == 0
        assert not DigestDay.objects.exists()

    def test_an_entry_of_staff_closes_and_opens_days(self, robin):
        claim_of(robin)
        Holiday.objects.create(date=TODAY, name="Company holiday")
        Holiday.objects.create(date=day(2), name="Open after all", is_working_day=True)
        assert send_digests(now=TUESDAY) == 0
        assert send_digests(now=TUESDAY + timedelta(days=2)) == 1

    @pytest.mark.parametrize(
        ("zone", "hour", "sent"),
        [("America/New_York", 11, False), ("America/New_York", 12, True), ("Asia/Tokyo", 0, True), ("UTC", 6, False)],
    )
    def test_the_hour_is_one_of_the_portals_zone(self, robin, settings, zone, hour, sent):
        settings.TIME_ZONE = zone
        claim_of(robin)
        assert send_digests(now=TUESDAY.replace(hour=hour, minute=0)) == int(sent)

    def test_an_hour_that_the_clocks_leave_out_comes_with_the_next_and_a_double_one_counts_once(self, robin, settings):
        settings.TIME_ZONE, settings.DIGEST_HOUR = "Africa/Cairo", 0
        claim_of(robin, -400)
        # Cairo's clocks went from midnight to one on Friday, April 24, 2026, and back on the last Thursday of October.
        zone = ZoneInfo("Africa/Cairo")
        spring = datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
        assert spring.astimezone(zone).hour == 1
        assert send_digests(now=spring - timedelta(seconds=1)) == 1  # it is still Thursday
        assert send_digests(now=spring) == 1
        assert send_digests(now=spring + timedelta(hours=1)) == 0
        autumn = datetime(2026, 10, 29, 20, 30, tzinfo=UTC)
        assert (autumn.astimezone(zone).hour, (autumn + timedelta(hours=1)).astimezone(zone).hour) == (23, 23)
        assert send_digests(now=autumn) == 1
        assert send_digests(now=autumn + timedelta(hours=1)) == 0

    def test_the_time_of_news_follows_the_clocks(self, settings):
        settings.TIME_ZONE = "America/New_York"  # clocks went back on Sunday, November 1, 2026
        monday = date(2026, 11, 2)
        morning = morning_of(monday, calendar=calendar_between(monday - timedelta(days=40)))
        assert morning.since.astimezone(UTC) == datetime(2026, 10, 30, 11, tzinfo=UTC)
        assert morning.until.astimezone(UTC) == datetime(2026, 11, 2, 12, tzinfo=UTC)

    def test_when_one_mail_fails_none_is_queued_and_the_next_clock_does_it(self, robin, monkeypatch):
        claim_of(robin)
        claim_of(ReviewerFactory())
        real, calls = digest.enqueue, []

        def failing(**fields):
            calls.append(fields)
            if len(calls) == 2:
                raise RuntimeError("The power went out.")
            return real(**fields)

        monkeypatch.setattr(digest, "enqueue", failing)
        with pytest.raises(RuntimeError):
            send_digests(now=TUESDAY)
        assert not OutgoingEmail.objects.exists()
        assert not DigestDay.objects.exists()
        monkeypatch.setattr(digest, "enqueue", real)
        assert send_digests(now=TUESDAY) == 2

    def test_the_clock_knows_the_task(self, settings):
        known = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert tasks.send_morning_digests.name in known

    @pytest.mark.parametrize(
        ("hour", "percent", "number"), [(7, 5, 0), (0, 0, 0), (23, 100, 0), (24, 101, 2), (-1, -1, 2)]
    )
    def test_hours_and_shares_that_do_not_exist_stop_the_start_up(self, settings, hour, percent, number):
        settings.DIGEST_HOUR, settings.SECOND_LOOK_PERCENT = hour, percent
        assert len(check_desk_settings(None)) == number
        if not number:
            call_command("check", tags=["review"])


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
    def test_sums_and_overdue_claims_without_reviewer(self):
        lead = LeadFactory()
        busy = ReviewerFactory()
        claim_of(busy, -1)
        lost = claim_of(None, -2)
        claim_of(None, 0)
        submitted_claim()
        claim = claim_under_review()
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.REJECTED, decided_at=TUESDAY)
        SecondLook.objects.create(
            claim=claim, decision=event(claim, ClaimAction.REJECT, TUESDAY), first_reviewer=busy, drawn_at=TUESDAY
        )
        assert send_digests(now=TUESDAY) == 2
        mail = mail_to(lead)
        for line in (
            "In the queue: 4, of which 3 without reviewer", "Overdue: 2", "Due today: 1",
            "Cases waiting for confirmation: 0", "Second looks waiting: 1", "OVERDUE WITHOUT REVIEWER (1)",
            f"- {lost}, due November 22, 2026", "Figures of the review: http://127.0.0.1:8000/admin/leads/",
        ):  # fmt: skip
            assert line in mail.text, line
        assert mail.subject == "Review queue: 2 overdue, 1 due today"
        assert "THE TEAM" not in mail_to(busy).text

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
        assert "OVERDUE WITHOUT REVIEWER (2)" in mail.text
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
        # Done today? holidays; savepoint, the day; leads, deciders, bars; answers, own, released; sums, lost, cases, looks;
        # who wants it; the day again, savepoint.
        with django_assert_num_queries(17):
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
        assert not MutedMail.objects.exists()

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
