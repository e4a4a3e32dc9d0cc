"""Mail through a provider's API: settings that stop the start when they cannot work, and what its answers mean."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from notifications.delivery import DELAYS, send_due
from notifications.models import OutgoingEmail
from notifications.provider_mail import ProviderMessage
from notifications.providers import PROVIDERS, provider_settings, smtp_settings
from tests.factories import NOW

Status = OutgoingEmail.Status
CUSTOMER, ADMIN = "customer@contoso.example", "admin@contoso.example"
EVERYTHING = {
    "MAIL_API_KEY": "k", "MAIL_API_SECRET": "s", "MAIL_API_URL": "http://127.0.0.1:9/", "MAIL_PROJECT_ID": "p",
    "MAIL_SENDER_DOMAIN": "mail.example", "MAIL_WEBHOOK_SECRET": "hook:0123456789abcdef",
}  # fmt: skip


def public_key():
    """A pair of keys, and the public one as SendGrid shows it."""
    private = ec.generate_private_key(ec.SECP256R1())
    shown = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(shown).decode()


def everything(name):
    """The environment that has all that this provider may need."""
    traits = PROVIDERS[name]
    usable = traits.signature and not traits.signature_package
    return EVERYTHING | {"MAIL_WEBHOOK_KEY": (public_key()[1] if traits.public_key else "w") if usable else ""}


def made(name, environment=None):
    environment = everything(name) if environment is None else environment
    return provider_settings(name, environment, portal_url="https://portal.example", timeout=2)


def without(name):
    return {key: value for key, value in EVERYTHING.items() if key != name}


@pytest.mark.parametrize(
    ("name", "environment", "sentence"),
    [
        ("pigeon", EVERYTHING, "MAIL_PROVIDER is 'pigeon'; it must be one of smtp, brevo"),
        ("amazon_ses", EVERYTHING, "Use Amazon's SMTP endpoint"),
        ("postmark", without("MAIL_API_KEY"), "MAIL_PROVIDER=postmark needs MAIL_API_KEY"),
        ("mailjet", without("MAIL_API_SECRET"), "MAIL_PROVIDER=mailjet needs MAIL_API_SECRET"),
        ("postmark", without("MAIL_WEBHOOK_SECRET"), "anybody could report bounces"),
        ("mailgun", EVERYTHING, "set MAIL_WEBHOOK_KEY"),
        ("mailtrap", without("MAIL_WEBHOOK_SECRET"), "or, if it signs its webhooks, MAIL_WEBHOOK_KEY"),
        ("postmark", EVERYTHING | {"MAIL_WEBHOOK_KEY": "w"}, "postmark signs no webhooks .* Remove it"),
        ("scaleway", EVERYTHING | {"MAIL_WEBHOOK_KEY": "w"}, "scaleway signs no webhooks"),
        ("resend", EVERYTHING | {"MAIL_WEBHOOK_KEY": "whsec_w"}, "checked by the package svix, which is not installed"),
        ("sendgrid", EVERYTHING | {"MAIL_WEBHOOK_KEY": "ü"}, "one line of base64"),
        (
            "sendgrid",
            EVERYTHING | {"MAIL_WEBHOOK_KEY": "c29tZXRoaW5n"},
            "not the public key that MAIL_PROVIDER=sendgrid shows",
        ),
        ("postmark", EVERYTHING | {"MAIL_WEBHOOK_SECRET": "short:1"}, "16 characters"),
        ("postmark", EVERYTHING | {"MAIL_WEBHOOK_SECRET": "no-password-in-it-at-all"}, "user:password"),
    ],
)
def test_what_cannot_work_stops_the_start_with_a_sentence(name, environment, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        made(name, environment)


def test_a_key_of_webhooks_that_smtp_has_none_of_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="MAIL_PROVIDER=smtp signs no webhooks"):
        smtp_settings({}, {"MAIL_WEBHOOK_KEY": "w"}, timeout=2)


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_can_be_configured_and_carries_our_message_id(name, settings):
    mail = OutgoingEmail(
        to=[CUSTOMER], cc=[ADMIN], subject="Grüße", text="Words", html="<p>Words</p>", message_id="<1@x>"
    )
    settings.MAILERS, settings.ANYMAIL = (chosen := made(name)).mailers, chosen.anymail
    backend = mailers.default
    payload = backend.build_message_payload(ProviderMessage(mail, waiting=[CUSTOMER], provider=backend.esp_name), {})
    written = str(vars(payload))
    assert CUSTOMER in written
    assert ADMIN not in written
    traits = PROVIDERS[name]
    assert ("<1@x>" in written) == (traits.takes_headers or traits.takes_metadata)
    assert (chosen.hooks == name) == traits.has_webhooks


class Postmark(ThreadingHTTPServer):
    """A server that answers like Postmark's API, with what the test says."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked, self.status, self.answer = [], 200, {}

    def accept(self):
        self.status = 200
        self.answer = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": CUSTOMER}


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["X-Postmark-Server-Token"], body))
        said = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args):
        pass


