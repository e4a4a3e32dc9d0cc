"""The proof of execution template: fillable, prefilled, tagged, and closed to the outside."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from claims.pdf import fetch_nothing, poe_template
from tests.factories import ClaimFactory, WorkloadFactory

pytestmark = pytest.mark.django_db


def test_it_is_prefilled_fillable_and_tagged():
    claim = ClaimFactory(products=WorkloadFactory.create_batch(2), name="M365 for CompanyX")
    reader = PdfReader(io.BytesIO(poe_template(claim)))
    fields = {name: field.get("/V") for name, field in (reader.get_fields() or {}).items()}
    assert fields["partner"] == claim.organization.name
    assert fields["tenant"] == str(claim.tenant.tenant_id)
    assert {"customer_signature", "customer_signed_on", "activities", "milestones", "product_1", "product_2"} <= set(
        fields
    )
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    text = "".join(page.extract_text() for page in reader.pages)
    for line in claim.lines.all():
        assert line.product.label in text
    assert "M365 for CompanyX" in text


def test_hostile_names_are_text_and_no_address_is_fetched():
    claim = ClaimFactory(name='<img src="file:///etc/passwd"><script>alert(1)</script>')
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(poe_template(claim))).pages)
    assert "<img src=" in text
    with pytest.raises(ValueError, match="not fetched"):
        fetch_nothing("http://127.0.0.1/")


def test_it_is_downloaded_from_the_claim_page(client):
    claim = ClaimFactory()
    client.force_login(claim.created_by)
    response = client.get(reverse("claim-template", args=[claim.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
