"""The pages of the settings: what each role sees and changes, and what is refused beside which field."""

import pytest
from django.urls import reverse

from notifications.models import OutgoingEmail
from partners.models import Invitation, Membership, OrganizationChange, Role
from partners.organization.people import change_member
from tests.factories import NOW, LocationFactory, MembershipFactory, UserFactory
from tests.partners.organization.conftest import invited

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>"
LISTS = ["organization", "organization-people", "organization-invitations", "organization-changes"]


def html(response):
    return response.content.decode()


def addresses_with_ids(at):
    invitation = Invitation.objects.filter(organization=at.organization).first() or invited(at)
    return [
        reverse("organization-person", args=[at.user.pk]),
        reverse("organization-person-remove", args=[at.user.pk]),
        reverse("organization-invitation-revoke", args=[invitation.pk]),
        reverse("organization-invitation-resend", args=[invitation.pk]),
    ]


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
        assert "Only an Incentive Admin of your\n      organization can change this" in html(response)
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


# --- people ----------------------------------------------------------------------------------------------------------
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


# --- invitations -----------------------------------------------------------------------------------------------------
def invitation_data(**changed):
    return {"email": "new@x.example", "full_name": "Nell New", "role": "incentive_user", "reach": "all"} | changed


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_admin_invites_a_person(headers, admin, fabrikam):
    data = invitation_data(reach="chosen", locations=[fabrikam.bezons.pk])
    response = admin.post(reverse("organization-invite"), data, headers=headers)
    target = response["HX-Redirect"] if headers else response["Location"]
    page = html(admin.get(target))
    for text in ("Invitation to new@x.example is on its way.", "Nell New", str(fabrikam.bezons), "by Ada Fabrikam"):
        assert text in page
    assert OutgoingEmail.objects.get().to == ["new@x.example"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": ""}, "Enter an e-mail address."),
        ({"email": "x"}, "Enter an e-mail address such as name@company.com."),
        ({"email": "uma@fabrikam.example"}, "This person already belongs to your organization."),
        ({"email": "UMA@Fabrikam.example"}, "This person already belongs to your organization."),
        ({"full_name": ""}, "Enter the person&#x27;s full name."),
        ({"full_name": "N" * 121}, "at most 120 characters"),
        ({"full_name": HOSTILE + "www.evil.example"}, "Enter a name without a web or e-mail address."),
        ({"role": "nonsense"}, "Select one of these roles."),
        ({"reach": "chosen"}, "Select at least one MPN location"),
    ],
)
def test_a_wrong_invitation_is_said_beside_the_field_and_stays_typed(changed, sentence, admin):
    for headers in ({}, HTMX):
        response = admin.post(reverse("organization-invite"), invitation_data(**changed), headers=headers)
        page = html(response)
        assert response.status_code == 422
        assert page.count(sentence) >= 2  # in the summary and beside the field
        assert "field--invalid" in page
        for typed in (invitation_data() | changed).values():
            if typed and len(typed) > 6 and "<" not in typed and typed != "nonsense":
                assert typed in page
        assert HOSTILE not in page
    assert not Invitation.objects.exists()


def test_a_limit_is_said_above_the_form_and_what_was_typed_stays(admin, fabrikam, monkeypatch):
    monkeypatch.setattr("partners.organization.inviting.MOST_OPEN", 0)
    response = admin.post(reverse("organization-invite"), invitation_data())
    assert response.status_code == 409
    assert "invitations are open" in html(response)
    assert 'value="Nell New"' in html(response)


def test_an_invitation_is_sent_again_and_revoked(admin, fabrikam):
    invitation = invited(fabrikam)
    again = admin.post(reverse("organization-invitation-resend", args=[invitation.pk]), follow=True)
    assert "Only the new link works." in html(again)
    revoke = reverse("organization-invitation-revoke", args=[invitation.pk])
    assert "will stop working" in html(admin.get(revoke))
    assert Invitation.objects.get().revoked_at is None
    assert "revoked." in html(admin.post(revoke, follow=True))
    assert "No open invitations" in html(admin.get(reverse("organization-invitations")))
    for name in ("resend", "revoke"):
        late = admin.post(reverse(f"organization-invitation-{name}", args=[invitation.pk]), follow=True)
        assert "This invitation is no longer open." in html(late)
    assert admin.get(reverse("organization-invitation-resend", args=[invitation.pk])).status_code == 405


def test_hostile_names_are_shown_as_text(admin, fabrikam):
    invited(fabrikam, full_name=HOSTILE)
    fabrikam.user.user.full_name = HOSTILE
    fabrikam.user.user.save()
    change_member(fabrikam.user, role="member", locations=[], by=fabrikam.admin, now=NOW)
    for name in LISTS:
        assert HOSTILE not in html(admin.get(reverse(name)))
    for address in addresses_with_ids(fabrikam)[:3]:
        assert HOSTILE not in html(admin.get(address))


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
