"""The partner's pages: what they print in every state, and what they refuse."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from claims.deciding import approve, reject, request_action, start_review
from claims.diagram import stages_of
from claims.enums import ClaimStatus
from claims.models import Claim, Document, ReasonCode
from claims.submitting import submit
from tests.answers import answer_everything
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    WorkloadFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    pdf_upload,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def sign_in(client, claim):
    client.force_login(claim.created_by)
    return claim


def page(client, claim):
    response = client.get(claim.get_absolute_url())
    assert response.status_code == 200
    return text_of(response.content.decode())


def reason(code="product_missing"):
    return [ReasonCode.objects.get(code=code)]


class TestDashboard:
    def test_it_is_paged_by_key_newest_activity_first_without_gaps_or_repeats(self, client):
        first = sign_in(client, ClaimFactory())
        more = ClaimFactory.create_batch(
            54, organization=first.organization, location=first.location, created_by=first.created_by,
            tenant=first.tenant, products=[WorkloadFactory()], last_activity_at=NOW,
        )  # fmt: skip
        seen, address = [], reverse("associations")
        while address:
            response = client.get(address)
            claims = response.context["page"].claims
            seen += [claim.pk for claim in claims]
            key = response.context["page"].next_key
            address = f"{reverse('associations')}?after={key.replace('+', '%2B')}" if key else ""
        assert seen == [*[claim.pk for claim in reversed(more)], first.pk]

    @pytest.mark.parametrize(
        "key", ["", "nonsense", "2026-01-01_1", "0001-01-01T00:00:00+00:00_" + "9" * 40, "_", "é_1"]
    )
    def test_a_key_that_makes_no_sense_does_not_break_the_page(self, key, client):
        sign_in(client, ClaimFactory())
        assert client.get(reverse("associations"), {"after": key}).status_code == 200

    def test_discarded_claims_are_gone_and_an_empty_list_teaches(self, client):
        sign_in(client, ClaimFactory(status=ClaimStatus.DISCARDED))
        assert "No associations yet" in text_of(client.get(reverse("associations")).content.decode())

    def test_htmx_gets_the_table_alone(self, client):
        sign_in(client, ClaimFactory(name="Scenario 1"))
        html = client.get(reverse("associations"), headers=HTMX).content.decode()
        assert "<html" not in html
        assert "Scenario 1" in html


class TestClaimPage:
    def test_the_rows_of_claim_details_stand_in_order(self, client):
        claim = sign_in(client, ClaimFactory(name="Dynamics for CompanyX"))
        seen = page(client, claim)
        assert f"Dynamics for CompanyX ({claim.pk})" in seen
        rows = [
            "Claim ID",
            "Date created",
            "Solution area",
            "Activity",
            "Location",
            "Partner ",
            "Customer tenant ID",
            "Customer domain name",
            "Customer contact",
            "Product(s)",
        ]
        places = [seen.index(row, seen.index("Claim ID")) for row in rows]
        assert places == sorted(places)
        assert f"{claim.location.label} (MPN: {claim.location.mpn_id})" in seen
        assert str(claim.tenant.tenant_id).upper() in seen
        assert "Joseph Jones (joseph@" in seen
        assert (
            "Edit your MPN selection, product/workload selection, and contact information. Solution area and activity selection is not editable."
            in seen
        )
        assert "Flags" not in seen

    def test_flags_are_counted_once_it_is_submitted_and_name_no_rival(self, client):
        claim = sign_in(client, submitted_claim(customer_contact_email="someone@gmail.com"))
        rival = submitted_claim(tenant=claim.tenant, products=[claim.lines.get().product])
        seen = page(client, claim)
        assert "Flags 2" in seen
        assert rival.organization.name not in seen
        assert "the review may take longer than five business days" in seen

    @pytest.mark.parametrize(
        ("status", "ready", "texts"),
        [
            (ClaimStatus.EDITING, False, ["Editing", "Review", "Approval"]),
            (ClaimStatus.EDITING, True, ["Ready to submit", "Review", "Approval"]),
            (ClaimStatus.SUBMITTED, False, ["Submitted", "Review", "Approval"]),
            (ClaimStatus.UNDER_REVIEW, False, ["Submitted", "Under review", "Approval"]),
            (ClaimStatus.ACTION_REQUIRED, False, ["Submitted", "Action required", "Approval"]),
            (ClaimStatus.APPROVED, False, ["Submitted", "Reviewed", "Approved"]),
            (ClaimStatus.REJECTED, False, ["Submitted", "Reviewed", "Rejected"]),
            (ClaimStatus.CONSENT_DENIED, False, ["Submitted", "Reviewed", "Customer consent denied"]),
            (ClaimStatus.ENDED, False, ["Submitted", "Reviewed", "Association ended"]),
        ],
    )
    def test_the_diagram_has_three_stages_in_every_state(self, status, ready, texts):
        assert [stage.text for stage in stages_of(Claim(status=status), ready=ready)] == texts

    @pytest.mark.parametrize("status", ClaimStatus)
    def test_every_state_has_a_page(self, status, client):
        claim = sign_in(
            client,
            ClaimFactory(status=status, decided_at=NOW, action_due_at=NOW, opt_out_until=NOW, review_due_on=NOW.date()),
        )
        assert claim.get_status_display() in page(client, claim)
        assert client.get(reverse("claim-history", args=[claim.pk])).status_code == 200

    def test_an_approved_claim_tells_the_opt_out_date_and_that_it_is_no_payment(self, client):
        claim = sign_in(client, claim_under_review())
        approve(claim, actor=reviewer_actor(), now=timezone.now())
        assert "Microsoft is notifying the customer." in page(client, claim)
        notify_customer(claim, now=timezone.now())
        seen = page(client, claim)
        assert "may opt out until" in seen
        assert "Approved indicates the status of the customer association, not the status of the payment." in seen
        Claim.objects.filter(pk=claim.pk).update(opt_out_until=timezone.now() - timedelta(seconds=1))
        assert "The opt-out period ended" in page(client, claim)

    def test_what_microsoft_asks_stands_on_the_page_until_it_is_answered(self, client):
        claim = sign_in(client, claim_under_review())
        request_action(
            claim, reasons=reason(), message="INTUNE is not named.", actor=reviewer_actor(), now=timezone.now()
        )
        seen = page(client, claim)
        assert "The products/services purchased by the customer have not been specified." in seen
        assert "INTUNE is not named." in seen
        assert "29 days left" in seen or "30 days left" in seen
        assert "Drag or browse files to upload" in seen
        answer_everything(claim)
        submit(claim, actor=partner_actor(claim), now=timezone.now())
        seen = page(client, claim)
        assert "INTUNE is not named." not in seen
        assert "Drag or browse files to upload" not in seen

    def test_a_rejected_claim_says_why(self, client):
        claim = sign_in(client, claim_under_review())
        reject(claim, reasons=reason("dates_missing"), message="", actor=reviewer_actor(), now=NOW)
        assert "Dates cannot be seen or are out of date." in page(client, claim)

    def test_history_calls_reviewers_microsoft(self, client):
        claim = sign_in(client, submitted_claim())
        reviewer = reviewer_actor()
        start_review(claim, actor=reviewer, now=NOW)
        html = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
        assert "Microsoft" in text_of(html)
        assert reviewer.name not in html

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_queries_do_not_grow_with_documents_comments_and_products(
        self, rows, client, django_assert_max_num_queries
    ):
        claim = sign_in(client, ClaimFactory(products=WorkloadFactory.create_batch(rows)))
        for _ in range(rows):
            DocumentFactory(claim=claim)
            claim.comments.create(author_kind="partner", author=claim.created_by, text="Hello", written_at=NOW)
        with django_assert_max_num_queries(26):
            client.get(claim.get_absolute_url())


class TestDocumentsOverHttp:
    def test_several_files_at_once_the_good_ones_stay_and_the_bad_ones_are_named(self, client):
        claim = sign_in(client, ClaimFactory())
        files = [pdf_upload("good.pdf"), SimpleUploadedFile("bad.exe", b"MZ"), pdf_upload("other.pdf", "other")]
        response = client.post(reverse("claim-upload", args=[claim.pk]), {"proof": files})
        assert response.status_code == 422
        assert "«bad.exe» is not of an accepted kind" in text_of(response.content.decode())
        assert set(claim.documents.values_list("name", flat=True)) == {"good.pdf", "other.pdf"}

    def test_with_htmx_the_page_comes_back_in_part_and_the_message_as_a_toast(self, client):
        claim = sign_in(client, ClaimFactory())
        address = reverse("claim-upload", args=[claim.pk])
        response = client.post(address, {"proof": [pdf_upload("Ünïcode.pdf")]}, headers=HTMX, follow=True)
        assert "<html" not in response.content.decode()
        assert json.loads(response["HX-Trigger"]) == {"toast": {"level": "success", "message": "Document uploaded."}}
        assert "HX-Trigger" not in client.get(claim.get_absolute_url(), headers=HTMX)

    def test_nothing_chosen_is_said(self, client):
        claim = sign_in(client, ClaimFactory())
        response = client.post(reverse("claim-upload", args=[claim.pk]))
        assert (response.status_code, "Choose a file" in response.content.decode()) == (422, True)

    def test_a_download_is_an_attachment_that_no_browser_runs(self, client):
        document = DocumentFactory(name='Ünïcode "quoted".pdf')
        sign_in(client, document.claim)
        response = client.get(reverse("claim-document", args=[document.claim_id, document.pk]))
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Content-Type"] == "application/octet-stream"
        assert b"".join(response.streaming_content).startswith(b"%PDF")

    def test_a_document_of_another_claim_is_not_found_under_this_one(self, client):
        document = DocumentFactory()
        sign_in(client, document.claim)
        other = ClaimFactory(organization=document.claim.organization)
        assert client.get(reverse("claim-document", args=[other.pk, document.pk])).status_code == 404

    def test_a_note_that_is_too_long_stays_typed(self, client):
        document = DocumentFactory()
        sign_in(client, document.claim)
        typed = "n" * 501
        response = client.post(reverse("claim-document-note", args=[document.claim_id, document.pk]), {"note": typed})
        assert response.status_code == 422
        assert typed in response.content.decode()
        assert Document.objects.get().note == ""

    def test_documents_go_to_and_come_from_an_s3_store(self, client, s3_endpoint):
        claim = sign_in(client, ClaimFactory())
        client.post(reverse("claim-upload", args=[claim.pk]), {"proof": [pdf_upload("stored.pdf")]})
        document = claim.documents.get()
        response = client.get(reverse("claim-document", args=[claim.pk, document.pk]))
        assert b"".join(response.streaming_content).startswith(b"%PDF")


class TestCommentsAndSubmit:
    def test_a_comment_is_saved_without_submitting_and_escaped(self, client):
        claim = sign_in(client, ClaimFactory())
        client.post(reverse("claim-comment", args=[claim.pk]), {"comment": "<script>alert(1)</script>"})
        html = client.get(claim.get_absolute_url()).content.decode()
        assert "<script>alert(1)</script>" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.EDITING

    @pytest.mark.parametrize(("typed", "sentence"), [("", "Write a comment first."), ("x" * 4001, "at most 4,000")])
    def test_an_empty_or_too_long_comment_is_refused_and_stays(self, typed, sentence, client):
        claim = sign_in(client, ClaimFactory())
        response = client.post(reverse("claim-comment", args=[claim.pk]), {"comment": typed})
        assert response.status_code == 422
        assert sentence in text_of(response.content.decode())
        assert typed in response.content.decode()

    def test_the_dialog_asks_first_in_the_words_of_the_process(self, client):
        document = DocumentFactory()
        claim = sign_in(client, document.claim)
        response = client.post(reverse("claim-submit", args=[claim.pk]), {"comment": "Typed"}, headers=HTMX)
        seen = text_of(response.content.decode())
        assert "Ready to submit your claim?" in seen
        assert (
            "Once you submit your claim, you can no longer edit it unless a reviewer requires more info. Once your claim is approved, an email will get sent to the customer notifying them of your association."
            in seen
        )
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.EDITING
        response = client.post(
            reverse("claim-submit", args=[claim.pk]), {"comment": "Typed", "confirm": "1"}, headers=HTMX
        )
        assert response["HX-Redirect"] == claim.get_absolute_url()
        claim.refresh_from_db()
        assert (claim.status, claim.comments.get().text) == (ClaimStatus.SUBMITTED, "Typed")

    def test_submitting_twice_is_refused_with_a_sentence_and_changes_nothing(self, client):
        claim = sign_in(client, submitted_claim())
        response = client.post(reverse("claim-submit", args=[claim.pk]), {"confirm": "1"})
        assert response.status_code == 409
        assert "Only a claim in Editing can be submitted." in text_of(response.content.decode())

    def test_a_claim_without_proof_cannot_be_submitted_by_address(self, client):
        claim = sign_in(client, ClaimFactory())
        response = client.post(reverse("claim-submit", args=[claim.pk]), {"confirm": "1"})
        assert response.status_code == 409
        assert "Proof of execution document is required to submit this claim." in text_of(response.content.decode())

    def test_an_incentive_user_may_do_all_of_it_for_a_colleagues_claim(self, client):
        document = DocumentFactory()
        claim = document.claim
        client.force_login(MembershipFactory(organization=claim.organization, role="incentive_user").user)
        client.post(reverse("claim-submit", args=[claim.pk]), {"confirm": "1"})
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.SUBMITTED

    def test_withdraw_and_discard_over_http(self, client):
        claim = sign_in(client, submitted_claim())
        client.post(reverse("claim-withdraw", args=[claim.pk]))
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.EDITING
        client.post(reverse("claim-discard", args=[claim.pk]))
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.DISCARDED
        response = client.post(reverse("claim-withdraw", args=[claim.pk]), follow=True)
        assert "A submission can be withdrawn only before its review has started" in text_of(response.content.decode())
