"""Webhooks of mail providers at their real address: only with a secret or signature, and nothing strange breaks them."""

import base64
import hashlib
import hmac
import importlib
import json
from datetime import timedelta

import pytest
from anymail.exceptions import AnymailWebhookValidationFailure
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import BadRequest
from django.urls import clear_url_caches, reverse
from django.utils import timezone

import cpor_portal.urls
from notifications.delivery import send_due
from notifications.hooks import tracking_urls
from notifications.models import DeliveryReport, OutgoingEmail
from notifications.providers import PROVIDERS
from tests.notifications.test_providers import CUSTOMER, EVERYTHING, made, public_key

SECRET = "hook:0123456789abcdef"
POSTMARK, MAILGUN = "/hooks/mail/postmark/tracking/", "/hooks/mail/mailgun/tracking/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_hooks(settings):
    """Configure a provider as the start would, and mount what it brings."""

    def configure(name, **environment):
        chosen = made(name, EVERYTHING | environment if environment else None)
        settings.ANYMAIL, settings.MAIL_HOOKS = chosen.anymail, chosen.hooks
        importlib.reload(cpor_portal.urls)
        clear_url_caches()

    yield configure
    settings.MAIL_HOOKS = ""
    importlib.reload(cpor_portal.urls)
    clear_url_caches()


@pytest.fixture
def sent(smtp, queue):
    """A mail that left just now; the provider calls it b7bc2f4a."""
    mail = queue(now=timezone.now())
    send_due()
    OutgoingEmail.objects.update(provider_message_id="b7bc2f4a")
    return mail


def row():
    return OutgoingEmail.objects.get()


def basic(secret=SECRET):
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def post(client, address, said, **headers):
    body = said if isinstance(said, (str, bytes)) else json.dumps(said)
    return client.post(address, body, content_type="application/json", headers=headers)


def delivery(mail, **changes):
    at = timezone.now().isoformat()
    said = {"RecordType": "Delivery", "MessageID": "b7bc2f4a", "Recipient": CUSTOMER, "DeliveredAt": at}
    return said | {"Details": "250 OK", "Metadata": {"portal_mail": mail.message_id}} | changes


def bounce(mail, **changes):
    said = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 42, "MessageID": "b7bc2f4a", "Email": CUSTOMER}
    return (
        said
        | {"BouncedAt": timezone.now().isoformat(), "Description": "No such mailbox.", "Details": "550 5.1.1"}
        | changes
    )


def mailgun(mail, event="delivered", *, key="w", **changes):
    stamp, token = str(int(timezone.now().timestamp())), "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event, "timestamp": timezone.now().timestamp(), "recipient": CUSTOMER, "severity": "permanent",
        "message": {"headers": {"message-id": mail.message_id.strip("<>")}}, **changes,
    }  # fmt: skip
    return {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}


