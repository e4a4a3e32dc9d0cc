"""The pages of the settings: what each role sees and changes, and what is refused beside which field."""

import pytest
from django.urls import reverse

from partners.models import Invitation, Membership, OrganizationChange, Role
from partners.organization.people import change_member
from tests.factories import NOW, LocationFactory, MembershipFactory
from tests.partners.organization.conftest import HOSTILE, HTMX, LISTS, addresses_with_ids, html, invited

pytestmark = pytest.mark.django_db


def every_address(at):
    return [*map(reverse, LISTS), reverse("organization-invite"), *addresses_with_ids(at)]


# --- who comes in ----------------------------------------------------------------------------------------------------
def test_anonymous_people_are_sent_to_the_sign_in_page(client, fabrikam):
    for address in every_address(fabrikam):
        assert client.get(address)["Location"].startswith(reverse("account_login"))
        assert client.get(address, headers=HTMX)["HX-Redirect"] == reverse("account_login")


def test_without_an_incentive_role_nobody_comes_in(client, fabrikam):
    client.force_login(fabrikam.member.user)
    for address in every_address(fabrikam):
        for method in ("get", "post"):
            response = getattr(client, method)(address)
            assert response.status_code == 403
            assert "You cannot see customer associations" in html(response)


def test_an_incentive_user_reads_everything_and_finds_no_control(client, fabrikam):
    invitation = invited(fabrikam, locations=[fabrikam.bezons])
    client.force_login(fabrikam.user.user)
    for name in LISTS:
        page = html(client.get(reverse(name)))
        main = page[page.index("<main") : page.index("</main>")].replace('role="search" method="get"', "")
        assert 'method="post"' not in main, name
        assert reverse("organization-invite") not in main
    assert invitation.email in html(client.get(reverse("organization-invitations")))
    person = html(client.get(reverse("organization-person", args=[fabrikam.admin.pk])))
    assert "Incentive Admin" in person
    assert "Save changes" not in person


def test_an_incentive_user_who_posts_is_refused_with_a_sentence_and_changes_nothing(client, fabrikam):
    addresses = [reverse("organization"), reverse("organization-invite"), *addresses_with_ids(fabrikam)]
    client.force_login(fabrikam.user.user)
    before = OrganizationChange.objects.count()
    data = {
        "role": "incentive_admin", "reach": "all", "name": "X", "email": "x@y.example", "full_name": "X",
    }  # fmt: skip
    for address in addresses:
        response = client.post(address, data)
        assert response.status_code == 403
        assert "Only an Incentive Admin of your organization can change this" in html(response)
    assert OrganizationChange.objects.count() == before
    assert Membership.objects.get(pk=fabrikam.user.pk).role == Role.INCENTIVE_USER
    assert Invitation.objects.get().state(now=NOW) == "open"


# --- nothing of others -----------------------------------------------------------------------------------------------
def test_every_id_of_another_organization_is_not_found(admin, rival):
    for address in addresses_with_ids(rival):
        for headers in ({}, HTMX):
            for method in ("get", "post"):
                response = getattr(admin, method)(address, {"role": "member", "reach": "all"}, headers=headers)
                assert response.status_code in {404, 405}
                assert b"ivalsecret" not in response.content
    assert Membership.objects.filter(organization=rival.organization).count() == 3
    assert Invitation.objects.get().state(now=NOW) == "open"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_lists_show_nothing_of_another_organization(headers, admin, rival):
    invited(rival, email="nell@rivalsecret.example", full_name="Nell Rivalsecret")
    change_member(rival.user, role="member", locations=[rival.bezons], by=rival.admin, now=NOW)
    rival.organization.preferred_contact_name = "Rivalsecret"
    rival.organization.save()
    for name in LISTS:
        response = admin.get(reverse(name), headers=headers)
        assert response.status_code == 200
        assert b"ivalsecret" not in response.content
    sought = html(admin.get(reverse("organization-people"), {"q": "rival"}, headers=headers))
    assert "Nobody found" in sought
    assert "ivalsecret" not in sought
    assert b"ivalsecret" not in admin.get(reverse("organization-changes"), {"before": "9" * 18}).content


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30])
def test_ids_that_do_not_exist_are_not_found(number, admin):
    for path in ("people/{}/", "people/{}/remove/", "invitations/{}/revoke/"):
        assert admin.get(f"/organization/{path.format(number)}").status_code == 404
    assert admin.post(f"/organization/invitations/{number}/resend/").status_code == 404


