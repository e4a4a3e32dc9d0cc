"""Files that come with a dispute or after the approval; the flags and the checklist beside them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.checklist import RULES, checklist_of, tick
from claims.documents import MAX_DOCUMENTS, add_document, refresh_proof
from claims.enums import ClaimAction, ClaimStatus
from claims.flags import flags_on
from claims.models import Claim
from claims.submitting import MAX_REASON, add_comment, disassociate, dispute
from kit.errors import RuleViolation
from notifications.models import OutgoingEmail
from tests.claims.test_documents import stored_files
from tests.factories import NOW, ClaimFactory, DocumentFactory, partner_actor, pdf_upload, submitted_claim

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def approved(**fields):
    return ClaimFactory(status=ClaimStatus.APPROVED, decided_at=NOW, submissions=1, **fields)


def rejected(**fields):
    return ClaimFactory(status=ClaimStatus.REJECTED, decided_at=NOW, submissions=1, **fields)


class TestRefresh:
    def test_it_adds_a_dated_file_and_a_row_of_history_and_moves_no_status(self):
        claim = approved()
        old = DocumentFactory(claim=claim, first_submission=1)
        [fresh] = refresh_proof(claim, uploads=[pdf_upload("Fresh.pdf")], actor=partner_actor(claim), now=LATER)
        claim.refresh_from_db()
        assert (claim.status, claim.decided_at, claim.documents.count()) == (ClaimStatus.APPROVED, NOW, 2)
        assert (fresh.uploaded_at, fresh.first_submission) == (LATER, 1)
        event = claim.events.get()
        assert (event.action, event.to_status, event.data) == (ClaimAction.REFRESH_POE, "", {"document": "Fresh.pdf"})
        old.refresh_from_db()
        assert old.removed_at is None
        assert not OutgoingEmail.objects.exists()

    @pytest.mark.parametrize("status", [status for status in ClaimStatus if status != ClaimStatus.APPROVED])
    def test_only_an_approved_claim_takes_fresh_proof(self, status):
        claim = ClaimFactory(status=status, decided_at=NOW, action_due_at=NOW)
        with pytest.raises(RuleViolation, match="only to an approved claim"):
            refresh_proof(claim, uploads=[pdf_upload()], actor=partner_actor(claim), now=LATER)

    def test_one_bad_file_keeps_all_of_them_out(self):
        claim = approved()
        before = stored_files()
        files = [pdf_upload("Good.pdf"), SimpleUploadedFile("bad.exe", b"MZ")]
        with pytest.raises(RuleViolation, match="«bad"):
            refresh_proof(claim, uploads=files, actor=partner_actor(claim), now=LATER)
        assert not claim.documents.exists()
        assert stored_files() == before

    def test_the_same_file_is_not_fresh(self):
        claim = approved()
        refresh_proof(claim, uploads=[pdf_upload(text="Same")], actor=partner_actor(claim), now=LATER)
        before = stored_files()
        files = [pdf_upload(text="New"), pdf_upload(text="Same")]
        with pytest.raises(RuleViolation, match="already attached"):
            refresh_proof(claim, uploads=files, actor=partner_actor(claim), now=LATER)
        assert stored_files() == before
        assert claim.documents.count() == claim.events.count() == 1

    def test_ten_fresh_files_are_taken_beside_ten_old_ones(self):
        claim = approved()
        DocumentFactory.create_batch(
            MAX_DOCUMENTS, claim=claim, first_submission=1, uploaded_at=NOW - timedelta(days=3)
        )
        files = [pdf_upload(text=f"Page {number}") for number in range(MAX_DOCUMENTS)]
        refresh_proof(claim, uploads=files, actor=partner_actor(claim), now=LATER)
        with pytest.raises(RuleViolation, match="At most 10 documents"):
            refresh_proof(claim, uploads=[pdf_upload(text="More")], actor=partner_actor(claim), now=LATER)


class TestDisputeWithFiles:
    def test_the_files_belong_to_the_dispute_and_the_receipt_is_sent_once_per_address(self):
        claim = rejected()
        dispute(claim, actor=partner_actor(claim), message="See page 3.", uploads=[pdf_upload("New.pdf")], now=LATER)
        claim.refresh_from_db()
        assert (claim.status, claim.submissions, claim.documents.get().first_submission) == (ClaimStatus.DISPUTED, 2, 2)
        assert [event.action for event in claim.events.all()] == [ClaimAction.ADD_DOCUMENT, ClaimAction.DISPUTE]
        sent_to = sorted(address for mail in OutgoingEmail.objects.all() for address in mail.to)
        assert sent_to == sorted([claim.created_by.email, claim.partner_contact_email])

    def test_a_bad_file_leaves_the_claim_rejected_and_the_storage_as_it_was(self):
        claim = rejected()
        before = stored_files()
        files = [pdf_upload("Good.pdf"), pdf_upload("Same.pdf")]
        with pytest.raises(RuleViolation, match="already attached"):
            dispute(claim, actor=partner_actor(claim), message="Look again.", uploads=files, now=LATER)
        claim = Claim.objects.get(pk=claim.pk)
        assert (claim.status, claim.documents.count(), claim.events.count()) == (ClaimStatus.REJECTED, 0, 0)
        assert stored_files() == before

    @pytest.mark.parametrize("act", [dispute, disassociate])
    def test_a_reason_has_at_most_2000_characters(self, act):
        claim = rejected() if act is dispute else approved()
        with pytest.raises(RuleViolation, match="at most 2,000 characters"):
            act(claim, actor=partner_actor(claim), message="x" * (MAX_REASON + 1), now=LATER)
        act(claim, actor=partner_actor(claim), message="x" * MAX_REASON, now=LATER)


def test_files_of_earlier_submissions_do_not_take_up_the_room_of_an_answer():
    claim = ClaimFactory(status=ClaimStatus.ACTION_REQUIRED, action_due_at=LATER)
    DocumentFactory.create_batch(MAX_DOCUMENTS, claim=claim, first_submission=1)
    assert add_document(claim, upload=pdf_upload(text="Answer"), actor=partner_actor(claim), now=NOW).pk


def test_the_text_of_a_comment_is_kept_in_history_and_is_limited():
    claim = ClaimFactory()
    add_comment(claim, text=" Signed on page 3 ", actor=partner_actor(claim), now=NOW)
    assert claim.events.get().data == {"comment": "Signed on page 3"}
    with pytest.raises(RuleViolation, match="at most 4,000"):
        add_comment(claim, text="x" * 4001, actor=partner_actor(claim), now=NOW)


class TestFlags:
    @pytest.mark.parametrize("status", ClaimStatus)
    def test_a_conflict_counts_only_while_the_claim_is_live(self, status):
        claim = ClaimFactory(status=status, decided_at=NOW, action_due_at=NOW)
        rival = submitted_claim(tenant=claim.tenant, products=[claim.lines.get().product])
        conflicts = [flag for flag in flags_on(claim) if flag.code == "conflict"]
        assert len(conflicts) == claim.is_live
        assert all(rival.organization.name not in flag.partner_text for flag in conflicts)

    def test_the_holder_reads_why_fresh_proof_matters(self):
        claim = approved()
        submitted_claim(tenant=claim.tenant, products=[claim.lines.get().product])
        [flag] = flags_on(claim)
        assert "the most recent counts" in flag.partner_text


class TestChecklist:
    def test_ticks_are_kept_in_the_order_of_the_rules_without_history_or_a_new_version(self):
        claim = ClaimFactory()
        tick(claim, ticked=["dates", "signature"])
        kept = Claim.objects.get(pk=claim.pk)
        assert (kept.poe_checklist, kept.version, kept.events.count()) == (["signature", "dates"], claim.version, 0)
        assert [item.ticked for item in checklist_of(kept)] == [True, False, False, False, True]
        tick(claim, ticked=[])
        assert Claim.objects.get(pk=claim.pk).poe_checklist == []

    def test_there_are_the_five_rules_of_the_process(self):
        assert [rule.code for rule in RULES] == ["signature", "connection", "activities", "names", "dates"]

    def test_what_is_no_rule_and_what_cannot_be_changed_is_refused(self):
        with pytest.raises(RuleViolation, match="not one of the rules"):
            tick(ClaimFactory(), ticked=["signature", "bribe"])
        with pytest.raises(RuleViolation, match="cannot be changed"):
            tick(submitted_claim(), ticked=["signature"])
