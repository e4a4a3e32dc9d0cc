"""Overview and enrolments: who sees them, who changes them (Q34)."""

import pytest
from django.urls import reverse

from partners.models import Enrollment, ProgramCode, Role
from tests.factories import EnrollmentFactory, LocationFactory, MembershipFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/incentives/enrollments/"


def change(client, location, go, program=ProgramCode.OSA_SELL):
    return client.post(ADDRESS, {"location": location.pk, "program": program, "go": go}, follow=True)


def test_the_overview_names_every_program_and_says_that_power_bi_is_not_claimed_here(client):
    client.force_login(MembershipFactory().user)
    html = client.get(reverse("overview")).content.decode()
    for program in ProgramCode:
        assert program.label in html
    assert "Power BI is not claimed here" in html


def test_an_incentive_admin_enrolls_a_location_and_takes_it_out_again(client):
    membership = MembershipFactory()
    location = LocationFactory(organization=membership.organization)
    client.force_login(membership.user)
    for _ in range(2):
        change(client, location, "enroll")
    assert Enrollment.objects.get().program == ProgramCode.OSA_SELL
    change(client, location, "leave")
    assert not Enrollment.objects.exists()


def test_an_incentive_user_sees_them_and_changes_nothing(client):
    membership = MembershipFactory(role=Role.INCENTIVE_USER)
    location = LocationFactory(organization=membership.organization)
    client.force_login(membership.user)
    html = client.get(ADDRESS).content.decode()
    assert str(location) in html
    assert "Enroll<" not in html
    assert (
        "Only an Incentive Admin of your company can change enrollments."
        in change(client, location, "enroll").content.decode()
    )
    assert not Enrollment.objects.exists()


def test_another_companys_locations_are_neither_seen_nor_changed(client):
    foreign = EnrollmentFactory(program=ProgramCode.OSA_SELL).location
    client.force_login(MembershipFactory().user)
    assert str(foreign.mpn_id) not in client.get(ADDRESS).content.decode()
    assert change(client, foreign, "leave").status_code == 404
    assert Enrollment.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"location": "9" * 40}, {"location": "x"}])
def test_odd_ids_are_not_found(data, client):
    client.force_login(MembershipFactory().user)
    assert client.post(ADDRESS, data).status_code == 404


def test_odd_programs_and_inactive_locations_are_refused_with_a_sentence(client):
    membership = MembershipFactory()
    location = LocationFactory(organization=membership.organization, is_active=False)
    client.force_login(membership.user)
    assert "There is no such program." in change(client, location, "leave", program="nonsense").content.decode()
    assert "is not active and cannot be enrolled" in change(client, location, "enroll").content.decode()


@pytest.mark.parametrize("name", ["overview", "enrollments"])
def test_only_the_incentive_roles_come_in(name, client):
    client.force_login(MembershipFactory(role=Role.MEMBER).user)
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_its_queries_do_not_grow_with_the_locations(rows, client, django_assert_num_queries):
    membership = MembershipFactory()
    LocationFactory.create_batch(rows, organization=membership.organization)
    client.force_login(membership.user)
    with django_assert_num_queries(6):
        client.get(ADDRESS)


def test_with_htmx_only_the_table_comes_back_and_the_change_is_told_as_a_toast(client):
    membership = MembershipFactory()
    location = LocationFactory(organization=membership.organization)
    client.force_login(membership.user)
    data = {"location": location.pk, "program": ProgramCode.OSA_SELL, "go": "enroll"}
    response = client.post(ADDRESS, data, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert "Leave<" in html
    assert f"Enrollments of {location} changed." in response["HX-Trigger"]
    assert Enrollment.objects.count() == 1
    refused = client.post(ADDRESS, data | {"program": "x"}, headers={"HX-Request": "true"})
    assert "There is no such program." in refused["HX-Trigger"]


def test_anonymous_people_are_sent_to_the_sign_in_page(client):
    assert client.get(ADDRESS)["Location"].startswith(reverse("account_login"))
    assert client.get(ADDRESS, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("account_login")
