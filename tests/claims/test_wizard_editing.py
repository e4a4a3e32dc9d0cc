"""Editing a claim with the wizard's own steps (R130-R132)."""

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimDraft
from tests.claims.journey import BA, CONTACTS, Journey, text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    LocationFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    put_on_tenant,
)

pytestmark = pytest.mark.django_db


class TestEditing:
    def test_products_and_contacts_change_and_the_difference_is_in_history(self, client):
        claim = ClaimFactory()
        client.force_login(claim.created_by)
        client.get(claim.get_absolute_url())
        other = WorkloadFactory()
        put_on_tenant(other, claim.tenant)
        for line in claim.lines.all():
            put_on_tenant(line.product, claim.tenant)
        journey = Journey.__new__(Journey)
        journey.client = client
        journey.at = client.post(reverse("claim-edit", args=[claim.pk]))["Location"]
        journey.post(location=claim.location.pk)
        journey.post(products=[other.pk])
        journey.post(**CONTACTS)
        claim.refresh_from_db()
        assert claim.lines.get().product == other
        assert claim.customer_contact_name == "Joseph Jones"
        changes = {change["label"] for change in claim.events.get(action="edit").data["changes"]}
        assert {"Product(s)", "Partner contact", "Claim name"} <= changes
        assert not ClaimDraft.objects.exists()

    def test_mpn_location_and_subscriptions_change_and_the_difference_is_in_history(self, client):
        tenant, product = TenantFactory(), ProductFactory()
        put_on_tenant(product, tenant)
        first, second = SubscriptionFactory.create_batch(2, tenant=tenant, product=product)
        claim = ClaimFactory(
            tenant=tenant, solution_area=BA, activities=["usage"], products=[product], subscriptions=[first],
            status=ClaimStatus.ACTION_REQUIRED, action_due_at=NOW,
        )  # fmt: skip
        bezons = LocationFactory(organization=claim.organization, city="Bezons", country="FR", mpn_id=504203)
        client.force_login(claim.created_by)
        journey = Journey.__new__(Journey)
        journey.client = client
        journey.at = client.post(reverse("claim-edit", args=[claim.pk]))["Location"]
        journey.post(location=bezons.pk)
        journey.post(products=[product.pk])
        assert journey.step() == "subscriptions"
        journey.post(**{f"subscription_{product.pk}": [second.shown_id]})
        journey.post(**CONTACTS)
        claim = Claim.objects.get(pk=claim.pk)
        assert claim.location == bezons
        assert claim.lines.get().subscriptions.get().subscription == second
        seen = text_of(client.get(reverse("claim-history", args=[claim.pk])).content.decode())
        for text in ("BEZONS, FR (504203)", "TORONTO, CA", first.shown_id, second.shown_id):
            assert text in seen

    @pytest.mark.parametrize("status", [ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW])
    def test_a_claim_in_review_cannot_be_edited_by_any_address(self, status, client):
        claim = ClaimFactory(status=status)
        client.force_login(claim.created_by)
        assert client.post(reverse("claim-edit", args=[claim.pk])).status_code == 409
        for slug in ("customer", "products", "contacts"):
            response = client.post(reverse("claim-edit-step", args=[claim.pk, slug]), {"claim_name": "Hacked"})
            assert response.status_code == 302
        claim.refresh_from_db()
        assert claim.name != "Hacked"
        assert not claim.events.exists()

    def test_a_submission_overtakes_an_edit_that_was_begun_before(self, client):
        claim = ClaimFactory()
        client.force_login(claim.created_by)
        client.post(reverse("claim-edit", args=[claim.pk]))
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.SUBMITTED)
        response = client.post(reverse("claim-edit-step", args=[claim.pk, "contacts"]), CONTACTS)
        assert response["Location"] == claim.get_absolute_url()
        claim.refresh_from_db()
        assert claim.customer_contact_name != CONTACTS["claim_name"]