class TestPostmark:
    def test_what_it_reports_with_the_secret_is_kept_once_and_applied(self, client, open_hooks, sent, told):
        open_hooks("postmark")
        assert reverse("mail-hook") == POSTMARK
        said = delivery(sent)
        for _ in range(2):
            assert post(client, POSTMARK, said, **basic()).status_code == 200
        assert (row().status, DeliveryReport.objects.count()) == ("delivered", 1)
        assert post(client, POSTMARK, bounce(sent), **basic()).status_code == 200
        kept = DeliveryReport.objects.get(kind="bounced")
        assert (kept.provider, kept.recipient, kept.description) == ("Postmark", CUSTOMER, "No such mailbox. 550 5.1.1")
        assert row().status == "bounced"
        assert [fate.value for _, fate, _, _ in told] == ["delivered", "bounced"]

    def test_a_soft_bounce_changes_nothing_and_who_opened_it_is_not_kept(self, client, open_hooks, sent):
        open_hooks("postmark")
        post(client, POSTMARK, bounce(sent, Type="SoftBounce", ID=43), **basic())
        post(client, POSTMARK, delivery(sent, RecordType="Open"), **basic())
        assert (row().status, [report.kind for report in DeliveryReport.objects.all()]) == ("sent", ["deferred"])

    def test_times_ahead_of_ours_count_as_now(self, client, open_hooks, sent):
        open_hooks("postmark")
        post(client, POSTMARK, delivery(sent, DeliveredAt="2999-01-01T00:00:00Z"), **basic())
        assert row().delivered_at - timezone.now() < timedelta(seconds=1)

    def test_nothing_is_written_without_the_secret_or_of_mail_that_is_not_ours(self, client, open_hooks, sent):
        open_hooks("postmark")
        for headers in ({}, basic("hook:wrong"), {"Authorization": "Basic ///"}, {"Authorization": "Bearer x"}):
            assert post(client, POSTMARK, bounce(sent), **headers).status_code in {400, 403}
        stranger = bounce(sent, MessageID="somebody-elses", Metadata={"portal_mail": "<1@elsewhere>"})
        assert post(client, POSTMARK, stranger, **basic()).status_code == 200
        assert not DeliveryReport.objects.exists()
        assert row().status == "sent"

    def test_strange_and_oversized_bodies_are_refused_and_break_nothing(self, client, open_hooks, sent):
        open_hooks("postmark")
        strange = [
            "", "{", "[]", "null", "[" * 50_000, b"\xff\xfe", '{"RecordType": {}}', '{"RecordType": "Inbound"}',
            {"RecordType": "Bounce", "Metadata": [1]}, delivery(sent, DeliveredAt=7),
        ]  # fmt: skip
        for said in strange:
            assert post(client, POSTMARK, said, **basic()).status_code == 400, said
        odd = [delivery(sent, Recipient={"a": 1}), delivery(sent, Recipient="a\0b" * 400), bounce(sent, ID="x" * 900)]
        for said in odd:
            assert post(client, POSTMARK, said, **basic()).status_code == 200, said
        assert post(client, POSTMARK, " " * (1024 * 1024 + 1), **basic()).status_code == 413
        assert client.get(POSTMARK).status_code == 405


class TestMailgun:
    def test_what_it_signs_is_kept_and_applied(self, client, open_hooks, sent):
        open_hooks("mailgun")
        assert post(client, MAILGUN, mailgun(sent, "failed", severity="temporary"), **basic()).status_code == 200
        assert row().status == "sent"
        assert post(client, MAILGUN, mailgun(sent, "failed"), **basic()).status_code == 200
        assert (row().status, DeliveryReport.objects.count()) == ("bounced", 2)

    def test_what_is_signed_wrongly_or_not_at_all_is_refused(self, client, open_hooks, sent):
        open_hooks("mailgun")
        unsigned = mailgun(sent) | {"signature": None}
        odd = mailgun(sent)
        odd["signature"]["token"] = "ü"
        for said in (mailgun(sent, key="guessed"), unsigned, odd, [], mailgun(sent) | {"signature": {}}):
            assert post(client, MAILGUN, said, **basic()).status_code == 400, said
        assert client.post(MAILGUN, {"event": "delivered"}, headers=basic()).status_code == 400
        assert not DeliveryReport.objects.exists()


