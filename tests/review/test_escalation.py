"""Reviews that are due or overdue: who is told, when, and never twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import Claim
from notifications.models import MutedMail, Notice, OutgoingEmail
from review.digest import send_digests
from review.escalation import send_alerts
from review.models import Bar, DigestDay, ReviewAlert
from tests.factories import LeadFactory, ReviewerFactory, StaffFactory
from tests.review.leads.mornings import TODAY, TUESDAY, claim_of, day
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SEVEN = TUESDAY.replace(hour=7, minute=0)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def robin():
    return ReviewerFactory(email="robin@microsoft.example", full_name="Robin Reviewer")


@pytest.fixture
def lee():
    return LeadFactory(email="lee@microsoft.example", full_name="Lee Lead")


def no_digest(*people):
    """These people switched the morning list off, so only alerts tell them."""
    MutedMail.objects.bulk_create(MutedMail(user=person, kind="review.digest") for person in people)


def alerts_to(person):
    return list(OutgoingEmail.objects.filter(to=[person.email]).exclude(kind="review.digest").order_by("pk"))


def told(at):
    counts = send_alerts(now=at)
    return counts["due"], counts["overdue"]


def test_the_reviewer_is_told_from_the_hour_of_the_day_on_and_the_leads_when_the_day_has_passed(robin, lee):
    no_digest(robin, lee)
    claim = claim_of(robin)
    assert [told(at) for at in (SEVEN - SECOND, SEVEN, SEVEN, SEVEN + SECOND)] == [(0, 0), (1, 0), (0, 0), (0, 0)]
    [mail] = alerts_to(robin)
    assert (mail.kind, mail.subject) == ("review.due", "Reviews: 1 due today")
    assert f"{claim.name} ({claim.pk})" in mail.text
    assert [told(at) for at in (MIDNIGHT - SECOND, MIDNIGHT, MIDNIGHT + SECOND)] == [(0, 0), (0, 1), (0, 0)]
    [escalation] = alerts_to(lee)
    assert (escalation.kind, escalation.subject) == ("review.overdue", "Reviews: 1 overdue")
    assert len(alerts_to(robin)) == 1
    assert {(alert.claim_id, alert.due_on, alert.kind, alert.at) for alert in ReviewAlert.objects.all()} == {
        (claim.pk, TODAY, "due", SEVEN),
        (claim.pk, TODAY, "overdue", MIDNIGHT),
    }
    notice = Notice.objects.get(user=robin)
    assert (notice.kind, notice.url) == ("review.due", reverse("admin:review-claim", args=[claim.pk]))
    Claim.objects.filter(pk=claim.pk).update(queue_due_on=day(1))
    assert told(SEVEN + timedelta(days=1)) == (1, 0)


@pytest.mark.parametrize(
    ("due", "seven"),
    [  # Berlin's clocks go back on October 25, 2026, forward on March 28, 2027; 2028 has a February 29
        ("2026-10-25", "2026-10-25T06:00"),
        ("2026-10-24", "2026-10-24T05:00"),
        ("2027-03-28", "2027-03-28T05:00"),
        ("2028-02-29", "2028-02-29T06:00"),
    ],
)
def test_days_are_those_of_the_portals_zone_whatever_its_clocks_do(robin, lee, settings, due, seven):
    settings.TIME_ZONE = "Europe/Berlin"
    no_digest(robin, lee)
    at = datetime.fromisoformat(seven).replace(tzinfo=UTC)
    due_on = datetime.fromisoformat(due).date()
    claim = claim_of(robin, queue_due_on=due_on)
    assert [told(at + step * SECOND) for step in (-1, 0, 1)] == [(0, 0), (1, 0), (0, 0)]
    midnight = datetime.combine(due_on + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo("Europe/Berlin"))
    assert [told(midnight.astimezone(UTC) + step * SECOND) for step in (-1, 0, 1)] == [(0, 0), (0, 1), (0, 0)]
    assert set(ReviewAlert.objects.values_list("claim_id", "due_on")) == {(claim.pk, due_on)}


def test_after_three_days_without_a_sweep_overdue_claims_are_told_as_that_alone_in_one_mail(robin, lee):
    no_digest(robin, lee)
    claims = [claim_of(robin, -number) for number in range(20)]
    assert told(TUESDAY + timedelta(days=3)) == (0, 20)
    [mail] = alerts_to(lee)
    assert mail.subject == "Reviews: 20 overdue"
    assert mail.text.count("/admin/review/claims/") + mail.text.count("- ") >= 15
    assert "and 5 more" in mail.text
    assert alerts_to(robin) == []
    assert [notice.title for notice in Notice.objects.filter(user=lee)] == ["20 reviews are overdue"]
    assert ReviewAlert.objects.count() == len(claims)


def test_the_morning_list_comes_first_and_what_it_names_is_not_mailed_again(robin, lee):
    own, lost = claim_of(robin), claim_of(None, -1)
    late = claim_of(robin, -1)
    assert told(SEVEN) == (1, 2)
    named = {str(robin.pk): [late.pk, own.pk], str(lee.pk): [lost.pk, late.pk, own.pk]}
    assert DigestDay.objects.get().named == named
    assert alerts_to(robin) == alerts_to(lee) == []
    assert Notice.objects.filter(user=robin, kind="review.due").count() == 1
    later = claim_of(robin)
    assert send_digests(now=SEVEN + SECOND) == 0
    assert told(SEVEN + SECOND) == (1, 0)
    assert [f"({later.pk})" in mail.text for mail in alerts_to(robin)] == [True]


def test_what_the_morning_list_only_counts_is_mailed(lee):
    claims = [claim_of(None, -1) for _ in range(17)]
    told(SEVEN)
    [mail] = alerts_to(lee)
    assert [claim.pk for claim in claims if f"({claim.pk})" in mail.text] == [claim.pk for claim in claims[15:]]


def test_who_is_barred_is_not_told_and_what_nobody_can_answer_is_told_to_the_leads(robin, lee):
    other = LeadFactory()
    no_digest(robin, lee, other)
    barred, free, gone = claim_of(robin), claim_of(None), claim_of(StaffFactory())
    for person in (robin, other):
        Bar.objects.create(reviewer=person, organization=barred.organization, reason="Worked there", set_at=TUESDAY)
    assert told(SEVEN) == (3, 0)
    assert alerts_to(robin) == []
    assert not Notice.objects.filter(user=robin).exists()
    listed = {
        person: {c.pk for c in (barred, free, gone) if f"({c.pk})" in alerts_to(person)[0].text}
        for person in (lee, other)
    }
    assert listed == {lee: {barred.pk, free.pk, gone.pk}, other: {free.pk, gone.pk}}
    assert barred.name not in "".join(Notice.objects.get(user=other).body)


def test_a_switched_off_mail_leaves_the_notice_and_a_decided_claim_is_not_told_of(robin, lee):
    no_digest(robin, lee)
    MutedMail.objects.create(user=robin, kind="review.due")
    claim_of(robin)
    claim_of(robin, status=ClaimStatus.APPROVED, decided_at=TUESDAY)
    assert told(SEVEN) == (1, 0)
    assert alerts_to(robin) == []
    assert Notice.objects.get().user == robin


def test_a_name_of_several_lines_or_with_markup_adds_nothing_to_the_mail(robin, lee):
    no_digest(robin, lee)
    claim_of(robin, name="Nice\r\nBcc: victim@evil.example <b>bold</b>")
    told(SEVEN)
    [mail] = alerts_to(robin)
    assert "\nBcc" not in mail.text
    assert "<b>bold" not in mail.html


def test_without_leads_administrators_are_told(robin):
    root = StaffFactory(is_superuser=True)
    no_digest(robin, root)
    claim_of(robin, -1)
    assert told(SEVEN) == (0, 1)
    assert len(alerts_to(root)) == 1


def test_administrators_are_told_of_a_partner_from_which_every_lead_is_barred_and_leads_of_the_rest(robin, lee):
    root = StaffFactory(is_superuser=True)
    no_digest(robin, lee, root)
    barred, free = claim_of(robin, -1), claim_of(robin, -1)
    Bar.objects.create(reviewer=lee, organization=barred.organization, reason="Worked there", set_at=TUESDAY)
    assert told(SEVEN) == (0, 2)
    listed = {
        person: [f"({each.pk})" in alerts_to(person)[0].text for each in (barred, free)] for person in (root, lee)
    }
    assert listed == {root: [True, False], lee: [False, True]}


def test_an_alert_that_nobody_may_read_is_not_noted_as_told_and_goes_out_once_somebody_may(robin, lee):
    no_digest(robin, lee)
    claim = claim_of(robin, -1)
    bar = Bar.objects.create(reviewer=lee, organization=claim.organization, reason="Worked there", set_at=TUESDAY)
    assert told(SEVEN) == (0, 0)
    assert not ReviewAlert.objects.exists()
    Bar.objects.filter(pk=bar.pk).update(lifted_at=SEVEN)
    assert [told(SEVEN + SECOND), told(SEVEN + SECOND)] == [(0, 1), (0, 0)]
    assert len(alerts_to(lee)) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once():
    robin, lee = ReviewerFactory(), LeadFactory()
    no_digest(robin, lee)
    claim_of(robin)
    claim_of(robin, -1)
    counts = []
    assert at_once(*[lambda: counts.append(send_alerts(now=SEVEN))] * 2) == ["done", "done"]
    assert sorted((each["due"], each["overdue"], each["mails"]) for each in counts) == [(0, 0, 0), (1, 1, 2)]
    assert (len(alerts_to(robin)), len(alerts_to(lee))) == (1, 1)
