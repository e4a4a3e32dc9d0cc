"""Every message of the process is in one list, and each can be looked at."""

import ast
import inspect
import re

import pytest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from claims import customer_messages, draft_reminders, messages
from claims.enums import ClaimAction, CustomerTrouble
from claims.telling import MESSAGES
from notifications.kinds import UNKNOWN, declared_kinds, kind_of
from notifications.models import Notice, OutgoingEmail
from notifications.registry import find_message, registered_messages
from tests.factories import AuditorFactory, CatalogueManagerFactory, ReviewerFactory

pytestmark = pytest.mark.django_db
# Declared elsewhere: notices about one's place in an organisation have no letter of their own.
WITHOUT_LETTER = {"organization"}
# Codes, columns of templates and marks of Python that must never reach a reader.
LEFTOVERS = re.compile(r"\{[{%]|None\b|<claims\.|__proxy__|\[\]|\bTrue\b|\bFalse\b")


def test_every_kind_that_people_know_has_a_message_and_every_message_a_kind():
    told = {kind for message in registered_messages() for kind in message.kinds}
    assert {kind.code for kind in declared_kinds()} - told == WITHOUT_LETTER
    outsiders = {"consent.request", "consent.code", "organization.invitation"}
    assert {kind for kind in told if kind_of(kind) is UNKNOWN} <= outsiders


def test_every_message_about_a_claim_is_told_by_the_action_that_it_names():
    actions = {action for message in MESSAGES for action in message.actions}
    quiet = {
        "create", "edit", "withdraw", "discard", "add_document", "remove_document", "note_document", "refresh_poe", "comment",
        "ask_consent", "start_window", "correct_contact", "delay_message", "ask_again",
    }  # fmt: skip
    assert {action.value for action in ClaimAction} - {action.value for action in actions} == quiet


@pytest.mark.parametrize("message", registered_messages(), ids=lambda message: message.code)
def test_each_sample_is_a_finished_message_in_every_language(message, django_assert_max_num_queries):
    for language in message.languages:
        with django_assert_max_num_queries(12):
            samples = message.make(language)
        assert samples
        for sample in samples:
            assert (bool(sample.html), bool(sample.text)) == (message.mailed, message.mailed)
            assert bool(sample.notice) == message.in_portal
            assert sample.subject == " ".join(sample.subject.split())
            for said in (
                sample.subject,
                sample.text,
                sample.notice,
                re.sub(r"<style.*?</style>", "", sample.html, flags=re.S),
            ):
                assert not LEFTOVERS.search(said), said
            assert "<script" not in sample.html
    assert not OutgoingEmail.objects.exists()
    assert not Notice.objects.exists()


def texts_written_in(module, functions):
    """What these functions give to gettext, and the singular of what they give to ngettext."""
    tree = ast.parse(inspect.getsource(module))
    chosen = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(functions)]
    calls = [node for function in chosen for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in {"gettext", "ngettext"}
    }


@pytest.mark.parametrize(
    ("module", "functions"),
    [(messages, ("tell_", "_")), (customer_messages, ("tell_", "_")), (draft_reminders, ("of_",))],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_a_message_about_a_claim_can_say_stands_in_one_of_its_samples(module, functions, monkeypatch):
    """Not one sample for each message only: one for each thing that it says in one situation and not in another."""
    said = set()

    def note(text, *others):
        said.add(text)
        return gettext(text) if not others else ngettext(text, *others)

    for name in ("gettext", "ngettext"):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, note)
    for message in registered_messages():
        message.make("en")
    assert texts_written_in(module, functions) - said == set()


def test_the_desk_sees_the_notice_of_each_trouble_with_a_customer_as_it_is_told():
    samples = find_message("desk-not-reached").make("en")
    troubles = [str(trouble.label) for trouble in CustomerTrouble]
    assert [str(sample.label) for sample in samples] == [*troubles, "Handed over by the customer"]
    assert "says that it is not the right person, and knows no better one" in samples[1].notice
    assert "says that it is not the right person, and named a colleague" in samples[-1].notice


def test_titles_of_messages_are_translated_when_they_are_read():
    """At start-up there is no reader yet, so a text that was translated then stayed English for ever."""
    for message in registered_messages():
        for text in (message.title, message.when, message.to):
            assert isinstance(text, Promise), f"{message.code}: {text}"


class TestPages:
    def test_everybody_who_reads_claims_finds_the_list_and_each_message(self, client):
        for person in (ReviewerFactory(), AuditorFactory()):
            client.force_login(person)
            page = client.get(reverse("admin:review-messages")).content.decode()
            assert "RegisteredMessage(" not in page
            for message in registered_messages():
                assert reverse("admin:review-message", args=[message.code]) in page
        client.force_login(CatalogueManagerFactory())
        assert client.get(reverse("admin:review-messages")).status_code == 403

    def test_the_html_stands_in_a_frame_in_which_nothing_runs(self, client):
        client.force_login(ReviewerFactory())
        page = client.get(reverse("admin:review-message", args=["consent-request"]) + "?language=de").content.decode()
        frame = reverse("admin:review-message-html", args=["consent-request", 0])
        assert f'src="{frame}?language=de" sandbox=""' in page
        shown = client.get(frame)
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"

    @pytest.mark.parametrize("address", ["nothing/", "consent-request/9/", "claim-in-effect/0/"])
    def test_what_is_not_there_is_not_found(self, client, address):
        client.force_login(ReviewerFactory())
        assert client.get(reverse("admin:review-messages") + address).status_code == 404

    def test_an_unknown_language_shows_english(self, client):
        client.force_login(ReviewerFactory())
        address = reverse("admin:review-message", args=["consent-request"])
        assert client.get(address + "?language=xx'%22").status_code == 200
