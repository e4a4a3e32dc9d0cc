"""The page behind an invitation's link: looking changes nothing, joining happens once and only for whom it is meant."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from kit.logs import mask
from notifications.models import Notice, OutgoingEmail
from partners.models import Invitation, Membership, OrganizationChange, Role
from partners.organization.inviting import revoke
from tests.factories import PASSWORD, MembershipFactory, ReviewerFactory, UserFactory
from tests.partners.organization.conftest import invited

pytestmark = pytest.mark.django_db
GOOD = {"full_name": "Nell New", "password1": "wide open violet sky", "password2": "wide open violet sky"}


def html(response):
    return response.content.decode()


def link(at, **given):
    """The address in the mail of a fresh invitation."""
    invited(at, **{"now": timezone.now(), **given})
    return re.search(r"/join/[\w-]{43}/", OutgoingEmail.objects.latest("pk").text)[0]


def nothing_happened():
    return (
        Invitation.objects.get().accepted_at is None and not OrganizationChange.objects.filter(kind="joined").exists()
    )


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_opening_the_link_tells_who_invites_to_what_and_changes_nothing(headers, client, fabrikam):
    address = link(fabrikam, role=Role.MEMBER, locations=[fabrikam.bezons])
    for method in (client.get, client.head, client.get):
        response = method(address, headers=headers)
        assert response.status_code == 200
    page = html(response)
    for text in ("Join Fabrikam Consulting", "Ada Fabrikam", "new@x.example", "Member", str(fabrikam.bezons)):
        assert text in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert nothing_happened()
    assert not User.objects.filter(email="new@x.example").exists()


def test_an_account_is_created_joined_and_signed_in(client, fabrikam):
    address = link(fabrikam, email="New@X.example", role=Role.INCENTIVE_USER, locations=[fabrikam.bezons])
    response = client.post(address, GOOD)
    assert (response.status_code, response["Location"]) == (302, "/")
    user = User.objects.get(email="new@x.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.full_name, user.is_staff, user.is_superuser) == ("Nell New", False, False)
    membership = Membership.objects.get(user=user)
    assert (membership.organization, membership.role) == (fabrikam.organization, Role.INCENTIVE_USER)
    assert list(membership.locations.all()) == [fabrikam.bezons]
    assert EmailAddress.objects.get(user=user).verified
    change = OrganizationChange.objects.latest("pk")
    assert (change.kind, change.person, change.new) == ("joined", user, f"Incentive User, {fabrikam.bezons}")
    assert Notice.objects.get(user=fabrikam.admin.user).title == "Nell New joined Fabrikam Consulting"
    assert "Welcome to Fabrikam Consulting. Your role is Incentive User." in html(client.get("/", follow=True))
    client.logout()
    client.post(reverse("account_login"), {"login": "NEW@x.example", "password": GOOD["password1"]})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_used_link_is_used_up(client, fabrikam):
    address = link(fabrikam)
    client.post(address, GOOD)
    client.logout()
    for method in (client.get, client.post):
        response = method(address, GOOD)
        assert response.status_code == 410
        assert "This invitation was used already" in html(response)
    assert User.objects.filter(email="new@x.example").count() == 1
    assert "_auth_user_id" not in client.session


def test_an_expired_link_says_whom_to_ask(client, fabrikam):
    address = link(fabrikam, now=timezone.now() - timedelta(days=15))
    response = client.post(address, GOOD)
    assert response.status_code == 410
    assert "This invitation has expired" in html(response)
    assert "Ask Ada Fabrikam of Fabrikam Consulting to send it again." in html(response)
    assert nothing_happened()


def test_a_revoked_link_says_so(client, fabrikam):
    address = link(fabrikam)
    revoke(Invitation.objects.get(), by=fabrikam.admin, now=timezone.now())
    response = client.post(address, GOOD)
    assert response.status_code == 410
    assert "This invitation was revoked" in html(response)
    assert not User.objects.filter(email="new@x.example").exists()


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "é" * 43, "A" * 3000])
def test_an_unknown_link_is_answered_with_a_page(token, client, fabrikam):
    link(fabrikam)
    for method in (client.get, client.post):
        response = method(f"/join/{token}/", GOOD)
        assert response.status_code == 404
        assert "We do not know this link" in html(response)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"full_name": ""}, "full_name", "Enter your full name."),
        ({"full_name": "N" * 121}, "full_name", "at most 120 characters"),
        ({"full_name": "www.evil.example"}, "full_name", "Enter a name without a web or e-mail address."),
        ({"password1": ""}, "password1", "Choose a password."),
        ({"password2": ""}, "password2", "Type the password again."),
        ({"password2": "something else entirely"}, "password2", "The two passwords differ."),
        ({"password1": "short", "password2": "short"}, "password1", "at least 12 characters"),
        ({"password1": "password1234", "password2": "password1234"}, "password1", "too common"),
        ({"password1": "new@x.example", "password2": "new@x.example"}, "password1", "too similar to the e-mail"),
        ({"password1": "p" * 201, "password2": "p" * 201}, "password1", "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_name_stays(changed, field, sentence, client, fabrikam):
    response = client.post(link(fabrikam), GOOD | changed)
    page = html(response)
    assert response.status_code == 422
    assert sentence in page
    assert f'id="id_{field}_error"' in page
    assert (GOOD | changed)["full_name"][:120] in page
    assert not re.search(r'type="password"[^>]*value=', page)
    assert nothing_happened()


def test_an_existing_account_signs_in_first_and_comes_back_to_accept(client, fabrikam):
    user = UserFactory(email="new@x.example")
    address = link(fabrikam)
    page = html(client.get(address))
    assert "password1" not in page
    sign_in = re.search(r'href="(/accounts/login/\?next=[^"]+)"', page)[1]
    client.post(address, GOOD)
    assert nothing_happened()
    response = client.post(sign_in, {"login": "new@x.example", "password": PASSWORD})
    assert response["Location"] == address
    assert "Accept invitation" in html(client.get(address))
    assert nothing_happened()
    assert client.post(address)["Location"] == "/"
    assert Membership.objects.get(user=user).organization == fabrikam.organization
    assert EmailAddress.objects.get(user=user).verified
    assert user.check_password(PASSWORD)


def test_an_account_of_another_organization_is_refused_without_naming_it(client, fabrikam, rival):
    user = rival.user.user
    address = link(fabrikam, email=user.email)
    assert "already belongs" not in html(client.get(address))
    client.force_login(user)
    for method in (client.get, client.post):
        response = method(address)
        assert "Your account already belongs to an organization, and can belong to one only." in html(response)
        assert "Accept invitation" not in html(response)
    assert nothing_happened()
    assert Membership.objects.get(user=user).organization == rival.organization


def test_somebody_else_who_is_signed_in_cannot_take_the_invitation(client, fabrikam, rival):
    address = link(fabrikam)
    client.force_login(rival.admin.user)
    for method in (client.get, client.post):
        page = html(method(address, GOOD))
        assert "You are signed in as ada@rivalsecret.example, but the invitation is for new@x.example." in page
    assert nothing_happened()
    client.post(reverse("account_logout"), {"next": address})
    assert "Create account and join" in html(client.get(address))


def test_staff_and_switched_off_accounts_read_why_they_cannot_join(client, fabrikam):
    address = link(fabrikam)
    user = ReviewerFactory(email="new@x.example")
    assert "Microsoft employees cannot join" in html(client.post(address, GOOD))
    User.objects.filter(pk=user.pk).update(is_staff=False, is_active=False)
    assert "switched off" in html(client.post(address, GOOD))
    assert nothing_happened()


def test_the_form_needs_its_forgery_token(fabrikam):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(fabrikam), GOOD).status_code == 403
    assert nothing_happened()


def test_self_registration_stays_closed(client, fabrikam):
    link(fabrikam)
    client.post(reverse("account_signup"), {"email": "new@x.example", **GOOD})
    assert not User.objects.filter(email="new@x.example").exists()


def test_the_inviter_who_left_is_told_nothing(client, fabrikam):
    address = link(fabrikam)
    MembershipFactory(organization=fabrikam.organization)
    fabrikam.admin.delete()
    client.post(address, GOOD)
    assert not Notice.objects.exists()


def test_logs_do_not_tell_the_secret(client, fabrikam):
    address = link(fabrikam)
    token = address.split("/")[2]
    assert mask(f"GET {address}") == "GET /join/***/"
    assert token not in mask(f"GET /accounts/login/?next=%2Fjoin%2F{token}%2F and {address}?x")


@pytest.mark.parametrize("rows", [1, 3])
def test_its_queries_do_not_grow_with_the_locations(rows, client, fabrikam, django_assert_num_queries):
    address = link(fabrikam, locations=[fabrikam.bezons, fabrikam.toronto][: min(rows, 2)])
    with django_assert_num_queries(3):
        client.get(address)
