"""The pages of people: found, given another role and access, removed; and what is refused beside which field."""

import pytest
from django.urls import reverse

from partners.models import Membership, Role
from tests.factories import MembershipFactory, UserFactory
from tests.partners.organization.conftest import HOSTILE, HTMX, addresses_with_ids, html

pytestmark = pytest.mark.django_db


def test_the_list_of_people_tells_role_access_and_last_sign_in(admin, fabrikam):
    fabrikam.user.locations.set([fabrikam.bezons])
    page = html(admin.get(reverse("organization-people")))
    for text in (
        "Uma Fabrikam",
        "uma@fabrikam.example",
        "Incentive User",
        str(fabrikam.bezons),
        "Never",
        "All locations",
    ):
        assert text in page


@pytest.mark.parametrize(("sought", "found"), [("uma", True), ("FABRIKAM uma", True), ("%", False), ("zz", False)])
def test_people_are_found_by_name_or_address(sought, found, admin):
    response = admin.get(reverse("organization-people"), {"q": sought}, headers=HTMX)
    assert ("uma@fabrikam.example" in html(response)) is found
    assert "<html" not in html(response)


@pytest.mark.parametrize("query", [{"q": HOSTILE}, {"q": "x" * 5000}, {"q": "\0"}, {"page": "x"}, {"page": "-3"}])
def test_odd_searches_are_answered(query, admin):
    response = admin.get(reverse("organization-people"), query)
    assert response.status_code == 200
    assert HOSTILE not in html(response)


def test_a_long_list_of_people_has_pages_that_keep_the_search(admin, fabrikam):
    for number in range(30):
        user = UserFactory(full_name=f"Zed {number:02}", email=f"zed{number}@fabrikam.example")
        MembershipFactory(organization=fabrikam.organization, user=user)
    first = html(admin.get(reverse("organization-people"), {"q": "zed"}))
    assert "?q=zed&amp;page=2" in first
    second = html(admin.get(reverse("organization-people"), {"q": "zed", "page": 2}))
    assert ("Zed 24" in first, "Zed 25" in first, "Zed 25" in second) == (True, False, True)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_admin_gives_a_person_another_role_and_access(headers, admin, fabrikam):
    address = reverse("organization-person", args=[fabrikam.user.pk])
    data = {"role": "member", "reach": "chosen", "locations": [fabrikam.bezons.pk]}
    response = admin.post(address, data, headers=headers)
    target = response["HX-Redirect"] if headers else response["Location"]
    assert target == reverse("organization-people")
    member = Membership.objects.get(pk=fabrikam.user.pk)
    assert (member.role, list(member.locations.all())) == (Role.MEMBER, [fabrikam.bezons])
    assert "Role and access of Uma Fabrikam saved." in html(admin.get(target))
    admin.post(address, {"role": "member", "reach": "all", "locations": [fabrikam.bezons.pk]})
    assert not member.locations.exists()


def test_the_dialog_is_a_part_of_the_page(admin, fabrikam):
    for address in [*addresses_with_ids(fabrikam)[:3], reverse("organization-invite")]:
        part, page = html(admin.get(address, headers=HTMX)), html(admin.get(address))
        assert "<html" not in part
        assert 'id="dialog-title"' in part
        assert page.count("<h1") == 1
        assert "<html" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"role": "owner", "reach": "all"}, "Select one of these roles."),
        ({"role": "", "reach": "all"}, "Select a role."),
        ({"role": "member", "reach": ""}, "Select an MPN access."),
        ({"role": "member", "reach": "chosen"}, "Select at least one MPN location, or give access to all of them."),
        ({"role": "member", "reach": "chosen", "locations": "x"}, "no MPN location of your organization"),
        ({"role": "member", "reach": "chosen", "locations": "9" * 40}, "no MPN location of your organization"),
        ({"role": "member", "reach": "all", "locations": "-1"}, "no MPN location of your organization"),
    ],
)
def test_a_wrong_role_or_access_is_said_and_changes_nothing(data, sentence, admin, fabrikam):
    for headers in ({}, HTMX):
        response = admin.post(reverse("organization-person", args=[fabrikam.user.pk]), data, headers=headers)
        assert response.status_code == 422
        assert sentence in html(response)
    assert Membership.objects.get(pk=fabrikam.user.pk).role == Role.INCENTIVE_USER


def test_a_location_of_another_organization_cannot_be_given(admin, fabrikam, rival):
    data = {"role": "member", "reach": "chosen", "locations": [rival.toronto.pk]}
    response = admin.post(reverse("organization-person", args=[fabrikam.user.pk]), data)
    assert "no MPN location of your organization" in html(response)
    assert str(rival.toronto.mpn_id) not in html(response)


def test_the_only_admin_reads_why_the_own_role_stays(admin, fabrikam):
    address = reverse("organization-person", args=[fabrikam.admin.pk])
    page = html(admin.get(address))
    assert "You are the only Incentive Admin." in page
    assert "Save changes" not in page
    response = admin.post(address, {"role": "member", "reach": "all"})
    assert response.status_code == 409
    assert "can only be changed by another Incentive Admin" in html(response)
    removal = admin.post(reverse("organization-person-remove", args=[fabrikam.admin.pk]))
    assert removal.status_code == 409
    assert "You cannot remove yourself." in html(removal)


def test_removing_asks_first_and_tells_what_follows(admin, fabrikam):
    address = reverse("organization-person-remove", args=[fabrikam.user.pk])
    page = html(admin.get(address))
    assert "Claims this person created stay with your organization." in page
    assert Membership.objects.filter(pk=fabrikam.user.pk).exists()
    assert "no longer belongs" in html(admin.post(address, follow=True))
    assert not Membership.objects.filter(pk=fabrikam.user.pk).exists()
    assert admin.post(address).status_code == 404


def test_a_person_removed_while_signed_in_reads_it_with_the_next_click(fabrikam, client):
    client.force_login(fabrikam.user.user)
    associations = reverse("associations")
    assert client.get(associations).status_code == 200
    fabrikam.user.delete()
    for address in (associations, reverse("organization"), reverse("home"), reverse("association-new")):
        response = client.get(address)
        assert response.status_code == 403
        assert "Your account does not belong to a partner organization." in html(response)
    assert client.get(reverse("notices")).status_code == 200