# --- the organisation ------------------------------------------------------------------------------------------------
def test_the_organization_page_shows_name_locations_and_people(admin, fabrikam):
    LocationFactory(organization=fabrikam.organization, is_active=False)
    page = html(admin.get(reverse("organization")))
    assert "Fabrikam Consulting" in page
    assert "2 active, 0 of them enrolled in a program; 1 inactive" in page
    assert reverse("enrollments") in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_the_preferred_contact_is_saved_listed_and_emptied(headers, admin, fabrikam):
    address = reverse("organization")
    response = admin.post(address, {"name": "Pat Partner", "email": "Pat@fabrikam.example"}, headers=headers)
    assert response.status_code == (204 if headers else 302)
    fabrikam.organization.refresh_from_db()
    assert fabrikam.organization.preferred_contact_name == "Pat Partner"
    assert "Preferred contact saved." in html(admin.get(address))
    admin.post(address, {"name": "Pat Partner", "email": "Pat@fabrikam.example"})
    assert "the same as before" in html(admin.get(address))
    admin.post(address, {"name": "", "email": ""})
    rows = list(OrganizationChange.objects.values_list("kind", "old", "new"))
    assert rows == [
        ("contact", "Pat Partner (Pat@fabrikam.example)", ""),
        ("contact", "", "Pat Partner (Pat@fabrikam.example)"),
    ]


@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        ("Pat", "", "Enter an e-mail address. To have no preferred contact, leave both empty."),
        ("", "pat@x.example", "Enter a name. To have no preferred contact, leave both empty."),
        ("Pat", "no address", "Enter an e-mail address such as name@company.com."),
        ("P" * 121, "pat@x.example", "at most 120 characters"),
        (HOSTILE + "@", "pat@x.example", "Enter a name without a web or e-mail address."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_wrong_contact_is_said_beside_the_field_and_stays_typed(headers, name, email, sentence, admin, fabrikam):
    response = admin.post(reverse("organization"), {"name": name, "email": email}, headers=headers)
    page = html(response)
    assert response.status_code == 422
    assert sentence in page
    assert "field--invalid" in page
    assert email in page
    assert (name if "<" not in name else "&lt;script&gt;alert(1)&lt;/script&gt;@") in page
    assert HOSTILE not in page
    fabrikam.organization.refresh_from_db()
    assert fabrikam.organization.preferred_contact_name == ""


# --- the list of changes ---------------------------------------------------------------------------------------------
def test_the_list_of_changes_has_who_what_before_and_after_and_pages(admin, fabrikam):
    for number in range(26):
        role = ["member", "incentive_user"][number % 2]
        change_member(fabrikam.user, role=role, locations=[], by=fabrikam.admin, now=NOW)
    page = html(admin.get(reverse("organization-changes")))
    assert page.count("Role changed") == 25
    assert "Ada Fabrikam" in page
    assert "Uma Fabrikam (uma@fabrikam.example)" in page
    oldest = OrganizationChange.objects.order_by("pk")[1].pk
    assert f"?before={oldest}" in page
    older = html(admin.get(reverse("organization-changes"), {"before": oldest}))
    assert older.count("Role changed") == 1
    assert admin.get(reverse("organization-changes"), {"before": "x"}).status_code == 200
    assert "No older changes" in html(admin.get(reverse("organization-changes"), {"before": "0"}))


# --- questions to the database ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("organization", 6),
        ("organization-people", 7),
        ("organization-invitations", 6),
        ("organization-changes", 5),
    ],
)
def test_queries_do_not_grow_with_the_rows(name, queries, rows, admin, fabrikam, django_assert_num_queries):
    for number in range(rows):
        member = MembershipFactory(organization=fabrikam.organization, role=Role.MEMBER)
        member.locations.set(LocationFactory.create_batch(number + 1, organization=fabrikam.organization))
        invited(fabrikam, email=f"p{number}@x.example", locations=list(member.locations.all()))
    with django_assert_num_queries(queries):
        admin.get(reverse(name))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_questions_for_one_person_do_not_grow_with_the_locations(rows, admin, fabrikam, django_assert_num_queries):
    fabrikam.user.locations.set(LocationFactory.create_batch(rows, organization=fabrikam.organization))
    with django_assert_num_queries(8):
        admin.get(reverse("organization-person", args=[fabrikam.user.pk]))
