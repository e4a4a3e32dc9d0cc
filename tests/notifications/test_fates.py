"""What becomes of mail: told once, in order, never forgotten; reported in any order, counted once."""

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kit.errors import RuleViolation
from notifications.bodies import purge_old_bodies
from notifications.delivery import DELAYS, send_due
from notifications.fates import Fate
from notifications.leases import MOST_MISHAPS, lease, lease_length, release_stale
from notifications.models import DeliveryReport, MailFate, OutgoingEmail
from notifications.notes import begin
from notifications.outbox import send_again, withhold
from notifications.reports import mark_bounced, record_report
from notifications.signals import mail_moved
from notifications.telling import tell_fates
from tests.factories import NOW
from tests.support.processes import wait_until

Kind, Status = DeliveryReport.Kind, OutgoingEmail.Status
CUSTOMER, ADMIN = "customer@contoso.example", "admin@contoso.example"
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def row():
    return OutgoingEmail.objects.get()


def report(kind, *, minutes=1, recipient=CUSTOMER, event_id="", **changes):
    """Report one event of the only mail."""
    values = {
        "kind": kind, "recipient": recipient, "provider": "Postmark", "at": NOW + minutes * MINUTE, "now": NOW + minutes * MINUTE,
        "event_id": event_id or f"{kind}-{recipient}-{minutes}", "description": "smtp;550 no mailbox", **changes,
    }  # fmt: skip
    return record_report(row().pk, **values)


@pytest.fixture
def sent(smtp, queue, told):
    """One mail that has left at NOW, with a copy."""
    queue(cc=[ADMIN])
    send_due(now=NOW)
    return row()


@pytest.fixture
def refusing():
    """A room that cannot follow while the box is ticked; it writes to the mail, and what it wrote must go as well."""
    state = {"refuses": True, "heard": []}

    def hear(sender, mail, fate, **kwargs):
        OutgoingEmail.objects.filter(pk=mail.pk).update(reply_to=f"{fate}@heard.example")
        if state["refuses"]:
            raise RuntimeError("a room that cannot follow")
        state["heard"].append((fate, mail.status))

    mail_moved.connect(hear)
    yield state
    mail_moved.disconnect(hear)


