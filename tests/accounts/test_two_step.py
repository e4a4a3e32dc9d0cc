"""Two-step sign-in: set up, used, lost, reset."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.two_step import has_two_steps
from cpor_portal.two_step import PortalMFAAdapter
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.accounts.steps import CONFIRM, INDEX, SECRET, SET_UP, USE, code, with_app
from tests.accounts.test_sign_in import sign_in
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return MembershipFactory().user


class TestSettingUp:
    @pytest.mark.django_db(transaction=True)
    def test_a_code_of_the_app_turns_it_on_and_shows_ten_recovery_codes(self, client, partner):
        sign_in(client, partner.email)
        form = client.get(SET_UP).context["form"]
        response = client.post(SET_UP, {"code": code(form.secret)})
        assert response["Location"] == reverse("mfa_view_recovery_codes")
        page = client.get(response["Location"])
        assert len(page.context["unused_codes"]) == 10
        assert all(each in page.content.decode() for each in page.context["unused_codes"])
        assert has_two_steps(partner)
        mail = OutgoingEmail.objects.get()
        assert (mail.to, mail.sensitive) == ([partner.email], True)
        assert "Two-step sign-in was turned on" in mail.text

    def test_the_page_shows_picture_and_key_and_the_key_stays_when_the_code_is_wrong(self, client, partner):
        sign_in(client, partner.email)
        page = client.get(SET_UP)
        spaced = page.context["form"].spaced_secret
        response = client.post(SET_UP, {"code": "12 34"})
        text = response.content.decode()
        assert (response.status_code, spaced in text, 'value="12 34"' in text) == (200, True, True)
        assert "This code is not right" in text
        assert "data:image/svg+xml;base64," in text
        assert not Authenticator.objects.exists()

    @pytest.mark.parametrize("typed", ["", "x" * 21, "<script>alert(1)</script>", "١٢٣٤٥٦", "é" * 6, "\u202e123456"])
    def test_nonsense_is_refused_beside_the_field(self, client, partner, typed):
        sign_in(client, partner.email)
        client.get(SET_UP)
        response = client.post(SET_UP, {"code": typed})
        assert response.status_code == 200
        assert response.context["form"].errors["code"]
        assert "<script>alert" not in response.content.decode()
        assert not Authenticator.objects.exists()

    def test_it_asks_for_the_password_when_the_sign_in_is_long_ago(self, client, partner):
        with time_machine.travel(time.time() - 3600, tick=True):
            sign_in(client, partner.email)
        response = client.get(SET_UP)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_reauthenticate"))

    def test_keys_lie_encrypted_in_the_database_and_a_former_secret_key_still_reads_them(self, partner, settings):
        with_app(partner)
        kept = Authenticator.objects.get(type="totp").data["secret"]
        assert SECRET not in kept
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
        assert PortalMFAAdapter().decrypt(kept) == SECRET
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(RuleViolation, match="Ask an administrator"):
            PortalMFAAdapter().decrypt(kept)

    def test_keys_that_nobody_can_read_any_more_are_said_instead_of_a_server_error(self, client, partner):
        with_app(partner)
        Authenticator.objects.update(data={"secret": "broken", "seed": "broken", "used_mask": 0})
        sign_in(client, partner.email)
        response = client.post(USE, {"code": "123456"})
        assert response.status_code == 409
        assert b"Ask an administrator of the portal to reset it" in response.content

    @pytest.mark.parametrize("path", [INDEX, SET_UP, CONFIRM, f"{INDEX}recovery-codes/", f"{INDEX}totp/deactivate/"])
    def test_strangers_are_sent_to_the_sign_in(self, client, path):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, client, partner):
        with_app(partner)
        assert sign_in(client, partner.email)["Location"].startswith(USE)
        assert "_auth_user_id" not in client.session
        assert client.get("/")["Location"].startswith("/accounts/login/")

    def test_the_code_signs_in_and_leads_where_one_wanted_to_go(self, client, partner):
        with_app(partner)
        wanted = reverse("organization")
        client.post(f"{reverse('account_login')}?next={wanted}", {"login": partner.email, "password": "x"})
        sign_in(client, partner.email)
        response = client.post(USE, {"code": f"{code()[:3]} {code()[3:]}"})
        assert response.status_code == 302
        assert client.get("/").status_code == 200

    def test_a_wrong_code_is_said_and_kept(self, client, partner):
        with_app(partner)
        sign_in(client, partner.email)
        text = client.post(USE, {"code": "000 000"}).content.decode()
        assert "This code is not right" in text
        assert 'value="000 000"' in text
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "x" * 500}, {"code": "é" * 6}, {"credential": "{}"}])
    def test_a_form_without_a_code_comes_back_with_a_sentence(self, client, partner, data):
        with_app(partner)
        sign_in(client, partner.email)
        response = client.post(USE, data)
        assert response.status_code == 200
        assert response.context["form"].errors["code"]

    def test_a_code_counts_once_also_when_the_cache_forgot_it(self, client, partner):
        from django.core.cache import cache

        with_app(partner)
        typed = code()
        sign_in(client, partner.email)
        assert client.post(USE, {"code": typed}).status_code == 302
        cache.clear()
        other = Client()
        sign_in(other, partner.email)
        assert b"This code is not right" in other.post(USE, {"code": typed}).content
        assert b"This code is not right" in other.post(USE, {"code": code(steps=-1)}).content
        assert other.post(USE, {"code": code(steps=1)}).status_code == 302

    def test_a_code_of_a_minute_ago_is_refused(self, client, partner):
        with_app(partner)
        sign_in(client, partner.email)
        assert b"This code is not right" in client.post(USE, {"code": code(steps=-2)}).content

    def test_a_recovery_code_signs_in_once(self, client, partner):
        codes = with_app(partner)
        for expected in (302, 200):
            other = Client()
            sign_in(other, partner.email)
            assert other.post(USE, {"code": codes[3]}).status_code == expected
        sign_in(client, partner.email)
        assert client.post(USE, {"code": codes[4]}).status_code == 302

    def test_guessing_is_stopped_after_five_wrong_codes(self, client, partner):
        with_app(partner)
        sign_in(client, partner.email)
        for _ in range(5):
            client.post(USE, {"code": "000000"})
        response = client.post(USE, {"code": code()})
        assert b"Too many failed login attempts" in response.content
        assert "_auth_user_id" not in client.session

    def test_the_way_back_to_the_sign_in_forgets_the_half_done_one(self, client, partner):
        with_app(partner)
        sign_in(client, partner.email)
        client.post(reverse("account_logout"), {"next": reverse("account_login")})
        assert client.get(USE)["Location"].startswith("/accounts/login/")


class TestKeeping:
    @pytest.fixture
    def signed_in(self, client, partner):
        self.codes = with_app(partner)
        sign_in(client, partner.email)
        client.post(USE, {"code": code()})
        return client

    def test_the_page_says_since_when_and_how_many_codes_are_left(self, signed_in):
        text = signed_in.get(INDEX).content.decode()
        assert "Two-step sign-in is on." in text
        assert "10 left" in text

    def test_new_recovery_codes_end_the_former_ones(self, signed_in):
        page = signed_in.get(f"{INDEX}recovery-codes/generate/").content.decode()
        assert "Your 10 unused codes stop working." in page
        signed_in.post(f"{INDEX}recovery-codes/generate/")
        fresh = signed_in.get(f"{INDEX}recovery-codes/").context["unused_codes"]
        assert not set(fresh) & set(self.codes)

    def test_the_codes_come_as_a_file(self, signed_in):
        response = signed_in.get(f"{INDEX}recovery-codes/download/")
        assert response["Content-Disposition"].startswith("attachment")
        assert all(each in response.content.decode() for each in self.codes)

    def test_turning_it_off_ends_the_codes_too_and_tells_by_mail(self, signed_in, partner):
        assert b"Your password alone will then sign you in" in signed_in.get(f"{INDEX}totp/deactivate/").content
        signed_in.post(f"{INDEX}totp/deactivate/")
        assert not Authenticator.objects.filter(user=partner).exists()
        assert "turned off" in OutgoingEmail.objects.get().text