@pytest.fixture
def postmark(settings):
    with Postmark() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chosen = made("postmark", EVERYTHING | {"MAIL_API_URL": f"http://127.0.0.1:{server.server_port}/"})
        settings.MAILERS, settings.ANYMAIL = chosen.mailers, chosen.anymail
        server.accept()
        yield server
        server.shutdown()


def row():
    return OutgoingEmail.objects.get()


@pytest.mark.django_db
class TestSending:
    def test_a_mail_leaves_with_our_message_id_as_header_and_mark_and_the_providers_is_kept(self, postmark, queue):
        mail = queue(cc=[ADMIN], reply_to="desk@microsoft.example")
        assert send_due(now=NOW) == 1
        ((path, token, asked),) = postmark.asked
        assert (path, token) == ("/email", "k")
        assert (asked["To"], asked["Cc"], asked["ReplyTo"]) == (CUSTOMER, ADMIN, "desk@microsoft.example")
        headers = {header["Name"]: header["Value"] for header in asked["Headers"]}
        assert headers == {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", "X-PM-KeepID": "true"}
        assert asked["Metadata"] == {"portal_mail": mail.message_id}
        assert (row().status, row().provider_message_id, row().delivered_to) == (
            Status.SENT, "b7bc2f4a", [CUSTOMER, ADMIN],
        )  # fmt: skip

    @pytest.mark.parametrize("status", [401, 429, 500, 503])
    def test_trouble_with_the_provider_is_not_the_mails_fault(self, postmark, queue, status):
        first, second = queue(), queue(dedupe_key="two")
        postmark.status, postmark.answer = status, {"ErrorCode": 1, "Message": "Later"}
        assert send_due(now=NOW) == 0
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, first.attempts, first.next_attempt_at) == (Status.QUEUED, 1, NOW + DELAYS[0])
        assert (second.status, second.attempts, len(postmark.asked)) == (Status.QUEUED, 0, 1)
        postmark.accept()
        assert send_due(now=NOW + DELAYS[0]) == 2
        assert postmark.asked[0][2]["Metadata"] == postmark.asked[-1][2]["Metadata"]

    def test_a_network_without_an_answer_is_tried_again(self, queue, settings):
        chosen = made("postmark")
        settings.MAILERS, settings.ANYMAIL = chosen.mailers, chosen.anymail
        queue()
        assert send_due(now=NOW) == 0
        assert (row().status, row().mishaps) == (Status.QUEUED, 0)
        assert "refused" in row().last_error.lower()

    def test_a_refused_message_is_final_and_the_next_leaves(self, postmark, queue):
        queue()
        postmark.status, postmark.answer = 422, {"ErrorCode": 300, "Message": "Invalid 'From' address: 'x'."}
        assert send_due(now=NOW) == 0
        assert (row().status, row().mishaps) == (Status.FAILED, 0)
        assert "Invalid 'From' address" in row().last_error
        postmark.accept()
        queue(dedupe_key="two")
        assert send_due(now=NOW) == 1

    def test_a_recipient_whom_the_provider_refuses_by_name_is_final_for_that_one(self, postmark, queue):
        mail = queue(cc=[ADMIN])
        postmark.answer |= {
            "Message": f"Message OK, but will not deliver to these inactive addresses: {ADMIN}. Inactive recipients are "
            "ones that have generated a hard bounce."
        }
        assert send_due(now=NOW) == 1
        mail.refresh_from_db()
        assert (mail.delivered_to, mail.last_error) == ([CUSTOMER], f"Copies refused: {ADMIN}: rejected")
        other = queue(dedupe_key="two")
        postmark.status, postmark.answer = (
            422,
            {
                "ErrorCode": 406,
                "Message": f"You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: {CUSTOMER}.\n"
                "Inactive recipients are ones that have generated a hard bounce.",
            },
        )
        assert send_due(now=NOW) == 0
        other.refresh_from_db()
        assert (other.status, other.delivered_to, other.last_error) == (
            Status.FAILED, [], f"Refused for {CUSTOMER}: rejected",
        )  # fmt: skip