class TestTelling:
    def test_a_mail_that_left_is_told_once_as_it_stands_inside_a_transaction(self, smtp, queue, told):
        within = []

        def look(sender, **kwargs):
            within.append(connection.in_atomic_block)

        mail_moved.connect(look)
        queue(cc=[ADMIN])
        smtp.refused[ADMIN] = "550 no such user"
        send_due(now=NOW)
        mail_moved.disconnect(look)
        tell_fates(now=NOW)
        ((mail, fate, at, reason),) = told
        assert (fate, at, within) == (Fate.SENT, NOW, [True])
        assert (mail.status, mail.sent_at, mail.delivered_to) == (Status.SENT, NOW, [CUSTOMER])
        assert reason == f"Copies refused: {ADMIN}: 550 no such user"

    @pytest.mark.django_db(transaction=True)
    def test_a_room_that_cannot_follow_never_makes_mail_leave_again_and_hears_it_later_in_order(
        self, smtp, queue, refusing
    ):
        queue()
        assert send_due(now=NOW) == 1
        report(Kind.DELIVERED)
        assert (row().status, row().reply_to) == (Status.DELIVERED, "")
        assert send_due(now=NOW + timedelta(days=1)) == 0
        assert len(smtp.received) == 1
        assert tell_fates(now=NOW) == 0
        refusing["refuses"] = False
        assert tell_fates(now=NOW) == 2
        assert refusing["heard"] == [(Fate.SENT, Status.DELIVERED), (Fate.DELIVERED, Status.DELIVERED)]
        assert tell_fates(now=NOW) == 0
        assert set(MailFate.objects.values_list("tries", flat=True)) == {0, 3}

    def test_a_room_that_cannot_follow_one_mail_hears_of_the_others_once(self, smtp, queue, told):
        for number in range(3):
            queue(dedupe_key=str(number), kind="bad" if number == 1 else "good")

        def refuse(sender, mail, **kwargs):
            if mail.kind == "bad":
                raise RuntimeError("a room that cannot follow")

        mail_moved.connect(refuse)
        assert send_due(now=NOW) == 3
        mail_moved.disconnect(refuse)
        assert [mail.kind for mail, *_ in told] == ["good", "bad", "good"]
        assert tell_fates(now=NOW) == 1
        assert [mail.kind for mail, *_ in told] == ["good", "bad", "good", "bad"]

    def test_a_mail_that_came_to_nothing_is_told_with_a_sentence_and_the_servers_words(self, smtp, queue, told):
        queue()
        smtp.refused[CUSTOMER] = "550 no such user"
        send_due(now=NOW)
        ((_, fate, _, reason),) = told
        assert fate is Fate.FAILED
        assert (
            reason == f"The message was refused by the mail server. It said: Refused for {CUSTOMER}: 550 no such user"
        )

    def test_what_is_told_parts_failures_about_the_recipient_from_trouble_of_the_portals_own(self, smtp, queue):
        heard = []

        def hear(sender, mail, fate, about_recipient, **kwargs):
            heard.append((mail.dedupe_key, fate, about_recipient))

        mail_moved.connect(hear)
        queue(dedupe_key="no such user", to=["nobody@x.example"])
        smtp.refused["nobody@x.example"] = "550 no such user"
        send_due(now=NOW)
        queue(dedupe_key="content")
        smtp.answer = "554 not this text"
        send_due(now=NOW)
        queue(dedupe_key="sign-in")
        smtp.sender_answer = "535 sign in first"
        OutgoingEmail.objects.filter(dedupe_key="sign-in").update(attempts=len(DELAYS))
        send_due(now=NOW)
        smtp.sender_answer, smtp.answer = "", "250 fine"
        parked = queue(dedupe_key="parked")
        OutgoingEmail.objects.filter(pk=parked.pk).update(mishaps=MOST_MISHAPS - 1)
        begin(lease(now=NOW, limit=1)[0], now=NOW, until=NOW + lease_length())
        release_stale(now=NOW + lease_length() + MINUTE)
        queue(dedupe_key="bounced")
        send_due(now=NOW)
        mark_bounced(OutgoingEmail.objects.get(dedupe_key="bounced"), now=NOW)
        mail_moved.disconnect(hear)
        assert heard == [
            ("no such user", Fate.FAILED, True),
            ("content", Fate.FAILED, True),
            ("sign-in", Fate.FAILED, False),
            ("parked", Fate.FAILED, False),
            ("bounced", Fate.SENT, False),
            ("bounced", Fate.BOUNCED, True),
        ]

    def test_a_mail_that_is_tried_again_is_told_of_only_when_it_is_settled(self, smtp, queue, told):
        queue()
        smtp.answer = "451 later"
        send_due(now=NOW)
        assert told == []
        smtp.answer = "250 fine"
        send_due(now=NOW + DELAYS[0])
        assert [fate for _, fate, _, _ in told] == [Fate.SENT]


