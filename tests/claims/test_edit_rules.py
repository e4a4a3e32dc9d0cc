"""Editing a claim: each field keeps the wizard's own rule, what is locked stays locked, and colleagues do not overwrite."""

import pytest
from django.urls import reverse

from claims.models import Claim, ClaimDraft
from tests.claims.journey import CONTACTS, text_of
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    LocationFactory,
    MembershipFactory,
    ProductFactory,
    WorkloadFactory,
    put_on_tenant,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(client):
    claim = ClaimFactory()
    put_on_tenant(claim.lines.get().product, claim.tenant)
    client.force_login(claim.created_by)
    client.post(reverse("claim-edit", args=[claim.pk]))
    return claim


def step(claim, slug):
    return reverse("claim-edit-step", args=[claim.pk, slug])


def walk(client, claim, **contacts):
    client.post(step(claim, "customer"), {"location": claim.location.pk})
    client.post(step(claim, "products"), {"products": [line.product_id for line in claim.lines.all()]})
    return client.post(step(claim, "contacts"), CONTACTS | contacts)


def test_the_first_step_says_what_cannot_be_edited(claim, client):
    seen = text_of(client.get(step(claim, "customer")).content.decode())
    assert "Solution area and activity selection is not editable." in seen
    for text in ("Microsoft 365", "Usage", claim.customer_domain, str(claim.tenant.tenant_id).upper()):
        assert text in seen


def test_posted_solution_area_activity_and_customer_change_nothing(claim, client):
    forged = {"solution_area": "business_applications", "activities": ["pre_sales"], "domain": "evil.example"}
    client.post(step(claim, "customer"), {"location": claim.location.pk} | forged)
    client.post(step(claim, "products"), {"products": [claim.lines.get().product_id]} | forged)
    client.post(step(claim, "contacts"), CONTACTS | forged)
    after = Claim.objects.get(pk=claim.pk)
    assert after.customer_contact_name == "Joseph Jones"
    assert (after.solution_area, after.activities) == (claim.solution_area, claim.activities)
    assert (after.customer_domain, after.tenant_id) == (claim.customer_domain, claim.tenant_id)


def test_a_location_must_be_an_active_one_of_the_own_company(claim, client):
    foreign = LocationFactory(city="Secret City")
    inactive = LocationFactory(organization=claim.organization, is_active=False)
    for wrong in (foreign.pk, inactive.pk, "", "9" * 30, "<script>"):
        response = client.post(step(claim, "customer"), {"location": wrong})
        assert response.status_code == 422, wrong
        assert "MPN location" in text_of(response.content.decode())
        assert "Secret City" not in response.content.decode()


def test_products_keep_the_rules_of_the_wizard(claim, client):
    client.post(step(claim, "customer"), {"location": claim.location.pk})
    five = WorkloadFactory.create_batch(5)
    for product in five:
        put_on_tenant(product, claim.tenant)
    absent, other_area = WorkloadFactory(), ProductFactory()
    taken = WorkloadFactory()
    put_on_tenant(taken, claim.tenant)
    submitted_claim(organization=claim.organization, tenant=claim.tenant, products=[taken])
    for wrong, sentence in (
        ([product.pk for product in five], "Select up to four"),
        ([], "Select at least one"),
        ([absent.pk], "does not exist on the customer's tenant"),
        ([other_area.pk], "cannot be claimed"),
        ([taken.pk], "Your company has already submitted"),
        (["nonsense"], "cannot be claimed"),
    ):
        response = client.post(step(claim, "products"), {"products": wrong})
        assert response.status_code == 422, sentence
        assert sentence in text_of(response.content.decode())


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("customer_name", "", "Enter the name of your customer's contact."),
        ("customer_name", "x" * 121, "at most 120 characters"),
        ("customer_email", "nobody", "Enter an e-mail address such as"),
        ("customer_email", "someone@fabrikam.example", "must not belong to your own company"),
        ("customer_title", "", "Enter the work title"),
        ("partner_email", "a b@c", "Enter an e-mail address such as"),
        ("claim_name", "", "Name this claim."),
        ("claim_name", "<script>alert(1)</script>" * 6, "at most 120 characters"),
    ],
)
def test_contacts_keep_the_rules_of_the_wizard_and_what_was_typed(field, typed, sentence, claim, client):
    response = walk(client, claim, **{field: typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in text_of(html)
    assert "<script>alert" not in html
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in html
    assert not claim.events.exists()


def test_saving_says_so_and_saving_nothing_new_writes_no_history(claim, client):
    walk(client, claim)
    assert "Your changes were saved." in text_of(client.get(claim.get_absolute_url()).content.decode())
    assert claim.events.count() == 1
    client.post(reverse("claim-edit", args=[claim.pk]))
    walk(client, claim)
    assert claim.events.count() == 1


def test_cancel_leaves_nothing(claim, client):
    client.post(step(claim, "customer"), {"location": claim.location.pk})
    client.post(reverse("claim-edit-cancel", args=[claim.pk]))
    assert not ClaimDraft.objects.exists()
    assert not claim.events.exists()


class TestTwoColleagues:
    def test_the_second_to_save_is_told_who_was_faster_and_overwrites_nothing(self, claim, client):
        colleague = MembershipFactory(organization=claim.organization).user
        client.force_login(colleague)
        client.post(reverse("claim-edit", args=[claim.pk]))
        walk(client, claim, claim_name="Of the colleague")
        client.force_login(claim.created_by)
        response = walk(client, claim, claim_name="Of the creator")
        assert response.status_code == 409
        seen = response.content.decode()
        assert f"{colleague.full_name} changed this claim while you were editing it" in text_of(seen)
        assert "Of the creator" in seen
        assert Claim.objects.get(pk=claim.pk).name == "Of the colleague"

    def test_a_document_or_comment_of_a_colleague_is_no_reason_to_refuse(self, claim, client):
        DocumentFactory(claim=claim)
        client.post(reverse("claim-comment", args=[claim.pk]), {"comment": "Meanwhile"})
        assert walk(client, claim, claim_name="Saved").status_code == 302
        assert Claim.objects.get(pk=claim.pk).name == "Saved"

    def test_who_begins_anew_after_that_may_save(self, claim, client):
        Claim.objects.filter(pk=claim.pk).update(name="Changed meanwhile")
        assert walk(client, claim).status_code == 409
        client.post(reverse("claim-edit", args=[claim.pk]))
        assert walk(client, claim, claim_name="Second try").status_code == 302
        assert Claim.objects.get(pk=claim.pk).name == "Second try"
