"""What the organisation's settings mean for claims: suggested contact, offered locations, who is told."""

import pytest
from django.urls import reverse

from claims.enums import ClaimAction
from claims.messages import tell_approved
from claims.models import ClaimEvent
from notifications.models import Notice, OutgoingEmail
from partners.models import Role
from partners.organization.people import remove_member
from tests.claims.journey import Journey, text_of
from tests.factories import NOW, ClaimFactory, MembershipFactory, WorkloadFactory, put_on_tenant

pytestmark = pytest.mark.django_db
M365 = "microsoft_365"


def contact_step(client, membership):
    """The wizard's last step, as it opens."""
    journey = Journey(client, membership)
    workload = WorkloadFactory()
    put_on_tenant(workload, journey.tenant)
    journey.to_products(area=M365, activities=["usage"])
    journey.post(products=[workload.pk])
    assert journey.step() == "contacts"
    return journey.page()


def test_the_contact_step_suggests_the_preferred_contact(client, fabrikam):
    client.force_login(fabrikam.admin.user)
    client.post(reverse("organization"), {"name": "Pat Partner", "email": "pat@fabrikam.example"})
    fabrikam.user.refresh_from_db()
    page = contact_step(client, fabrikam.user)
    assert 'value="Pat Partner"' in page
    assert 'value="pat@fabrikam.example"' in page


def test_without_a_preferred_contact_it_suggests_whoever_files(client, fabrikam):
    page = contact_step(client, fabrikam.user)
    assert 'value="Uma Fabrikam"' in page
    assert 'value="uma@fabrikam.example"' in page


def test_the_wizard_offers_and_takes_only_locations_the_person_has_access_to(client, fabrikam):
    fabrikam.user.locations.set([fabrikam.bezons])
    journey = Journey(client, fabrikam.user)
    journey.post(solution_area=M365)
    journey.post(activities=["usage"])
    page = text_of(journey.page())
    assert str(fabrikam.bezons) in page
    assert str(fabrikam.toronto) not in page
    refused = journey.customer(location=fabrikam.toronto.pk)
    assert "Select an active MPN location that you have access to." in refused.content.decode()
    assert journey.customer(location=fabrikam.bezons.pk).status_code == 302


def test_claims_of_locations_without_access_stay_visible(client, fabrikam):
    claim = ClaimFactory(organization=fabrikam.organization, location=fabrikam.toronto, name="Toronto claim")
    fabrikam.user.locations.set([fabrikam.bezons])
    client.force_login(fabrikam.user.user)
    assert "Toronto claim" in client.get(reverse("associations")).content.decode()
    assert client.get(claim.get_absolute_url()).status_code == 200


def approved(claim):
    event = ClaimEvent.objects.create(
        claim=claim, action=ClaimAction.APPROVE, actor_kind="reviewer", actor_name="Microsoft", at=NOW
    )
    tell_approved(claim, event=event, disputed=False)


def test_a_removed_person_learns_nothing_more_of_its_claims_and_the_admins_do(fabrikam, rival):
    person = fabrikam.user.user
    claim = ClaimFactory(
        organization=fabrikam.organization, created_by=person, partner_contact_email=person.email.upper()
    )
    remove_member(fabrikam.user, by=fabrikam.admin, now=NOW)
    MembershipFactory(user=person, organization=rival.organization, role=Role.INCENTIVE_ADMIN)
    before = Notice.objects.filter(user=person).count()
    approved(claim)
    assert Notice.objects.filter(user=person).count() == before
    assert Notice.objects.filter(user=fabrikam.admin.user, kind="claim.approve").count() == 1
    told = [address for mail in OutgoingEmail.objects.all() for address in mail.to]
    assert told == ["ada@fabrikam.example"]


def test_a_creator_who_stays_and_an_outside_contact_are_told_as_ever(fabrikam):
    claim = ClaimFactory(
        organization=fabrikam.organization, created_by=fabrikam.user.user, partner_contact_email="assistant@x.example"
    )
    approved(claim)
    assert [mail.to for mail in OutgoingEmail.objects.order_by("pk")] == [
        ["uma@fabrikam.example"],
        ["assistant@x.example"],
    ]
    assert not Notice.objects.filter(user=fabrikam.admin.user).exists()
