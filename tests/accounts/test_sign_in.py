"""Signing in by e-mail address, and what is refused."""

import pytest
from django.urls import reverse

from accounts.models import User
from notifications.models import OutgoingEmail
from tests.factories import PASSWORD, MembershipFactory, ReviewerFactory, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, email, password=PASSWORD, **kwargs):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **kwargs)


def test_a_partner_comes_home_and_a_reviewer_to_the_desk(client):
    sign_in(client, MembershipFactory().user.email)
    assert client.get("/").status_code == 200
    client.logout()
    sign_in(client, ReviewerFactory().email)
    assert client.get("/")["Location"] == reverse("admin:index")


def test_the_address_may_be_typed_in_any_case(client):
    user = MembershipFactory().user
    assert sign_in(client, user.email.upper()).status_code == 302


def test_a_wrong_password_is_said_without_telling_whether_the_account_exists(client):
    user = UserFactory()
    known, unknown = sign_in(client, user.email, "wrong"), sign_in(client, "nobody@nowhere.example", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert known.context["form"].errors == unknown.context["form"].errors != {}
    assert user.email in known.content.decode()


def test_an_inactive_account_stays_out(client):
    user = UserFactory(is_active=False)
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_nobody_registers_on_their_own(client):
    response = client.post(
        reverse("account_signup"), {"email": "new@x.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="new@x.example").exists()
    assert response.status_code == 200


def test_a_reset_link_goes_through_the_outbox_as_a_secret(client):
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.sensitive) == ([user.email], True)
    assert "/accounts/password/reset/key/" in mail.text


def test_the_redirect_after_sign_in_stays_on_this_site(client):
    user = MembershipFactory().user
    response = client.post(
        reverse("account_login") + "?next=https://evil.example/", {"login": user.email, "password": PASSWORD}
    )
    assert response["Location"] == reverse("home")


def test_demo_sign_ins_are_shown_in_the_demo_only(client, settings):
    settings.DEMO = False
    assert "cpor-demo" not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    html = client.get(reverse("account_login")).content.decode()
    assert "cpor-demo" in html
    assert "ola.demmo@fabrikam.example" in html


@pytest.mark.parametrize("path", ["/healthz", "/readyz?for=web"])
def test_health_answers_without_a_sign_in(path, client):
    assert client.get(path).status_code == 200


def test_initials_for_the_avatar():
    assert User(full_name="Ola Demmo", email="x@y.example").initials == "OD"
    assert User(full_name="", email="ola.demmo@y.example").initials == "OD"
    assert User(full_name="Cher", email="x@y.example").initials == "C"


def test_nobody_changes_the_address_that_says_who_they_are(client):
    client.force_login(MembershipFactory().user)
    assert client.get("/accounts/email/").status_code == 404
    assert client.get(reverse("account_change_password")).status_code == 200
