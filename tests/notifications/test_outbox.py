"""Queueing mail: inside a transaction, once, and ready to send."""

import pytest
from django.db import transaction

from notifications import outbox
from notifications.models import OutgoingEmail
from notifications.outbox import enqueue, send_again, withhold, withhold_all
from tests.factories import NOW

Status = OutgoingEmail.Status


def queue_and_fail(queue):
    """Queue a mail in a transaction that is rolled back."""
    with transaction.atomic():
        queue(dedupe_key="gone")
        raise ZeroDivisionError


@pytest.fixture
def nudges(monkeypatch):
    """Count nudges instead of asking the broker."""
    calls = []

    def count():
        calls.append("nudged")

    monkeypatch.setattr(outbox, "nudge", count)
    return calls


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_queueing_outside_a_transaction_is_refused(self):
        with pytest.raises(transaction.TransactionManagementError):
            enqueue(kind="x", to=["a@b.example"], subject="", text="", html="", reference="", dedupe_key="k", now=NOW)
        assert not OutgoingEmail.objects.exists()

    def test_a_rolled_back_transaction_leaves_no_mail_and_no_nudge(self, queue, nudges):
        with pytest.raises(ZeroDivisionError):
            queue_and_fail(queue)
        assert not OutgoingEmail.objects.exists()
        assert nudges == []

    def test_many_mails_of_one_transaction_make_one_nudge(self, queue, nudges):
        with transaction.atomic():
            for number in range(5):
                queue(dedupe_key=str(number))
            assert nudges == []
        assert nudges == ["nudged"]
        queue(dedupe_key="later")
        assert nudges == ["nudged", "nudged"]

    def test_mail_that_survives_a_rolled_back_part_still_makes_a_nudge(self, queue, nudges):
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError):
                queue_and_fail(queue)
            queue(dedupe_key="kept")
        assert OutgoingEmail.objects.get().dedupe_key == "kept"
        assert nudges == ["nudged"]

    def test_a_repeated_mail_makes_no_nudge(self, queue, nudges):
        queue()
        queue()
        assert nudges == ["nudged"]


@pytest.mark.django_db
class TestTheRow:
    def test_the_same_key_twice_gives_the_first_row(self, queue):
        first = queue(subject="First")
        second = queue(subject="Second")
        assert second.pk == first.pk
        assert OutgoingEmail.objects.get().subject == "First"

    def test_line_breaks_in_the_subject_become_spaces(self, queue):
        assert queue(subject="Hello\r\nBcc: spy@example.com\n there").subject == "Hello Bcc: spy@example.com there"

    def test_nobody_is_copied_twice(self, queue):
        mail = queue(to=["Ann@x.example", "ann@x.example"], cc=["ANN@x.example", "bo@x.example", "Bo@x.example", ""])
        assert (mail.to, mail.cc) == (["Ann@x.example"], ["bo@x.example"])

    def test_a_mail_to_nobody_is_refused(self, queue):
        with pytest.raises(ValueError, match="recipient"):
            queue(to=["", ""])

    def test_the_message_id_is_the_portals_and_its_own(self, queue, settings):
        settings.PORTAL_URL = "https://portal.example.com:8443"
        first, second = queue(), queue(dedupe_key="two")
        assert first.message_id.endswith("@portal.example.com>")
        assert first.message_id != second.message_id


@pytest.mark.django_db
class TestStaff:
    def test_a_failed_mail_is_queued_again_with_all_its_attempts(self, queue):
        mail = queue()
        OutgoingEmail.objects.update(status=Status.FAILED, attempts=11, last_error="550 no")
        assert send_again(mail, now=NOW)
        mail.refresh_from_db()
        assert (mail.status, mail.attempts, mail.last_error, mail.next_attempt_at) == (Status.QUEUED, 0, "", NOW)

    @pytest.mark.parametrize("status", [Status.QUEUED, Status.SENT])
    def test_other_mail_is_not_sent_again(self, queue, status):
        mail = queue()
        OutgoingEmail.objects.update(status=status, sent_at=NOW)
        assert not send_again(mail, now=NOW)
        mail.refresh_from_db()
        assert mail.status == status

    def test_only_queued_mail_can_be_withheld(self, queue):
        mail = queue()
        assert withhold(mail)
        assert not withhold(mail)
        mail.refresh_from_db()
        assert mail.status == Status.WITHHELD

    def test_withholding_by_reference_leaves_other_mail_alone(self, queue):
        queue(kind="consent", reference="1")
        other_kind = queue(kind="claim", reference="1", dedupe_key="two")
        other_claim = queue(kind="consent", reference="2", dedupe_key="three")
        assert withhold_all(kind="consent", reference="1") == 1
        queued = OutgoingEmail.objects.filter(status=Status.QUEUED)
        assert set(queued) == {other_kind, other_claim}