SENDGRID, MAILTRAP = "/hooks/mail/sendgrid/tracking/", "/hooks/mail/mailtrap/tracking/"


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
class TestSendGrid:
    """With the key that SendGrid shows, its signature alone is enough."""

    @pytest.fixture
    def signing(self, open_hooks):
        private, shown = public_key()
        open_hooks("sendgrid", MAIL_WEBHOOK_KEY=shown, MAIL_WEBHOOK_SECRET="")

        def sign(body, key=private, at="1600112502"):
            signature = key.sign(at.encode() + body.encode(), ec.ECDSA(hashes.SHA256()))
            return {
                "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
                "X-Twilio-Email-Event-Webhook-Timestamp": at,
            }

        return sign

    def bounced(self, mail):
        return json.dumps([{
            "event": "bounce", "type": "bounce", "email": CUSTOMER, "timestamp": int(timezone.now().timestamp()),
            "sg_event_id": "e1", "sg_message_id": "b7bc2f4a", "reason": "550 no such user", "portal_mail": mail.message_id,
        }])  # fmt: skip

    def test_what_it_signs_is_kept_and_applied(self, client, signing, sent):
        said = self.bounced(sent)
        assert post(client, SENDGRID, said, **signing(said)).status_code == 200
        assert (row().status, DeliveryReport.objects.get().provider) == ("bounced", "SendGrid")

    def test_what_is_signed_wrongly_or_not_at_all_is_refused(self, client, signing, sent):
        said = self.bounced(sent)
        late = signing(said) | {"X-Twilio-Email-Event-Webhook-Timestamp": "1600112503"}
        others = signing(said, key=public_key()[0])
        for headers in (
            {},
            basic(),
            late,
            others,
            signing(said + " "),
            signing(said) | {"X-Twilio-Email-Event-Webhook-Signature": "x"},
        ):
            assert post(client, SENDGRID, said, **headers).status_code == 400
        assert not DeliveryReport.objects.exists()


class TestMailtrap:
    @pytest.fixture
    def signing(self, open_hooks):
        open_hooks("mailtrap", MAIL_WEBHOOK_KEY="s3cret", MAIL_WEBHOOK_SECRET="")

        def sign(body, key="s3cret"):
            return {"Mailtrap-Signature": hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()}

        return sign

    def delivered(self, mail):
        return json.dumps({"events": [{
            "event": "delivery", "email": CUSTOMER, "timestamp": int(timezone.now().timestamp()), "event_id": "e1",
            "message_id": "b7bc2f4a", "custom_variables": {"portal_mail": mail.message_id},
        }]})  # fmt: skip

    def test_what_it_signs_is_kept_and_applied(self, client, signing, sent):
        said = self.delivered(sent)
        assert post(client, MAILTRAP, said, **signing(said)).status_code == 200
        assert (row().status, DeliveryReport.objects.get().provider) == ("delivered", "Mailtrap")

    def test_what_is_signed_wrongly_or_not_at_all_is_refused(self, client, signing, sent):
        said = self.delivered(sent)
        for headers in ({}, basic(), signing(said, key="guessed"), signing(said + " "), {"Mailtrap-Signature": "ü"}):
            assert post(client, MAILTRAP, said, **headers).status_code == 400
        assert not DeliveryReport.objects.exists()

    def test_with_a_secret_as_well_both_are_asked_for(self, client, open_hooks, signing, sent):
        open_hooks("mailtrap", MAIL_WEBHOOK_KEY="s3cret")
        said = self.delivered(sent)
        assert post(client, MAILTRAP, said, **signing(said)).status_code == 400
        assert post(client, MAILTRAP, said, **basic()).status_code == 400
        assert post(client, MAILTRAP, said, **basic(), **signing(said)).status_code == 200


def test_without_a_provider_nothing_answers(client):
    for address in (POSTMARK, MAILGUN, "/hooks/mail/postmark/inbound/", "/hooks/mail/"):
        assert client.post(address).status_code == 404


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("name", [name for name, traits in PROVIDERS.items() if traits.has_webhooks])
def test_no_provider_can_be_impersonated(client, settings, rf, name):
    settings.ANYMAIL = made(name).anymail
    (route,) = tracking_urls(name)
    for content in ({"content_type": "application/json", "data": "{}"}, {"data": {"mandrill_events": "[]"}}):
        request = rf.post(f"/hooks/mail/{route.pattern}", **content)
        with pytest.raises((AnymailWebhookValidationFailure, BadRequest)):
            route.callback(request)