class TestReports:
    def test_whatever_the_order_bounced_beats_delivered_and_each_is_told_once(self, smtp, queue, told):
        events = [Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED, Kind.DEFERRED]
        for number, order in enumerate(itertools.permutations(events)):
            with transaction.atomic():
                queue(dedupe_key=str(number))
                send_due(now=NOW)
                for kind in order:
                    report(kind, minutes=events.index(kind) + 1)
                mail = row()
                assert (mail.status, mail.delivered_at, mail.bounced_at, mail.complained_at) == (
                    Status.BOUNCED, NOW + MINUTE, NOW + 2 * MINUTE, NOW + 3 * MINUTE,
                )  # fmt: skip
                fates = [fate for _, fate, _, _ in told]
                assert (fates[0], len(fates)) == (Fate.SENT, len(set(fates)))
                assert (Fate.DELIVERED in fates) == (order.index(Kind.DELIVERED) < order.index(Kind.BOUNCED))
                told.clear()
                transaction.set_rollback(True)

    def test_a_bounce_says_why_and_the_same_event_counts_once(self, sent, told):
        assert report(Kind.BOUNCED, event_id="e1")
        assert not report(Kind.BOUNCED, event_id="e1")
        assert report(Kind.BOUNCED, event_id="e2")
        ((mail, fate, at, reason),) = told[1:]
        assert (mail.status, fate, at) == (Status.BOUNCED, Fate.BOUNCED, NOW + MINUTE)
        assert reason == f"The message to {CUSTOMER} could not be delivered. smtp;550 no mailbox"
        assert DeliveryReport.objects.count() == 2

    def test_a_copy_that_came_back_and_a_soft_bounce_are_only_noted(self, sent, told):
        report(Kind.BOUNCED, recipient=ADMIN)
        report(Kind.COMPLAINED, recipient=ADMIN)
        report(Kind.DEFERRED)
        assert (row().status, row().bounced_at, row().complained_at, len(told)) == (Status.SENT, None, None, 1)
        report(Kind.DELIVERED, recipient=CUSTOMER.upper())
        assert (row().status, DeliveryReport.objects.count()) == (Status.DELIVERED, 4)

    def test_a_mail_to_two_is_delivered_when_both_have_it(self, smtp, queue):
        queue(to=[CUSTOMER, "second@münchen.example"])
        send_due(now=NOW)
        report(Kind.DELIVERED)
        assert row().status == Status.SENT
        report(Kind.DELIVERED, recipient="second@xn--mnchen-3ya.example", minutes=9)
        assert (row().status, row().delivered_at) == (Status.DELIVERED, NOW + 9 * MINUTE)

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_a_report_that_overtakes_our_own_note_waits_for_it(self, smtp, queue, told):
        queue()
        smtp.hang()

        def work():
            send_due(now=NOW)
            connection.close()

        sender = threading.Thread(target=work)
        sender.start()
        wait_until(lambda: smtp.offered, what="the mail")
        report(Kind.BOUNCED)
        assert (row().status, told) == (Status.LEASED, [])
        smtp.accept()
        sender.join(20)
        assert row().status == Status.BOUNCED
        assert [fate for _, fate, _, _ in told] == [Fate.SENT, Fate.BOUNCED]

    def test_a_mail_that_arrived_although_its_sender_died_does_not_leave_once_more(self, smtp, queue, told):
        queue(sensitive=True, text="/consent/abc/")
        begin(lease(now=NOW, limit=1)[0], now=NOW, until=NOW + lease_length())
        report(Kind.DELIVERED)
        assert row().status == Status.LEASED
        later = NOW + lease_length() + MINUTE
        release_stale(now=later)
        assert (row().status, row().sent_at) == (Status.DELIVERED, NOW + MINUTE)
        assert "abc" not in row().text
        assert [fate for _, fate, _, _ in told] == [Fate.SENT, Fate.DELIVERED]
        assert send_due(now=later) == 0

    def test_a_report_of_a_mail_that_never_left_changes_nothing(self, queue, told):
        queue()
        for kind in (Kind.DELIVERED, Kind.BOUNCED):
            report(kind)
        assert (row().status, told) == (Status.QUEUED, [])

    def test_reports_are_never_changed_or_deleted(self, sent):
        report(Kind.DELIVERED)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            DeliveryReport.objects.update(description="")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            DeliveryReport.objects.all().delete()


