"""Which mail a person wants: the rule, and the page of settings."""

import inspect

import pytest
from django.db import transaction

from claims import messages
from claims.actors import Actor
from claims.enums import ClaimAction
from claims.history import record_event
from notifications import kinds as registry
from notifications.kinds import MessageKind, declare_kinds, declared_kinds, kind_of
from notifications.models import MutedMail, Notice, OutgoingEmail
from notifications.preferences import choose_mail, muted_kinds, switchable_kinds, wanting_mail, wants_mail
from tests.factories import NOW, ClaimFactory, MembershipFactory, ReviewerFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/notifications/settings/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ola():
    return MembershipFactory(user__email="ola@fabrikam.example").user


@pytest.fixture
def signed_in(client, ola):
    client.force_login(ola)
    return client


def mute(user, *codes):
    choose_mail(user, wanted=[kind.code for kind in switchable_kinds() if kind.code not in codes])


class TestRule:
    def test_what_was_never_switched_off_is_wanted(self, ola):
        assert wants_mail(ola, "claim.approve")

    def test_what_was_switched_off_is_not_wanted_by_this_person_and_by_nobody_else(self, ola):
        other = UserFactory()
        mute(ola, "claim.approve")
        assert not wants_mail(ola, "claim.approve")
        assert wants_mail(ola, "claim.reject")
        assert wants_mail(other, "claim.approve")

    def test_an_address_follows_its_account_whatever_its_case_and_without_account_always_gets_mail(self, ola):
        mute(ola, "claim.approve")
        assert not wants_mail("OLA@Fabrikam.Example", "claim.approve")
        assert wants_mail("contact@fabrikam.example", "claim.approve")

    def test_an_account_written_in_capitals_decides_too(self):
        loud = UserFactory(email="Loud@Fabrikam.example")
        mute(loud, "claim.approve")
        assert not wants_mail("loud@fabrikam.example", "claim.approve")

    @pytest.mark.parametrize("code", ["claim.request_action", "account", "nobody.declared.this"])
    def test_mandatory_and_unknown_kinds_always_come(self, ola, code, django_assert_num_queries):
        MutedMail.objects.create(user=ola, kind=code)
        with django_assert_num_queries(0):
            assert wants_mail(ola, code)

    def test_codes_of_one_kind_are_one_choice(self, ola):
        mute(ola, "claim.reject")
        assert not wants_mail(ola, "claim.lapse")
        mute(ola, "claim.submit")
        assert not wants_mail(ola, "claim.resubmit")

    def test_many_addresses_cost_one_query_and_keep_their_order(self, ola, django_assert_num_queries):
        mute(ola, "claim.approve")
        with django_assert_num_queries(1):
            wanting = wanting_mail(["z@x.example", ola.email, "a@x.example"], kind="claim.approve")
        assert wanting == ["z@x.example", "a@x.example"]

    def test_choosing_again_replaces_the_choice_and_leaves_alone_what_is_not_offered(self, ola):
        MutedMail.objects.create(user=ola, kind="retired.kind")
        mute(ola, "claim.approve", "claim.reject")
        mute(ola, "claim.submit")
        assert muted_kinds(ola) == {"retired.kind", "claim.submit"}


class TestRegistry:
    def test_a_kind_that_nobody_declared_still_has_words_and_an_icon(self):
        kind = kind_of("no.such.kind")
        assert (kind.label, kind.icon, kind.can_be_switched_off) == ("Message", "bell", False)

    def test_declaring_again_replaces(self, monkeypatch):
        monkeypatch.setattr(registry, "_declared", {})
        monkeypatch.setattr(registry, "_by_code", {})
        declare_kinds([MessageKind("a", "Old", "", includes=("b",)), MessageKind("a", "New", "", includes=("b",))])
        assert [kind.label for kind in declared_kinds()] == ["New"]
        assert kind_of("b").label == "New"

    def test_every_action_that_tells_a_partner_something_has_a_kind(self):
        told = {name.removeprefix("tell_") for name in dir(messages) if name.startswith("tell_")}
        assert len(told) >= 8
        claim = ClaimFactory()
        for name in told:
            Notice.objects.all().delete()
            tell(claim, name)
            notice = Notice.objects.get()
            assert kind_of(notice.kind) is not registry.UNKNOWN, notice.kind


ACTIONS = {
    "submitted": ClaimAction.SUBMIT,
    "review_started": ClaimAction.START_REVIEW,
    "action_required": ClaimAction.REQUEST_ACTION,
    "reminder": ClaimAction.REMIND,
    "approved": ClaimAction.APPROVE,
    "rejected": ClaimAction.REJECT,
    "disputed": ClaimAction.DISPUTE,
    "ended": ClaimAction.DISASSOCIATE,
    "in_effect": ClaimAction.CLOSE_WINDOW,
    "consent_denied": ClaimAction.DENY_CONSENT,
    "holder_asked": ClaimAction.ASK_HOLDER,
    "answered": ClaimAction.ANSWER,
    "selected_against": ClaimAction.SUPERSEDE,
    "association_kept": ClaimAction.KEEP_ASSOCIATION,
}


def tell(claim, name):
    data = {"days": 7, "message": "Because."}
    facts = inspect.signature(getattr(messages, f"tell_{name}").compose).parameters
    extra = {key: value for key, value in {"due_at": NOW, "disputed": False, "in_part": False}.items() if key in facts}
    with transaction.atomic():
        event = record_event(claim, ACTIONS[name], actor=Actor.system(), now=NOW, data=data)
        getattr(messages, f"tell_{name}")(claim, event=event, **extra)


