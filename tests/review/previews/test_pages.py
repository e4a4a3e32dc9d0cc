"""The preview at the desk: its page, its part for HTMX, its picture, and who may see them."""

import re
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.urls import reverse

from review.previews import keeping, showing
from review.previews.results import Outcome
from review.previews.running import Ended, Turns
from tests.factories import NOW, ClaimFactory, DocumentFactory, MembershipFactory, ReviewerFactory, submitted_claim
from tests.review.previews import samples

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
QUERIES = 7


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def desk(client):
    client.force_login(ReviewerFactory())
    return client


@pytest.fixture
def claim():
    return submitted_claim()


def attach(claim, data, *, name="Proof.pdf", kind="pdf", **fields):
    return DocumentFactory(
        claim=claim,
        name=name,
        kind=kind,
        file=ContentFile(data, name=name),
        size=len(data),
        sha256=f"{hash(data):064x}"[-64:],
        **fields,
    )


def page_of(document, page=""):
    return reverse("admin:review-preview", args=[document.claim_id, document.pk]) + (f"?page={page}" if page else "")


def image_of(document, page=1):
    return reverse("admin:review-preview-image", args=[document.claim_id, document.pk, page])


@pytest.fixture
def renderings(monkeypatch):
    """How often a child was started, and with which page."""
    asked, real = [], showing.run_child

    def counting(command, **kwargs):
        asked.append(command[-1])
        return real(command, **kwargs)

    monkeypatch.setattr(showing, "run_child", counting)
    return asked


def test_a_page_of_a_pdf_is_shown_with_the_ways_to_the_others(desk, claim):
    document = attach(claim, samples.pdf(pages=7), name="Statement of Work.pdf")
    text = desk.get(page_of(document, 2)).content.decode()
    assert 'alt="Page 2 of 7 of Statement of Work.pdf"' in text
    assert f'src="{image_of(document, 2)}"' in text
    assert f'href="{page_of(document, 1)}"' in text
    assert f'href="{page_of(document, 3)}"' in text
    assert "Page of proof" in text
    assert reverse("admin:review-document", args=[claim.pk, document.pk]) in text


def test_htmx_gets_the_preview_alone_and_a_browser_the_same_in_its_page(desk, claim):
    document = attach(claim, samples.pdf(pages=2))
    part, whole = desk.get(page_of(document), headers=HTMX), desk.get(page_of(document))
    assert part.content.decode().strip().startswith("<section")
    assert part.content.decode().strip() in whole.content.decode()
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in whole.headers["Vary"]


def test_the_picture_is_a_picture_and_can_be_nothing_else(desk, claim):
    response = desk.get(image_of(claim.documents.get()))
    assert response.content[:4] + response.content[8:12] == b"RIFFWEBP"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_the_browser_may_keep_the_picture_while_it_may_still_be_seen(desk, claim, renderings, client):
    document = claim.documents.get()
    etag = desk.get(image_of(document)).headers["ETag"]
    again = desk.get(image_of(document), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    client.logout()
    assert client.get(image_of(document), headers={"If-None-Match": etag}).status_code == 302


def test_a_page_is_rendered_once_for_all_its_looks(desk, claim, renderings):
    document = claim.documents.get()
    for address in (page_of(document), image_of(document), page_of(document), image_of(document)):
        assert desk.get(address).status_code == 200
    assert renderings == ["1"]
    desk.get(page_of(attach(submitted_claim(), document.file.read(), name="Copy.pdf")))
    assert len(renderings) == 2  # another content


def test_without_a_cache_the_preview_still_comes(desk, claim, renderings, monkeypatch):
    monkeypatch.setattr(keeping.cache, "set", lambda *args: None)
    document = claim.documents.get()
    assert desk.get(page_of(document)).context["preview"].is_shown
    assert desk.get(image_of(document)).status_code == 200
    assert len(renderings) == 2


def test_kept_pages_never_fill_more_than_their_places_and_never_stand_for_each_other(monkeypatch):
    monkeypatch.setattr(keeping, "PLACES", 3)
    shown = showing.Preview(Outcome.SHOWN, picture=None, text="first")
    names = [keeping.preview_name(sha256=f"{n:064}", kind="pdf", page=1) for n in range(20)]
    for name in names:
        keeping.keep_preview(name, shown)
    assert sum(keeping.kept_preview(name) is not None for name in names) <= 3
    assert {keeping._place(name) for name in names} == {"preview-0", "preview-1", "preview-2"}


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9" * 40, "1e3", "", "٣", "²", "%00"])
def test_a_page_number_that_makes_no_sense_leads_to_the_first(desk, claim, page):
    assert desk.get(page_of(claim.documents.get(), page)).context["preview"].page == 1


def test_a_page_beyond_the_end_is_the_last_and_has_no_picture_of_its_own(desk, claim):
    document = attach(claim, samples.pdf(pages=3))
    assert desk.get(page_of(document, 99)).context["preview"].place == "Page 3 of 3"
    assert desk.get(image_of(document, 99)).status_code == 404
    assert desk.get(image_of(document, 0)).status_code == 404


def test_text_of_a_sheet_is_a_table_that_runs_nothing(desk, claim):
    document = attach(claim, b"name,what\n<script>alert(1)</script>,x\n", name="<b>Prices</b>.csv", kind="csv")
    text = desk.get(page_of(document), headers=HTMX).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "<b>" not in text
    assert re.search(r'<th scope="col">B</th>', text)
    assert desk.get(image_of(document)).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "data", "sentence"),
    [
        ("Old.doc", "doc", b"x", "This kind cannot be previewed. Download it."),
        ("Broken.pdf", "pdf", b"%PDF-1.4 nothing", "it is damaged or unusual"),
        ("Locked.docx", "docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected with a password"),
        ("Bomb.png", "png", samples.png_bomb(20_000), "too large to show"),
    ],
)
def test_what_cannot_be_shown_says_why_and_leads_to_the_download(desk, claim, name, kind, data, sentence):
    document = attach(claim, data, name=name, kind=kind)
    for headers in ({}, HTMX):
        response = desk.get(page_of(document), headers=headers)
        assert response.status_code == 200
        assert sentence in response.content.decode()
        assert reverse("admin:review-document", args=[claim.pk, document.pk]) in response.content.decode()
        assert "Try again" not in response.content.decode()


