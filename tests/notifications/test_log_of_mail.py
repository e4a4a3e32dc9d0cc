"""The log of mail in the admin."""

import pytest
from django.contrib.auth.models import Permission

from notifications.models import OutgoingEmail
from tests.factories import ReviewerFactory, UserFactory

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
    assert "1 left as they are: not failed or withheld." in page
    act(operator, "withhold", queued)
    assert dict(OutgoingEmail.objects.values_list("pk", "status")) == {failed.pk: "queued", queued.pk: "withheld"}


def test_a_reader_cannot_act(reader, queue):
    mail = queue()
    act(reader, "withhold", mail)
    assert OutgoingEmail.objects.get().status == "queued"


def test_partners_do_not_come_in(client, queue):
    client.force_login(UserFactory())
    queue(subject="Not for partners")
    answer = client.get(LIST, follow=True)
    assert "Not for partners" not in answer.content.decode()