def recipients():
    return sorted(address for mail in OutgoingEmail.objects.all() for address in mail.to)


class TestMailAboutClaims:
    @pytest.fixture
    def claim(self, ola):
        organization = ola.memberships.get().organization
        return ClaimFactory(created_by=ola, organization=organization, partner_contact_email="pat@fabrikam.example")

    def test_the_creator_who_switched_it_off_gets_the_notice_only_and_the_contact_still_gets_mail(self, claim, ola):
        mute(ola, "claim.approve")
        tell(claim, "approved")
        assert recipients() == ["pat@fabrikam.example"]
        assert ola.notices.get().kind == "claim.approve"

    def test_a_contact_with_an_account_follows_that_account(self, claim, ola):
        pat = UserFactory(email="pat@fabrikam.example")
        mute(pat, "claim.approve")
        tell(claim, "approved")
        assert recipients() == [ola.email]

    def test_when_nobody_wants_it_no_mail_is_queued_and_the_notice_stays(self, claim, ola):
        mute(ola, "claim.approve")
        mute(UserFactory(email="pat@fabrikam.example"), "claim.approve")
        tell(claim, "approved")
        assert not OutgoingEmail.objects.exists()
        assert ola.notices.count() == 1

    def test_a_request_for_action_comes_whatever_was_stored(self, claim, ola):
        MutedMail.objects.create(user=ola, kind="claim.request_action")
        tell(claim, "action_required")
        assert recipients() == [ola.email, "pat@fabrikam.example"]

    def test_the_footer_leads_to_the_settings(self, claim, settings):
        settings.PORTAL_URL = "https://portal.example"
        tell(claim, "approved")
        for mail in OutgoingEmail.objects.all():
            assert "https://portal.example/notifications/settings/" in mail.text
            assert 'href="https://portal.example/notifications/settings/"' in mail.html


class TestPage:
    def ticked(self, page):
        import re

        boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
        return {re.search(r'value="([^"]+)"', box)[1] for box in boxes if "checked" in box and "value=" in box}

    def test_everything_is_on_at_first_and_mandatory_kinds_say_why(self, signed_in):
        page = signed_in.get(PAGE).content.decode()
        assert self.ticked(page) == {kind.code for kind in switchable_kinds()}
        assert page.count("Always sent") == 4
        assert "Without an answer within 30 days the claim is rejected." in page
        assert "In the portal only: " in page

    def test_saving_keeps_the_choice_and_says_so(self, signed_in, ola):
        answer = signed_in.post(PAGE, {"wanted": ["claim.approve"]}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain == [(PAGE, 302)]
        assert "Your e-mail settings are saved." in page
        assert self.ticked(page) == {"claim.approve"}
        assert wants_mail(ola, "claim.approve")
        assert not wants_mail(ola, "claim.reject")

    def test_htmx_gets_the_form_alone_and_a_toast(self, signed_in, ola):
        answer = signed_in.post(PAGE, {"wanted": []}, headers=HTMX)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert "Your e-mail settings are saved." in answer["HX-Trigger"]
        assert muted_kinds(ola) == {kind.code for kind in switchable_kinds()}

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    @pytest.mark.parametrize("odd", ["claim.unheard_of", "x" * 5000, "<script>alert(1)</script>", "\x00", "account"])
    def test_a_kind_that_is_not_offered_is_refused_beside_the_list_and_ticks_stay(self, signed_in, ola, odd, headers):
        answer = signed_in.post(PAGE, {"wanted": ["claim.approve", odd]}, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "One of the ticked messages does not exist. Check the list and save again." in page
        assert 'aria-describedby="mail-error"' in page
        assert self.ticked(page) == {"claim.approve"}
        assert "<script>alert" not in page
        assert not MutedMail.objects.exists()

    def test_one_persons_choice_is_not_anothers(self, signed_in, ola, client):
        mute(UserFactory(), "claim.approve")
        assert self.ticked(signed_in.get(PAGE).content.decode()) == {kind.code for kind in switchable_kinds()}

    def test_page_and_part_are_one(self, signed_in):
        whole = signed_in.get(PAGE).content.decode()
        part = signed_in.get(PAGE, headers=HTMX).content.decode()
        assert "<html" in whole
        assert 'id="mail-choice"' in whole
        assert part.lstrip().startswith('<form class="card" id="mail-choice"')

    def test_the_page_costs_six_queries(self, signed_in, django_assert_num_queries):
        with django_assert_num_queries(6):  # session, person, membership, muted kinds, calendar address, unread count
            signed_in.get(PAGE)

    def test_a_person_without_incentive_role_is_not_offered_the_calendar(self, client):
        client.force_login(MembershipFactory(role="member").user)
        page = client.get(PAGE).content.decode()
        assert "Calendar of deadlines" not in page
        client.force_login(ReviewerFactory())
        assert client.get(PAGE).status_code == 200

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_strangers_are_sent_to_sign_in(self, client, method):
        answer = getattr(client, method)(PAGE)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")

    def test_the_account_menu_leads_there(self, signed_in):
        assert f'href="{PAGE}"' in signed_in.get("/notifications/").content.decode()