def test_a_slow_document_makes_nobody_wait_twice(desk, claim, monkeypatch):
    asked = []
    monkeypatch.setattr(showing, "run_child", lambda *args, **kwargs: asked.append(1) or Ended(timed_out=True))
    for _ in range(2):
        assert "takes too long to show" in desk.get(page_of(claim.documents.get())).content.decode()
    assert asked == [1]


def test_when_all_places_are_taken_the_page_says_so_and_is_not_kept(desk, claim, monkeypatch):
    document = claim.documents.get()
    with monkeypatch.context() as busy:
        busy.setattr(showing, "turns", Turns(running=1, waiting=0, patience=0.1))
        with showing.turns.take():
            text = desk.get(page_of(document)).content.decode()
            assert desk.get(image_of(document)).status_code == 503
    assert "Several previews are being made right now." in text
    assert "Try again" in text
    assert desk.get(page_of(document)).context["preview"].is_shown


def test_a_file_that_left_the_storage_says_so(desk, claim):
    document = claim.documents.get()
    document.file.storage.delete(document.file.name)
    assert "cannot be read right now" in desk.get(page_of(document)).content.decode()


def test_a_child_that_cannot_be_started_says_so(desk, claim, monkeypatch):
    monkeypatch.setattr(showing, "child_command", lambda *args: ["/no/such/program"])
    assert "cannot be read right now" in desk.get(page_of(claim.documents.get())).content.decode()


def test_a_hanging_child_costs_ten_seconds_at_most(desk, claim, monkeypatch):
    import sys

    real = showing.run_child
    monkeypatch.setattr(showing, "child_command", lambda *args: [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(showing, "run_child", lambda *args, **kwargs: real(*args, **kwargs, seconds=1))
    started = time.monotonic()
    assert "takes too long" in desk.get(page_of(claim.documents.get())).content.decode()
    assert time.monotonic() - started < 5


def test_a_document_is_found_only_below_its_own_claim_and_never_in_a_draft(desk, claim):
    foreign = submitted_claim().documents.get()
    hidden = DocumentFactory(claim=ClaimFactory(), name="Secret draft.pdf")
    for name, more in (("admin:review-preview", []), ("admin:review-preview-image", [1])):
        for claim_id, document_id in (
            (claim.pk, foreign.pk), (hidden.claim_id, hidden.pk), (claim.pk, 0), (2**63, foreign.pk), (claim.pk, 10**30),
        ):  # fmt: skip
            for headers in ({}, HTMX):
                response = desk.get(reverse(name, args=[claim_id, document_id, *more]), headers=headers)
                assert response.status_code == 404
                assert b"Secret" not in response.content


def test_strangers_are_sent_to_sign_in_and_partners_refused_even_for_their_own_document(client, claim):
    document = claim.documents.get()
    for address in (page_of(document), image_of(document)):
        assert client.get(address, follow=True).request["PATH_INFO"] == reverse("account_login")
    for user in (claim.created_by, MembershipFactory().user):
        client.force_login(user)
        for address in (page_of(document), image_of(document)):
            response = client.get(address, follow=True)
            assert response.status_code == 403
            assert b"RIFF" not in response.content
        client.logout()


def test_a_reviewer_who_is_barred_from_the_partner_sees_no_preview_of_its_documents(client, claim):
    from review.models import Bar

    reviewer = ReviewerFactory()
    client.force_login(reviewer)
    document = claim.documents.get()
    assert client.get(image_of(document)).status_code == 200
    Bar.objects.create(
        reviewer=reviewer,
        organization=claim.organization,
        reason="Worked there",
        set_at=NOW - timedelta(days=1),
    )
    for address in (page_of(document), image_of(document)):
        response = client.get(address)
        assert response.status_code == 403
        assert b"RIFF" not in response.content


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_preview_can_only_be_looked_at(desk, claim, method):
    document = claim.documents.get()
    for address in (page_of(document), image_of(document)):
        assert getattr(desk, method)(address).status_code == 405


def test_a_preview_asks_as_many_questions_for_a_claim_of_three_documents_as_of_one(
    desk, claim, django_assert_num_queries
):
    document = claim.documents.get()
    desk.get(page_of(document))
    with django_assert_num_queries(QUERIES):
        desk.get(page_of(document))
    for _ in range(2):
        DocumentFactory(claim=claim, first_submission=1)
    with django_assert_num_queries(QUERIES):
        desk.get(page_of(document))


def test_the_claims_page_leads_to_the_preview_of_each_document(desk, claim):
    text = desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()
    assert f'href="{page_of(claim.documents.get())}"' in text


def test_the_place_of_a_preview_on_another_page_is_a_link_that_loads_itself(claim):
    from django.template.loader import render_to_string

    document = claim.documents.get()
    text = render_to_string("review/preview.html", {"claim": claim, "document": document})
    assert f'hx-get="{page_of(document)}"' in text
    assert f'href="{page_of(document)}"' in text
