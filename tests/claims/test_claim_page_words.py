"""The claim page, word for word: sections, warnings, rows and buttons of the process description."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.checklist import RULES
from claims.deciding import request_action
from claims.diagram import stages_of
from claims.enums import Activity, ClaimStatus
from claims.models import Claim, ReasonCode
from claims.submitting import submit
from tests.claims.journey import text_of
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    ProductFactory,
    UserFactory,
    claim_under_review,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
POE_REQUIRED = "Proof of execution document is required to submit this claim."
MUST_SUBMIT = "For the reviewer to take action, you must submit your claim."
APRIL = datetime(2020, 4, 1, 12, 23, 45, tzinfo=UTC)


@pytest.fixture
def show(client):
    def get(claim):
        client.force_login(claim.created_by)
        return client.get(claim.get_absolute_url()).content.decode()

    return get


def section(html, name):
    """One part of the page by its id."""
    return re.search(rf'<(section)[^>]*id="{name}".*?</section>', html, re.DOTALL).group()


def stages(html):
    return re.findall(r'<span class="stage__text">([^<]+)</span>', html)


def submit_button(html):
    return re.search(r"<button[^>]*>Submit claim</button>", section(html, "claim-actions")).group()


def test_the_statuses_have_the_names_of_the_process_and_three_of_our_own():
    assert [status.label for status in ClaimStatus] == [
        "Editing", "Submitted", "Under review", "Partner action required", "Approved", "Rejected", "Disputed",
        "Customer consent denied", "Association ended", "Discarded",
    ]  # fmt: skip


def test_the_edit_link_says_what_it_changes_and_what_not(show):
    html = show(ClaimFactory())
    assert re.search(r'<button type="submit" class="link-btn" aria-describedby="edit-hint">.* Edit</button>', html)
    hint = re.search(r'<p[^>]*id="edit-hint">(.*?)</p>', html, re.DOTALL).group(1)
    assert hint.strip() == (
        "Edit your MPN selection, product/workload selection, and contact information. "
        "Solution area and activity selection is not editable."
    )


def test_a_draft_without_proof_says_what_is_missing_and_cannot_be_submitted(show):
    html = show(ClaimFactory())
    assert stages(html) == ["Editing", "Review", "Approval"]
    assert "Editing: Upload proof of execution" in text_of(section(html, "claim-status")).replace(" :", ":")
    actions = text_of(section(html, "claim-actions"))
    assert POE_REQUIRED in actions
    assert MUST_SUBMIT in actions
    assert " disabled" in submit_button(html)


def test_a_draft_with_proof_is_ready_and_warns_only_that_it_must_be_submitted(show):
    html = show(DocumentFactory().claim)
    assert stages(html) == ["Ready to submit", "Review", "Approval"]
    actions = text_of(section(html, "claim-actions"))
    assert POE_REQUIRED not in actions
    assert MUST_SUBMIT in actions
    assert " disabled" not in submit_button(html)


def test_after_submission_the_warnings_are_gone(show):
    claim = DocumentFactory().claim
    submit(claim, actor=partner_actor(claim), now=timezone.now())
    seen = text_of(show(claim))
    assert POE_REQUIRED not in seen
    assert MUST_SUBMIT not in seen


def test_the_diagram_stands_beside_a_way_to_the_history(show):
    claim = ClaimFactory()
    status = section(show(claim), "claim-status")
    assert '<h2 id="status-heading">Claim status</h2>' in status
    link = re.search(rf'<a[^>]*href="{reverse("claim-history", args=[claim.pk])}"[^>]*>(.*?)</a>', status, re.DOTALL)
    assert text_of(link.group(1)).strip() == "History"


def test_the_stage_that_needs_action_is_marked_and_carries_the_reviewers_message(show):
    asked = stages_of(Claim(status=ClaimStatus.ACTION_REQUIRED), ready=False, note="Which date?")
    assert [(stage.text, stage.state, stage.note) for stage in asked] == [
        ("Submitted", "done", ""),
        ("Action required", "action", "Which date?"),
        ("Approval", "upcoming", ""),
    ]
    claim = claim_under_review()
    request_action(
        claim,
        reasons=[ReasonCode.objects.get(code="product_missing")],
        message="",
        actor=reviewer_actor(),
        now=timezone.now(),
    )
    status = section(show(claim), "claim-status")
    assert "stage--action" in status
    assert "The products/services purchased by the customer have not been specified." in text_of(status)


def test_proof_of_execution_has_the_template_the_drop_zone_and_the_accepted_kinds(show):
    claim = ClaimFactory()
    part = section(show(claim), "documents")
    assert re.search(r'<h2 id="poe-heading"[^>]*>Proof of execution</h2>', part)
    assert re.search(rf'href="{reverse("claim-template", args=[claim.pk])}">Download template', part)
    assert '<label for="id_proof">Drag or browse files to upload</label>' in part
    assert 'type="file"' in part
    seen = text_of(part)
    assert "Statement of Work, Master Agreement or Purchase Order" in seen
    for rule in RULES:
        assert str(rule.text) in seen
    assert f'href="{reverse("poe-guidance")}"' in part


def test_the_rules_of_proof_are_those_of_the_process():
    assert [rule.text for rule in RULES] == [
        "A customer signature or proof of customer acknowledgment to validate your involvement with the customer.",
        "Connection between products/workloads and a description of the intended/ongoing work.",
        "Activities driving revenue and/or usage growth, explicitly stated.",
        "The name of the claiming partner and the corresponding customer clearly visible.",
        "Dates shown clearly: milestones and partner/customer signature dates.",
    ]


def test_the_comment_has_its_invitation_and_placeholder_and_is_saved_by_its_own_button(show):
    part = section(show(ClaimFactory()), "comments")
    assert '<label for="id_comment">Optional comment</label>' in part
    assert "Add any additional information you want to provide the reviewer regarding your claim." in part
    assert 'placeholder="Please add your comment here"' in part
    assert '<button type="submit" class="btn">Save comments</button>' in part


def test_a_document_is_listed_with_its_name_note_and_upload_to_the_second(show):
    claim = ClaimFactory()
    name = "Scanning document Proof of Execution with CompanyX.xlsx"
    document = DocumentFactory(
        claim=claim, name=name, uploaded_at=APRIL, uploaded_by=UserFactory(full_name="Ola Demmo")
    )
    part = section(show(claim), "documents")
    assert re.findall(r'<th scope="col">([^<]+)</th>', part) == ["Document name", "Comment", "Last activity"]
    assert "Uploaded by Ola Demmo on April 1, 2020 at 12:23:45 PM" in text_of(part)
    assert f'id="note-of-{document.pk}">Add note</summary>' in part
    assert f'aria-label="Remove {name}"' in part


def test_a_comment_is_told_with_initials_name_and_time_to_the_minute(show):
    claim = ClaimFactory()
    author = UserFactory(full_name="Ola Demmo")
    claim.comments.create(author_kind="partner", author=author, text="I have a comment on this claim", written_at=APRIL)
    thread = re.search(r'<ol class="thread">.*?</ol>', show(claim), re.DOTALL).group()
    assert '<span class="avatar" aria-hidden="true">OD</span>' in thread
    assert "Ola Demmo on April 1, 2020, 12:23 PM I have a comment on this claim" in text_of(thread)


def test_the_dialog_of_the_submission_has_two_buttons(client):
    claim = DocumentFactory().claim
    client.force_login(claim.created_by)
    html = client.post(reverse("claim-submit", args=[claim.pk]), headers={"HX-Request": "true"}).content.decode()
    footer = html.split('<footer class="wizard__footer">')[1].split("</footer>")[0]
    assert re.findall(r"<(?:a|button)[^>]*>([^<]+)</", footer) == ["Cancel", "Submit claim"]


def test_a_revenue_association_has_a_note_in_place_of_the_upload_and_its_own_rows(show):
    claim = ClaimFactory(
        solution_area="business_applications",
        activities=[Activity.REVENUE],
        products=[ProductFactory()],
        seller_name="Sam Seller",
    )
    html = show(claim)
    part = section(html, "documents")
    assert "A revenue association needs no proof of execution, and no message goes to the customer." in text_of(part)
    assert "id_proof" not in part
    assert "Download template" not in part
    seen = text_of(html)
    assert "Dynamics solution seller Sam Seller" in seen
    assert "ISV product or solution –" in seen


def test_a_contact_that_is_not_known_is_a_dash(show):
    claim = ClaimFactory(customer_contact_name="", customer_contact_email="", customer_contact_title="")
    assert "Customer contact – Product(s)" in text_of(show(claim))


def test_dates_of_the_page_are_written_out(show):
    assert "Date created March 25, 2020" in text_of(
        show(ClaimFactory(created_at=datetime(2020, 3, 25, 9, 0, tzinfo=UTC)))
    )
