"""The log of mail in the admin."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.bodies import purge_old_bodies
from notifications.delivery import send_due
from notifications.models import OutgoingEmail
from tests.factories import NOW, ReviewerFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/outgoingemail/"


def staff_with(*codenames):
    person = ReviewerFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return person


@pytest.fixture
def reader(client):
    client.force_login(staff_with("view_outgoingemail"))
    return client


@pytest.fixture
def operator(client):
    client.force_login(staff_with("view_outgoingemail", "change_outgoingemail"))
    return client


def act(client, name, *mails):
    return client.post(LIST, {"action": name, "_selected_action": [mail.pk for mail in mails]}, follow=True)


def test_mail_is_found_by_recipient_copy_and_claim(reader, queue):
    queue(dedupe_key="a", to=["ann@x.example"], subject="To Ann")
    queue(dedupe_key="b", cc=["bo@x.example"], reference="1000777", subject="Copied to Bo")
    for term, found, other in [
        ("ANN@x", "To Ann", "Copied"),
        ("bo@x.ex", "Copied", "To Ann"),
        ("1000777", "Copied", "To Ann"),
    ]:
        page = reader.get(LIST, {"q": term}).content.decode()
        assert found in page
        assert other not in page


def test_a_secret_body_is_not_shown(reader, queue):
    mail = queue(sensitive=True, text="link /consent/t0ken/", html="<a href='/consent/t0ken/'>")
    page = reader.get(f"{LIST}{mail.pk}/change/").content.decode()
    assert "t0ken" not in page
    assert "Not shown" in page


def test_an_open_body_is_shown_as_text_and_nothing_can_be_changed(operator, queue):
    mail = queue(text="Plain <b>words</b>")
    page = operator.get(f"{LIST}{mail.pk}/change/").content.decode()
    assert "Plain &lt;b&gt;words" in page
    assert operator.post(f"{LIST}{mail.pk}/change/", {"subject": "Other"}).status_code == 403
    assert operator.post(f"{LIST}{mail.pk}/delete/", {"post": "yes"}).status_code == 403
    assert OutgoingEmail.objects.get().subject == "Hello"


def test_an_operator_sends_again_and_withholds(operator, queue):
    failed, queued = queue(dedupe_key="a"), queue(dedupe_key="b")
    OutgoingEmail.objects.filter(pk=failed.pk).update(status="failed")
    page = act(operator, "send_again", failed, queued).content.decode()
    assert "1 queued again." in page
    assert "1 left as they are: not failed, bounced or withheld." in page
    act(operator, "withhold", queued)
    assert dict(OutgoingEmail.objects.values_list("pk", "status")) == {failed.pk: "queued", queued.pk: "withheld"}


def test_a_bounce_that_came_by_hand_is_marked_told_and_written_down(operator, queue, smtp, told):
    bounced, queued = queue(dedupe_key="a"), queue(dedupe_key="b")
    send_due(now=NOW, limit=1)
    page = act(operator, "mark_as_bounced", bounced, queued).content.decode()
    assert "1 marked as bounced." in page
    assert "1 left as they are: not sent or delivered." in page
    assert [fate.value for _, fate, _, _ in told] == ["sent", "bounced"]
    assert LogEntry.objects.get().change_message == "Marked as bounced."
    page = operator.get(f"{LIST}{bounced.pk}/change/").content.decode()
    for words in ("Bounced", "Staff received the bounce.", "staff", "customer@contoso.example"):
        assert words in page


def test_what_needs_attention_is_counted_found_and_seen_to_in_as_many_queries_for_three_as_for_one(
    operator, queue, django_assert_num_queries
):
    def trouble(number, **changes):
        mail = queue(dedupe_key=f"t{number}", subject=f"Trouble {number}.")
        OutgoingEmail.objects.filter(pk=mail.pk).update(**changes)
        return mail

    queue(subject="All is well")
    assert "No message needs attention" in operator.get(LIST).content.decode()
    trouble(1, status="failed", mishaps=5)
    with CaptureQueriesContext(connection) as asked:
        page = operator.get(LIST, {"attention": "yes"}).content.decode()
    assert "1 failed (1 parked)." in page
    trouble(2, status="bounced", sent_at=NOW, bounced_at=NOW)
    other = trouble(3, status="failed")
    with django_assert_num_queries(len(asked)):
        page = operator.get(LIST, {"attention": "yes"}).content.decode()
    assert "2 failed (1 parked), 1 bounced." in page
    assert "All is well" not in page
    parked = operator.get(LIST, {"attention": "parked"}).content.decode()
    assert ("Trouble 1." in parked, "Trouble 3." in parked) == (True, False)
    assert "1 marked as seen to." in act(operator, "mark_as_seen_to", other).content.decode()
    assert "1 failed (1 parked), 1 bounced." in operator.get(LIST).content.decode()


def test_a_message_whose_body_is_gone_cannot_be_sent_again_and_the_list_says_why(operator, queue, smtp):
    gone, whole = queue(dedupe_key="a", sensitive=True), queue(dedupe_key="b")
    send_due(now=NOW)
    act(operator, "mark_as_bounced", gone, whole)
    page = act(operator, "send_again", gone, whole).content.decode()
    assert "1 queued again." in page
    assert "1 left as they are. This message cannot be sent again: its body is no longer kept." in page
    purge_old_bodies(now=NOW + timedelta(days=100))
    assert "The body was removed for its age" in operator.get(f"{LIST}{gone.pk}/change/").content.decode()


def test_a_reader_cannot_act(reader, queue):
    mail = queue()
    for name in ("withhold", "send_again", "mark_as_bounced", "mark_as_seen_to"):
        act(reader, name, mail)
    assert OutgoingEmail.objects.get().status == "queued"
    assert not LogEntry.objects.exists()
    assert "Mark as bounced" not in reader.get(f"{LIST}{mail.pk}/change/").content.decode()


def test_partners_do_not_come_in(client, queue):
    client.force_login(UserFactory())
    queue(subject="Not for partners")
    answer = client.get(LIST, follow=True)
    assert "Not for partners" not in answer.content.decode()
