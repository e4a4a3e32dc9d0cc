"""The dialogs of the claim page: they ask, refuse with a sentence, keep what was typed, and act once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from claims.deciding import approve
from claims.enums import ClaimStatus
from claims.models import Association, Claim
from customers.models import ConsentRequest
from tests.claims.journey import text_of
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    claim_under_review,
    pdf_upload,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def standing(status):
    now = timezone.now()
    return ClaimFactory(status=status, decided_at=now, action_due_at=now, submissions=1)


def sign_in(client, claim):
    client.force_login(claim.created_by)
    return claim


DIALOGS = {
    "claim-withdraw": (ClaimStatus.SUBMITTED, "Withdraw this submission?", "returns to Editing"),
    "claim-discard": (ClaimStatus.EDITING, "Discard this claim?", "cannot be brought back"),
    "claim-dispute": (ClaimStatus.REJECTED, "Dispute this rejection?", "only a new claim is possible"),
    "claim-disassociate": (ClaimStatus.APPROVED, "Disassociate this customer?", "This cannot be undone"),
    "claim-refresh": (ClaimStatus.APPROVED, "Add fresh proof of execution", "no new review begins"),
}


@pytest.mark.parametrize("route", DIALOGS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_each_says_the_consequences_and_changes_nothing_by_being_looked_at(route, headers, client):
    status, title, consequence = DIALOGS[route]
    claim = sign_in(client, standing(status))
    response = client.get(reverse(route, args=[claim.pk]), headers=headers)
    html = response.content.decode()
    assert response.status_code == 200
    assert ("<html" in html) == (not headers)
    assert title in text_of(html)
    assert consequence in text_of(html)
    claim.refresh_from_db()
    assert (claim.status, claim.events.count()) == (status, 0)


OTHER_STATES = [(route, status) for route in DIALOGS for status in ClaimStatus if status != DIALOGS[route][0]]


@pytest.mark.parametrize(("route", "status"), OTHER_STATES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_in_any_other_state_each_refuses_with_a_sentence(route, status, method, client):
    claim = sign_in(client, standing(status))
    response = getattr(client, method)(reverse(route, args=[claim.pk]), headers=HTMX)
    assert response.status_code == 409
    assert f"The status of this claim is {status.label}." in text_of(response.content.decode())
    assert "<textarea" not in response.content.decode()
    claim.refresh_from_db()
    assert (claim.status, claim.events.count()) == (status, 0)


@pytest.mark.parametrize("route", ["claim-dispute", "claim-disassociate"])
@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Say why"), ("   ", "Say why"), ("<b>x</b>" * 300, "at most 2,000 characters")]
)
def test_a_reason_that_is_missing_or_too_long_is_said_beside_the_field_and_stays_typed(route, typed, sentence, client):
    claim = sign_in(client, standing(DIALOGS[route][0]))
    response = client.post(reverse(route, args=[claim.pk]), {"message": typed}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html[html.index('id="message-error"') :]
    assert "<b>x</b>" not in html
    if typed.strip():
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in html
    claim.refresh_from_db()
    assert claim.status == DIALOGS[route][0]


def test_a_dispute_goes_out_with_its_files(client):
    claim = sign_in(client, standing(ClaimStatus.REJECTED))
    data = {"message": "The dates stand on page 2.", "proof": [pdf_upload("Page 2.pdf")]}
    response = client.post(reverse("claim-dispute", args=[claim.pk]), data, headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, claim.get_absolute_url())
    claim.refresh_from_db()
    assert (claim.status, claim.documents.get().name) == (ClaimStatus.DISPUTED, "Page 2.pdf")
    seen = text_of(client.get(claim.get_absolute_url()).content.decode())
    assert "The dates stand on page 2." in seen
    assert "Dispute under review" in seen


@pytest.mark.parametrize("route", ["claim-dispute", "claim-refresh"])
def test_a_bad_file_is_named_beside_its_field_and_nothing_happens(route, client):
    claim = sign_in(client, standing(DIALOGS[route][0]))
    data = {"message": "My justification", "proof": [SimpleUploadedFile("bad.exe", b"MZ")]}
    response = client.post(reverse(route, args=[claim.pk]), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "«bad.exe» is not of an accepted kind" in html[html.index('id="fresh-error"') :]
    if route == "claim-dispute":
        assert "My justification" in html
    claim.refresh_from_db()
    assert (claim.status, claim.documents.count()) == (DIALOGS[route][0], 0)


def test_a_refresh_without_a_file_is_refused(client):
    claim = sign_in(client, standing(ClaimStatus.APPROVED))
    response = client.post(reverse("claim-refresh", args=[claim.pk]))
    assert (response.status_code, "Choose a file to upload." in response.content.decode()) == (422, True)


def test_fresh_proof_shows_on_the_page_and_in_history(client):
    claim = sign_in(client, standing(ClaimStatus.APPROVED))
    client.post(reverse("claim-refresh", args=[claim.pk]), {"proof": [pdf_upload("Fresh.pdf")]})
    assert "added after the approval" in text_of(client.get(claim.get_absolute_url()).content.decode())
    history = text_of(client.get(reverse("claim-history", args=[claim.pk])).content.decode())
    assert "refreshed proof of execution. Fresh.pdf" in history


def test_disassociating_frees_the_products_and_the_customers_link_asks_no_more(client):
    claim = sign_in(client, claim_under_review())
    approve(claim, actor=reviewer_actor(), now=timezone.now())
    response = client.post(reverse("claim-disassociate", args=[claim.pk]), {"message": "The project is over."})
    assert response["Location"] == claim.get_absolute_url()
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.ENDED
    assert not Association.objects.filter(ended_at=None).exists()
    assert ConsentRequest.objects.get().withdrawn_at is not None
    seen = text_of(client.get(claim.get_absolute_url()).content.decode())
    assert f"{claim.created_by.full_name} disassociated the customer" in seen
    assert "The project is over." in seen


def test_the_submit_dialog_says_that_a_comment_is_too_long_and_keeps_it(client):
    claim = sign_in(client, DocumentFactory().claim)
    response = client.post(reverse("claim-submit", args=[claim.pk]), {"comment": "x" * 4001, "confirm": "1"})
    assert response.status_code == 422
    assert "at most 4,000 characters" in text_of(response.content.decode())
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.EDITING


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method, client):
    claim = sign_in(client, submitted_claim())
    for route in DIALOGS:
        assert getattr(client, method)(reverse(route, args=[claim.pk])).status_code == 405
