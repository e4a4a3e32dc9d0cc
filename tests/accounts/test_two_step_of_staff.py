"""Two-step sign-in of staff: required where the setting says so, and reset by an administrator."""

from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.two_step import has_two_steps, reset_two_steps
from tests.accounts.steps import CONFIRM, DESK, SECRET, SET_UP, USE, code, with_app
from tests.accounts.test_sign_in import sign_in
from tests.factories import AuditorFactory, LeadFactory, MembershipFactory, ReviewerFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return MembershipFactory().user


@pytest.fixture
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


class TestRequiredOfStaff:
    def test_without_the_setting_the_desk_opens_as_before(self, client):
        sign_in(client, ReviewerFactory().email)
        assert client.get(DESK).status_code == 200

    @pytest.mark.parametrize("factory", [ReviewerFactory, LeadFactory, AuditorFactory, StaffFactory])
    @pytest.mark.parametrize("path", [DESK, "/admin/claims/", "/admin/customers/tenant/", "/admin/no/such/page/"])
    def test_staff_without_an_app_are_led_to_set_it_up(self, required, client, factory, path):
        sign_in(client, factory().email)
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, SET_UP)
        assert b"need it to open the reviewers" in client.get(SET_UP).content

    def test_a_post_changes_nothing_and_htmx_is_led_there_as_a_whole_page(self, required, client):
        sign_in(client, ReviewerFactory().email)
        assert client.post("/admin/claims/next/")["Location"] == SET_UP
        response = client.get("/admin/claims/", headers={"HX-Request": "true"})
        assert (response.status_code, response["HX-Redirect"]) == (204, SET_UP)

    @pytest.mark.django_db(transaction=True)
    def test_setting_it_up_opens_the_desk_at_once(self, required, client):
        sign_in(client, ReviewerFactory().email)
        secret = client.get(SET_UP).context["form"].secret
        client.post(SET_UP, {"code": code(secret)})
        assert client.get(DESK).status_code == 200

    def test_signing_in_with_a_code_opens_the_desk(self, required, client):
        reviewer = ReviewerFactory()
        with_app(reviewer)
        sign_in(client, reviewer.email)
        client.post(USE, {"code": code()})
        assert client.get(DESK).status_code == 200

    def test_a_session_from_before_is_asked_for_a_code_and_comes_back(self, required, client):
        reviewer = ReviewerFactory()
        sign_in(client, reviewer.email)
        with_app(reviewer)
        response = client.get("/admin/claims/?tab=mine")
        assert unquote(response["Location"]) == f"{CONFIRM}?next=/admin/claims/?tab=mine"
        answer = client.post(CONFIRM, {"code": code(), "next": "/admin/claims/?tab=mine"})
        assert answer["Location"] == "/admin/claims/?tab=mine"
        assert client.get("/admin/claims/?tab=mine").status_code == 200

    def test_an_app_that_was_taken_away_does_not_count_any_more(self, required, client):
        reviewer = ReviewerFactory()
        with_app(reviewer)
        sign_in(client, reviewer.email)
        client.post(USE, {"code": code()})
        reset_two_steps(reviewer)
        assert client.get(DESK)["Location"] == SET_UP
        TOTP.activate(reviewer, SECRET)
        assert client.get(DESK)["Location"].startswith(CONFIRM)

    @pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
    def test_signing_out_needs_no_second_step(self, required, client, path):
        sign_in(client, ReviewerFactory().email)
        assert client.post(path).status_code in {200, 302}
        assert "_auth_user_id" not in client.session

    def test_partners_and_strangers_meet_the_desk_as_before(self, required, client, partner):
        assert client.get(DESK)["Location"].startswith("/admin/login/")
        sign_in(client, partner.email)
        assert client.get("/").status_code == 200
        assert client.get("/admin/login/").status_code == 403


class TestReset:
    def reset(self, client, *people):
        keys = [person.pk for person in people]
        data = {"action": "reset_two_steps", "_selected_action": keys}
        return client.post(reverse("admin:accounts_user_changelist"), data, follow=True)

    def test_an_administrator_resets_a_persons_two_steps_and_the_log_keeps_it(self, client, partner):
        with_app(partner)
        without = UserFactory()
        client.force_login(StaffFactory(is_superuser=True))
        assert "Two-step sign-in was reset for" in self.reset(client, partner, without).content.decode()
        assert not Authenticator.objects.exists()
        entry = LogEntry.objects.get()
        assert (entry.object_id, entry.get_change_message()) == (str(partner.pk), "Two-step sign-in reset.")
        other = Client()
        sign_in(other, partner.email)
        assert other.get("/").status_code == 200

    def test_nobody_to_reset_is_said(self, client, partner):
        client.force_login(StaffFactory(is_superuser=True))
        assert "Nobody chosen uses two-step sign-in." in self.reset(client, partner).content.decode()
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize("factory", [AuditorFactory, LeadFactory, ReviewerFactory])
    def test_others_cannot(self, client, partner, factory):
        with_app(partner)
        client.force_login(factory())
        self.reset(client, partner)
        assert has_two_steps(partner)

    def test_the_admin_shows_who_has_it_and_never_a_key(self, client, partner):
        with_app(partner)
        client.force_login(StaffFactory(is_superuser=True))
        page = client.get(reverse("admin:accounts_user_change", args=[partner.pk])).content.decode()
        kept = Authenticator.objects.get(type="totp").data["secret"]
        assert "Two-step sign-in" in page
        assert kept not in page
        assert client.get("/admin/mfa/authenticator/").status_code == 404
