"""Proof of execution: kinds, limits, removal, storage."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from claims.documents import MAX_DOCUMENTS, add_document, note_document, remove_document
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Document
from kit.errors import RuleViolation
from kit.uploads import ACCEPTED_EXTENSIONS
from tests.factories import NOW, ClaimFactory, DocumentFactory, partner_actor, pdf_upload

pytestmark = pytest.mark.django_db


def add(claim, upload, **kwargs):
    return add_document(claim, upload=upload, actor=partner_actor(claim), now=NOW, **kwargs)


def stored_files():
    return set(default_storage.listdir("poe")[1]) if default_storage.exists("poe") else set()


def test_a_document_is_stored_under_a_random_name_with_a_row_of_history():
    claim = ClaimFactory()
    document = add(claim, pdf_upload("Scanning document.pdf"))
    assert "Scanning" not in document.file.name
    assert (document.name, document.kind) == ("Scanning document.pdf", "pdf")
    assert claim.events.get().data == {"document": "Scanning document.pdf"}
    assert document.file.read().startswith(b"%PDF")


def test_a_path_in_the_file_name_is_cut_off():
    assert add(ClaimFactory(), pdf_upload("../../etc/passwd.pdf")).name == "passwd.pdf"


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("empty.pdf", b""), "is empty"),
        (SimpleUploadedFile("page.html", b"<script>alert(1)</script>"), "not of an accepted kind"),
        (SimpleUploadedFile("mail.mht", b"MIME-Version: 1.0"), "not of an accepted kind"),
        (SimpleUploadedFile("noname", b"%PDF-1.4"), "not of an accepted kind"),
        (SimpleUploadedFile("fake.pdf", b"%PDF-1.4 nothing more"), "damaged or is not a PDF"),
        (SimpleUploadedFile("fake.docx", b"PK\x03\x04 nothing more"), "damaged or is not a DOCX"),
        (SimpleUploadedFile("fake.png", b"\x89PNG\r\n\x1a\n nothing more"), "damaged or is not a PNG"),
        (SimpleUploadedFile("fake.csv", b"<html><script>1</script>,2</html>"), "damaged or is not a CSV"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_with_a_sentence(upload, sentence):
    claim = ClaimFactory()
    before = stored_files()
    with pytest.raises(RuleViolation, match=sentence):
        add(claim, upload)
    assert not claim.documents.exists()
    assert stored_files() == before


def test_a_real_picture_is_accepted_whatever_the_case_of_its_ending():
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    assert add(ClaimFactory(), SimpleUploadedFile("Scan.PNG", picture.getvalue())).kind == "png"


def test_the_accepted_kinds_and_limits_are_those_of_the_process(settings):
    assert ACCEPTED_EXTENSIONS == [
        "bmp", "csv", "doc", "docx", "gif", "jpeg", "jpg", "msg", "oxps", "pdf", "png", "ppt", "pptx", "rtf", "tif",
        "tiff", "xls", "xlsx", "xps",
    ]  # fmt: skip
    assert (settings.MAX_DOCUMENT_BYTES, MAX_DOCUMENTS) == (20 * 1024 * 1024, 10)


def test_a_file_over_20_mb_is_refused(settings):
    settings.MAX_DOCUMENT_BYTES = 100
    with pytest.raises(RuleViolation, match="larger than"):
        add(ClaimFactory(), pdf_upload())


def test_the_same_file_twice_is_refused_and_leaves_the_storage_as_it_was():
    claim = ClaimFactory()
    add(claim, pdf_upload())
    before = stored_files()
    with pytest.raises(RuleViolation, match="already attached"):
        add(claim, pdf_upload("copy.pdf"))
    assert stored_files() == before


def test_a_claim_holds_ten_documents():
    claim = ClaimFactory()
    for number in range(MAX_DOCUMENTS):
        add(claim, pdf_upload(text=f"Page {number}"))
    with pytest.raises(RuleViolation, match="at most 10"):
        add(claim, pdf_upload(text="One more"))


@pytest.mark.parametrize("status", [ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.APPROVED])
def test_a_claim_in_review_takes_no_documents_and_gives_none_up(status):
    claim = ClaimFactory(status=status, decided_at=NOW)
    document = DocumentFactory(claim=claim, first_submission=1)
    with pytest.raises(RuleViolation):
        add(claim, pdf_upload(text="Late"))
    with pytest.raises(RuleViolation):
        remove_document(document, actor=partner_actor(claim), now=NOW)
    with pytest.raises(RuleViolation):
        note_document(document, note="Late", actor=partner_actor(claim), now=NOW)


def test_a_new_document_is_deleted_with_its_file_after_commit(django_capture_on_commit_callbacks):
    claim = ClaimFactory()
    document = add(claim, pdf_upload())
    name = document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, actor=partner_actor(claim), now=NOW)
    assert not Document.objects.filter(pk=document.pk).exists()
    assert not default_storage.exists(name)


def test_what_was_submitted_is_kept_as_replaced_and_cannot_be_removed_while_action_is_required():
    claim = ClaimFactory()
    document = DocumentFactory(claim=claim, first_submission=1)
    remove_document(document, actor=partner_actor(claim), now=NOW)
    document.refresh_from_db()
    assert document.removed_at == NOW
    waiting = ClaimFactory(status=ClaimStatus.ACTION_REQUIRED, action_due_at=NOW)
    submitted = DocumentFactory(claim=waiting, first_submission=1)
    with pytest.raises(RuleViolation, match="part of your submission"):
        remove_document(submitted, actor=partner_actor(waiting), now=NOW)


def test_a_note_is_written_to_history_only_when_it_changes():
    claim = ClaimFactory()
    document = DocumentFactory(claim=claim)
    for _ in range(2):
        note_document(document, note=" signed on page 3 ", actor=partner_actor(claim), now=NOW)
    assert document.note == "signed on page 3"
    assert claim.events.filter(action=ClaimAction.NOTE_DOCUMENT).count() == 1
    with pytest.raises(RuleViolation, match="500"):
        note_document(document, note="x" * 501, actor=partner_actor(claim), now=NOW)