class TestStaff:
    def test_marking_as_bounced_is_a_report_by_staff_and_counts_once(self, sent, told):
        assert mark_bounced(sent, now=NOW + MINUTE)
        assert not mark_bounced(sent, now=NOW + MINUTE)
        made = DeliveryReport.objects.get()
        assert (made.provider, made.recipient, made.kind) == ("staff", CUSTOMER, Kind.BOUNCED)
        assert [fate for _, fate, _, _ in told] == [Fate.SENT, Fate.BOUNCED]

    def test_what_has_not_left_cannot_be_marked_as_bounced(self, queue):
        assert not mark_bounced(queue(), now=NOW)

    def test_a_bounced_mail_sent_again_goes_to_those_without_it_and_old_reports_count_no_more(self, smtp, sent, told):
        report(Kind.BOUNCED)
        again = NOW + timedelta(hours=1)
        assert send_again(row(), now=again)
        assert send_due(now=again) == 1
        assert [mail.recipients for mail in smtp.received] == [[CUSTOMER, ADMIN], [CUSTOMER]]
        assert smtp.received[0].message["Message-ID"] == smtp.received[1].message["Message-ID"]
        report(Kind.BOUNCED, minutes=50, event_id="late")
        assert (row().status, row().bounced_at) == (Status.SENT, None)
        assert mark_bounced(row(), now=again + MINUTE)
        assert [fate for _, fate, _, _ in told] == [Fate.SENT, Fate.BOUNCED, Fate.SENT, Fate.BOUNCED]

    def test_a_mail_whose_body_is_gone_is_not_sent_again(self, smtp, queue):
        queue(sensitive=True, dedupe_key="secret")
        queue(dedupe_key="old")
        send_due(now=NOW)
        for mail in OutgoingEmail.objects.all():
            mark_bounced(mail, now=NOW)
        assert purge_old_bodies(now=NOW + timedelta(days=90)) == 2
        for mail in OutgoingEmail.objects.all():
            with pytest.raises(RuleViolation, match="body is no longer kept"):
                send_again(mail, now=NOW)
        assert send_due(now=NOW + timedelta(days=91)) == 0


class TestPurging:
    def test_bodies_of_mail_that_left_are_purged_when_old_and_nothing_else(self, smtp, queue, settings):
        settings.MAIL_BODY_DAYS = 30
        queue(dedupe_key="left", text="words", cc=[ADMIN])
        send_due(now=NOW)
        queue(dedupe_key="queued")
        end = NOW + timedelta(days=30)
        assert purge_old_bodies(now=end - timedelta(seconds=1)) == 0
        assert purge_old_bodies(now=end) == 1
        assert purge_old_bodies(now=end) == 0
        left = OutgoingEmail.objects.get(dedupe_key="left")
        assert "words" not in left.text + left.html
        assert (left.purged_at, left.status, left.subject, left.cc, left.delivered_to) == (
            end, Status.SENT, "Hello", [ADMIN], [CUSTOMER, ADMIN],
        )  # fmt: skip
        assert OutgoingEmail.objects.filter(text="Plain words", html="<p>Rich words</p>").count() == 1

    def test_a_secret_link_in_mail_that_never_left_is_not_kept_for_ever(self, smtp, queue, settings):
        """Its body used to stay in the table and in every backup, for staff to send it again some day."""
        settings.MAIL_BODY_DAYS = 30
        smtp.refused[CUSTOMER] = "550 no such user"
        queue(dedupe_key="failed", sensitive=True, text="/consent/abc/", html="<a href='/consent/abc/'>")
        send_due(now=NOW)
        withheld = queue(dedupe_key="withheld", sensitive=True, text="/consent/abc/")
        withhold(withheld)
        OutgoingEmail.objects.filter(pk=withheld.pk).update(given_up_at=NOW)
        end = NOW + timedelta(days=30)
        assert purge_old_bodies(now=end - timedelta(seconds=1)) == 0
        assert purge_old_bodies(now=end) == 2
        assert not OutgoingEmail.objects.filter(text__contains="abc").exists()
        assert not OutgoingEmail.objects.filter(html__contains="abc").exists()
        for mail in OutgoingEmail.objects.all():
            with pytest.raises(RuleViolation, match="Have it written anew"):
                send_again(mail, now=end)

    def test_the_days_of_a_mail_that_staff_queued_anew_count_anew(self, smtp, queue, settings):
        settings.MAIL_BODY_DAYS = 30
        smtp.refused[CUSTOMER] = "550 no such user"
        queue()
        send_due(now=NOW)
        again = NOW + timedelta(days=29)
        assert send_again(row(), now=again)
        assert purge_old_bodies(now=again + timedelta(days=29)) == 0
        send_due(now=again)
        assert row().given_up_at == again
        assert purge_old_bodies(now=again + timedelta(days=29)) == 0
        assert purge_old_bodies(now=again + timedelta(days=30)) == 1
