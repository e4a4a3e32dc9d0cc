"""What staff may do with the tables in the admin: keep master data, never move a claim."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from claims.associations import open_associations
from claims.models import ReasonCode
from partners.models import Membership
from tests.factories import (
    NOW,
    LocationFactory,
    MembershipFactory,
    OrganizationFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
)

pytestmark = pytest.mark.django_db


def member_of(group):
    reviewer = ReviewerFactory()
    reviewer.groups.add(Group.objects.get(name=group))
    return reviewer


def lists():
    tables = [model._meta for model in admin.site._registry]
    return [reverse(f"admin:{table.app_label}_{table.model_name}_changelist") for table in tables]


def test_of_the_claims_tables_staff_find_only_reasons_associations_and_holidays_in_the_admin():
    registered = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "claims"}
    assert registered == {"reasoncode", "association", "holiday"}


def test_not_even_an_administrator_changes_an_association(client):
    claim = claim_under_review()
    (association,) = open_associations(claim, now=NOW)
    client.force_login(ReviewerFactory(is_superuser=True))
    address = reverse("admin:claims_association_change", args=[association.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"ended_at": ""}).status_code == 403
    assert client.post(reverse("admin:claims_association_delete", args=[association.pk])).status_code == 403
    assert client.get(reverse("admin:claims_association_add")).status_code == 403


def test_a_reviewer_reads_the_texts_of_reasons_and_a_lead_changes_them(client):
    reason = ReasonCode.objects.get(code="dates_missing")
    address = reverse("admin:claims_reasoncode_change", args=[reason.pk])
    data = {
        "title": "Dates are missing",
        "text": "Show both dates.",
        "about": "document",
        "for_action": "on",
        "position": 2,
        "is_active": "on",
    }
    client.force_login(member_of("Reviewers"))
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 403
    client.force_login(member_of("Review leads"))
    assert client.post(address, data | {"code": "renamed"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.code, reason.text) == ("dates_missing", "Show both dates.")
    assert client.post(reverse("admin:claims_reasoncode_delete", args=[reason.pk])).status_code == 403


def test_a_reviewer_opens_tenants_products_and_partners_but_changes_none(client):
    organization, location = OrganizationFactory(), LocationFactory()
    pages = {
        "customers_tenant": TenantFactory(),
        "customers_product": WorkloadFactory(),
        "partners_partnerorganization": organization,
        "partners_location": location,
        "partners_membership": MembershipFactory(organization=organization),
    }
    client.force_login(member_of("Reviewers"))
    for name, row in pages.items():
        address = reverse(f"admin:{name}_change", args=[row.pk])
        assert client.get(address).status_code == 200, name
        assert client.post(address, {}).status_code == 403, name


def test_a_reviewer_sees_no_accounts_and_makes_nobody_a_reviewer(client):
    client.force_login(member_of("Review leads"))
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert client.post(reverse("admin:accounts_user_add"), {"email": "x@y.example"}).status_code == 403


def test_an_administrator_opens_every_list_and_every_empty_form(client):
    client.force_login(ReviewerFactory(is_superuser=True))
    for address in lists():
        assert client.get(address, {"q": "1"}).status_code == 200, address
        assert client.get(f"{address}add/").status_code in {200, 403}, address


def test_an_administrator_adds_a_person_whose_address_is_kept_in_lower_case(client):
    client.force_login(ReviewerFactory(is_superuser=True))
    secret = "a long pass phrase"
    data = {"email": "New.Person@Partner.Example", "full_name": "New Person", "password1": secret, "password2": secret}
    assert client.post(reverse("admin:accounts_user_add"), data).status_code == 302
    assert User.objects.get(email="new.person@partner.example").check_password(secret)
    again = client.post(reverse("admin:accounts_user_add"), data)
    assert "already" in again.content.decode()


def test_a_membership_is_limited_only_to_locations_of_its_own_organisation(client):
    membership = MembershipFactory()
    own, foreign = LocationFactory(organization=membership.organization), LocationFactory()
    client.force_login(ReviewerFactory(is_superuser=True))
    address = reverse("admin:partners_membership_change", args=[membership.pk])
    assert client.post(address, {"role": membership.role, "locations": [foreign.pk]}).status_code == 200
    assert not membership.locations.exists()
    assert client.post(address, {"role": membership.role, "locations": [own.pk]}).status_code == 302
    assert list(membership.locations.all()) == [own]


def test_the_owner_and_the_mpn_id_of_a_location_stay(client):
    location, other = LocationFactory(mpn_id=563676), OrganizationFactory()
    client.force_login(ReviewerFactory(is_superuser=True))
    data = {
        "organization": other.pk,
        "mpn_id": 1,
        "city": "Ottawa",
        "country": "CA",
        "is_active": "on",
        "enrollments-TOTAL_FORMS": 0,
        "enrollments-INITIAL_FORMS": 0,
    }
    assert client.post(reverse("admin:partners_location_change", args=[location.pk]), data).status_code == 302
    owner = location.organization
    location.refresh_from_db()
    assert (location.city, location.mpn_id, location.organization) == ("Ottawa", 563676, owner)


def test_a_person_belongs_to_one_organisation_and_the_form_says_so(client):
    membership = MembershipFactory()
    client.force_login(ReviewerFactory(is_superuser=True))
    data = {"user": membership.user_id, "organization": OrganizationFactory().pk, "role": "member"}
    response = client.post(reverse("admin:partners_membership_add"), data)
    assert response.status_code == 200
    assert Membership.objects.count() == 1


def test_a_location_is_made_inactive_and_never_deleted(client):
    location = LocationFactory()
    client.force_login(ReviewerFactory(is_superuser=True))
    assert client.post(f"/admin/partners/location/{location.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(
        "/admin/partners/location/", {"action": "delete_selected", "_selected_action": [location.pk], "post": "yes"}
    )
    location.refresh_from_db()
