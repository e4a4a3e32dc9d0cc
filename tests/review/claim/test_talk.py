"""Internal notes beside the comments that partners read, and the record of a claim."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.actors import Actor
from claims.deciding import reject, start_review
from claims.models import Claim, ReasonCode
from claims.submitting import add_comment, dispute
from kit.errors import RuleViolation
from review.assigning import assign, release, take
from review.models import Assignment, Note, Presence, ProofCheck
from review.notes import add_note
from tests.factories import (
    NOW,
    AuditorFactory,
    ClaimFactory,
    LeadFactory,
    ReviewerFactory,
    claim_under_review,
    partner_actor,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def page_of(claim):
    return reverse("admin:review-claim", args=[claim.pk])


def note_address(claim):
    return reverse("admin:review-note", args=[claim.pk])


def test_a_note_stands_on_the_page_with_its_author_and_moves_nothing(desk, reviewer):
    claim = claim_under_review()
    before = Claim.objects.values().get(pk=claim.pk)
    response = desk.post(note_address(claim), {"note": " The signature looks copied. "})
    assert response.headers["Location"] == page_of(claim)
    note = Note.objects.get()
    assert (note.text, note.author, note.claim) == ("The signature looks copied.", reviewer, claim)
    response = desk.get(page_of(claim))
    text = response.content.decode()
    assert "Only Microsoft reads this." in text
    assert [(said.who, said.text) for said in response.context["notes"]] == [
        ("Robin Reviewer", "The signature looks copied.")
    ]
    assert response.context["comments"] == []
    assert Claim.objects.values().get(pk=claim.pk) == before
    assert not claim.events.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Write a note first."), ("   ", "Write a note first."), ("x" * 4001, "A note has at most 4,000 characters.")],
)
def test_a_note_that_is_empty_or_too_long_is_refused_beside_its_field_and_kept(desk, typed, sentence):
    claim = claim_under_review()
    response = desk.post(note_address(claim), {"note": typed})
    assert response.status_code == 422
    text = response.content.decode()
    assert f'id="note-error" role="alert">{sentence}' in text
    if typed.strip():
        assert typed in text
    assert not Note.objects.exists()


def test_the_rule_itself_refuses_what_the_form_would(reviewer):
    claim = claim_under_review()
    for text in ("", "  ", "x" * 4001):
        with pytest.raises(RuleViolation):
            add_note(claim, text=text, author=reviewer, now=NOW)


def test_hostile_text_is_printed_as_text(desk):
    claim = claim_under_review()
    desk.post(note_address(claim), {"note": "<script>alert(1)</script>"})
    text = desk.get(page_of(claim)).content.decode()
    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_notes_are_not_taken_for_drafts_nor_from_auditors(desk, client):
    assert desk.post(note_address(ClaimFactory()), {"note": "x"}).status_code == 404
    claim = claim_under_review()
    client.force_login(AuditorFactory())
    response = client.post(note_address(claim), {"note": "x"})
    assert response.status_code == 403
    assert "read claims, not decide" in response.content.decode()
    assert not Note.objects.exists()


def test_auditors_read_notes_and_comments_and_find_no_form_for_them(client):
    claim = claim_under_review()
    add_note(claim, text="Ask legal first", author=ReviewerFactory(), now=NOW)
    add_comment(claim, text="Hello partner", actor=reviewer_actor(), now=NOW)
    client.force_login(AuditorFactory())
    text = client.get(page_of(claim)).content.decode()
    assert "Ask legal first" in text
    assert "Hello partner" in text
    assert note_address(claim) not in text
    assert reverse("admin:review-comment", args=[claim.pk]) not in text


def test_nothing_private_reaches_the_partner_in_any_form(client):
    claim = claim_under_review(name="M365 for Contoso")
    document, line = claim.documents.get(), claim.lines.get()
    reviewer = ReviewerFactory(full_name="Secret Person")
    take(claim, user=reviewer, now=NOW)
    add_note(claim, text="Private thought", author=reviewer, now=NOW)
    ProofCheck.objects.create(
        claim=claim, document=document, product=line.product, rule="dates", result="missing",
        checked_by=reviewer, checked_at=NOW,
    )  # fmt: skip
    Presence.objects.create(claim=claim, user=reviewer, seen_at=NOW)
    rival = submitted_claim(tenant=claim.tenant, products=[line.product], name="Rival plan")
    client.force_login(claim.created_by)
    places = [
        claim.get_absolute_url(),
        reverse("claim-history", args=[claim.pk]),
        reverse("associations"),
        reverse("claims-export"),
        reverse("notices"),
    ]
    for place in places:
        text = client.get(place).content.decode()
        for secret in ("Private thought", "Secret Person", "Last checked", "Rival plan", rival.organization.name):
            assert secret not in text, (place, secret)
    for name in ("note", "presence"):
        assert client.get(reverse(f"admin:review-{name}", args=[claim.pk]), follow=True).status_code == 403


def test_the_record_shows_assignments_among_the_history_for_staff_alone(desk, client):
    claim = claim_under_review()
    add_comment(claim, text="One", actor=partner_actor(claim), now=NOW - timedelta(hours=2))
    lead, first = LeadFactory(full_name="Lee Lead"), ReviewerFactory(full_name="Fay First")
    take(claim, user=first, now=NOW - timedelta(hours=3))
    assign(claim, to=ReviewerFactory(full_name="Sam Second"), by=lead, now=NOW - timedelta(hours=1))
    release(claim, user=lead, now=NOW)
    history = desk.get(page_of(claim)).context["history"]
    assert [(entry.who, entry.sentence, entry.internal) for entry in history] == [
        ("Lee Lead", "released the claim from Sam Second.", True),
        ("Lee Lead", "assigned the claim to Sam Second.", True),
        (claim.created_by.full_name, "added a comment.", False),
        ("Fay First", "took the claim.", True),
    ]
    client.force_login(claim.created_by)
    told = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
    assert "Sam Second" not in told
    assert "Lee Lead" not in told


def test_idle_and_lost_assignments_say_so(desk):
    claim, person = claim_under_review(), ReviewerFactory(full_name="Ida Idle")
    Assignment.objects.create(claim=claim, kind="idle", before=person, at=NOW)
    Assignment.objects.create(claim=claim, kind="left", before=person, at=NOW + timedelta(1))
    history = desk.get(page_of(claim)).context["history"]
    assert [entry.sentence for entry in history] == [
        "took the claim from Ida Idle, since it left the review.",
        "released the claim from Ida Idle, who had not worked on it.",
    ]


def test_a_dispute_comes_first_with_both_sides(desk):
    claim = submitted_claim()
    person = ReviewerFactory(full_name="Rea Rejecter")
    start_review(claim, actor=Actor.reviewer(person), now=NOW)
    reason = ReasonCode.objects.get(code="acknowledgment_missing")
    reject(claim, reasons=[reason], message="No signature.", actor=Actor.reviewer(person), now=NOW)
    dispute(claim, actor=partner_actor(claim), message="It is on page 2.", now=NOW + timedelta(hours=1))
    response = desk.get(page_of(claim))
    found, text = response.context["dispute"], response.content.decode()
    assert "It is on page 2." in found.said.details
    assert found.rejection.who == "Rea Rejecter"
    assert "No signature." in found.rejection.details
    assert text.index("The partner disputes the rejection") < text.index("Proof of execution</h2>")
    assert desk.get(page_of(claim_under_review())).context["dispute"] is None
