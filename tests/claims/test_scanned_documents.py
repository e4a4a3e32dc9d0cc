"""Installations with a scanner for malware keep no document that it did not look at."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.deciding import approve
from claims.documents import add_document, refresh_proof
from claims.proof_files import FileRefused
from tests.factories import NOW, ClaimFactory, claim_under_review, partner_actor, pdf_upload, reviewer_actor, small_pdf
from tests.support.clamd import MALWARE, clamd_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def clamd(settings):
    with clamd_server() as server:
        settings.CLAMD_URL = server.url
        yield server


def infected(name="Order.pdf"):
    return SimpleUploadedFile(name, small_pdf() + b"%" + MALWARE)


def files():
    return set(default_storage.listdir("poe")[1]) if default_storage.exists("poe") else set()


def add(claim, upload):
    return add_document(claim, upload=upload, actor=partner_actor(claim), now=NOW)


def test_a_clean_document_is_kept_as_it_came(clamd):
    document = add(ClaimFactory(), pdf_upload())
    assert clamd.files == [small_pdf()]
    assert document.file.read() == small_pdf()


def test_malware_is_refused_by_name_and_nothing_is_kept(clamd):
    claim, before = ClaimFactory(), files()
    with pytest.raises(FileRefused, match=r"«Order\.pdf» was refused: .* found Portal\.Test\.Macro-1 in it"):
        add(claim, infected())
    assert not claim.documents.exists()
    assert not claim.events.exists()
    assert files() == before


def test_while_the_scanner_is_away_nothing_is_kept_and_the_partner_is_asked_to_come_back(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    claim, before = ClaimFactory(), files()
    with pytest.raises(FileRefused, match="could not be checked for malware just now, so it was not kept"):
        add(claim, pdf_upload())
    assert not claim.documents.exists()
    assert files() == before


def test_fresh_proof_is_looked_at_as_well_all_files_or_none(clamd):
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    before = files()
    there = claim.documents.count()
    with pytest.raises(FileRefused, match=r"«Second\.pdf» was refused"):
        refresh_proof(
            claim, uploads=[pdf_upload("First.pdf", "one"), infected("Second.pdf")], actor=partner_actor(claim), now=NOW
        )
    assert claim.documents.count() == there
    assert files() == before


def test_the_page_says_it(clamd, client):
    claim = ClaimFactory()
    client.force_login(claim.created_by)
    page = client.post(reverse("claim-upload", args=[claim.pk]), {"proof": infected()})
    assert page.status_code == 422
    assert "found Portal.Test.Macro-1 in it" in page.content.decode()


def test_without_a_scanner_documents_are_taken_as_before(settings):
    assert settings.CLAMD_URL == ""
    assert add(ClaimFactory(), pdf_upload()).pk
