"""One act on many claims, from the queue's boxes."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimEvent
from review.models import Assignment, Bar
from tests.factories import NOW, AuditorFactory, ClaimFactory, LeadFactory, ReviewerFactory

pytestmark = pytest.mark.django_db
BULK = "/admin/claims/several/"


def waiting(**fields):
    fields = {
        "status": ClaimStatus.SUBMITTED,
        "submissions": 1,
        "submitted_at": NOW,
        "queue_due_on": NOW.date(),
    } | fields
    return ClaimFactory(**fields)


def box(claim):
    return f"{claim.pk}.{claim.version}.{claim.reviewer_id or 0}"


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def reviewers():
    return dict(Claim.objects.values_list("pk", "reviewer_id"))


def test_free_claims_are_taken_and_others_told_by_name_and_reason(desk, reviewer):
    free, again = waiting(), waiting()
    other = ReviewerFactory(full_name="Robin Field")
    theirs, decided = waiting(reviewer=other), waiting(status=ClaimStatus.REJECTED, decided_at=NOW)
    response = desk.post(BULK, {"act": "take", "claim": [box(each) for each in (free, again, theirs, decided)]})
    assert response.status_code == 302
    assert reviewers() == {free.pk: reviewer.pk, again.pk: reviewer.pk, theirs.pk: other.pk, decided.pk: None}
    done, *refused = told(response)
    assert done == "You took 2 claims."
    assert f"Not taken: {theirs}. Somebody else has this claim." in refused
    assert any(text.startswith(f"Not taken: {decided}. Only a claim in review") for text in refused)
    assert Assignment.objects.filter(kind="taken").count() == 2


def test_what_was_taken_back_meanwhile_or_may_not_be_read_is_counted_and_not_named(desk, reviewer):
    free, gone, barred = waiting(), waiting(name="Hush gone"), waiting(name="Hush barred")
    boxes = [box(each) for each in (free, gone, barred)]
    Claim.objects.filter(pk=gone.pk).update(status=ClaimStatus.EDITING)
    Bar.objects.create(reviewer=reviewer, organization=barred.organization, reason="Family", set_at=NOW)
    response = desk.post(BULK, {"act": "take", "claim": boxes})
    assert told(response) == [
        "You took 1 claim.",
        "2 chosen claims are not with Microsoft now, or not yours to read. Nothing was done with them.",
    ]
    assert reviewers() == {free.pk: reviewer.pk, gone.pk: None, barred.pk: None}


def test_all_on_this_page_means_every_row_that_was_shown_without_ticks(desk, reviewer):
    claims = [waiting() for _ in range(3)]
    desk.post(BULK, {"act": "take", "all": "1", "shown": [box(claim) for claim in claims]})
    assert set(reviewers().values()) == {reviewer.pk}


def test_a_claim_whose_reviewer_changed_meanwhile_is_left_alone_and_told(client):
    lead, faster, to = LeadFactory(), ReviewerFactory(full_name="Robin Field"), ReviewerFactory()
    client.force_login(lead)
    claim = waiting()
    shown = box(claim)
    Claim.objects.filter(pk=claim.pk).update(reviewer=faster)
    response = client.post(BULK, {"act": "assign", "to": to.pk, "claim": [shown]})
    assert reviewers() == {claim.pk: faster.pk}
    assert told(response) == [
        f"Not assigned: {claim}. Its reviewer changed since you saw this list: Robin Field has it now."
    ]


def test_reviews_start_and_a_changed_claim_does_not(desk, reviewer):
    fresh, changed = waiting(), waiting()
    shown = [box(fresh), box(changed)]
    Claim.objects.filter(pk=changed.pk).update(version=2)
    response = desk.post(BULK, {"act": "start", "claim": shown})
    fresh.refresh_from_db()
    changed.refresh_from_db()
    assert (fresh.status, fresh.reviewer, changed.status) == ("under_review", reviewer, "submitted")
    assert told(response)[0] == "You started the review of 1 claim."
    assert str(changed) in told(response)[1]
    assert ClaimEvent.objects.get().claim == fresh


def test_own_claims_are_released_others_only_by_leads(desk, reviewer, client):
    mine, theirs = waiting(reviewer=reviewer), waiting(reviewer=ReviewerFactory())
    boxes = [box(mine), box(theirs)]
    response = desk.post(BULK, {"act": "release", "claim": boxes})
    assert reviewers() == {mine.pk: None, theirs.pk: theirs.reviewer_id}
    assert "Only its reviewer or a lead can release this claim." in told(response)[1]
    client.force_login(LeadFactory())
    client.post(BULK, {"act": "release", "claim": [box(theirs)]})
    assert reviewers()[theirs.pk] is None


def test_leads_assign_others_do_not_and_a_barred_person_gets_nothing(client):
    to, claim, barred = ReviewerFactory(full_name="Robin Field"), waiting(), waiting()
    Bar.objects.create(reviewer=to, organization=barred.organization, reason="Family", set_at=NOW)
    data = {"act": "assign", "to": to.pk, "claim": [box(claim), box(barred)]}
    client.force_login(ReviewerFactory())
    response = client.post(BULK, data)
    assert set(reviewers().values()) == {None}
    assert "Only leads assign claims to others." in told(response)[0]
    client.force_login(LeadFactory())
    response = client.post(BULK, data)
    assert reviewers() == {claim.pk: to.pk, barred.pk: None}
    assert told(response)[-2] == "You assigned 1 claim to Robin Field."
    assert "Robin Field is barred from this partner's claims." in told(response)[-1]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"act": "take"}, "Choose at least one claim first."),
        ({"act": "take", "claim": ["x", "1.2", "²..", "1.1." + "9" * 30]}, "Choose at least one claim first."),
        ({"act": "burn", "claim": ["1.1.0"]}, "Choose what to do with the claims."),
        ({}, "Choose what to do with the claims."),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(desk, data, sentence):
    claim = waiting()
    response = desk.post(BULK, data | {"query": "tab=mine"})
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/claims/?tab=mine")
    assert told(response) == [sentence]
    assert reviewers() == {claim.pk: None}


@pytest.mark.parametrize("to", ["", "x", "0", "9" * 30])
def test_nobody_to_assign_to_is_told(client, to):
    client.force_login(LeadFactory())
    claim = waiting()
    response = client.post(BULK, {"act": "assign", "to": to, "claim": [box(claim)]})
    assert told(response) == ["Choose a person who decides on claims."]


def test_a_barred_reviewer_reaches_no_claim_of_the_partner_through_the_boxes(desk, reviewer):
    claim = waiting(name="Family business")
    Bar.objects.create(reviewer=reviewer, organization=claim.organization, reason="Family", set_at=NOW)
    response = desk.post(BULK, {"act": "take", "claim": [box(claim)]})
    assert reviewers() == {claim.pk: None}
    assert "Family business" not in " ".join(told(response))


def test_the_way_back_stays_on_the_queue(desk):
    response = desk.post(BULK, {"act": "take", "query": "//evil.example/?next=https://evil.example"})
    assert response.headers["Location"].startswith("/admin/claims/?")


def test_auditors_are_refused_with_a_sentence(client):
    claim = waiting(submitted_at=timezone.now() - timedelta(days=1))
    client.force_login(AuditorFactory())
    response = client.post(BULK, {"act": "take", "claim": [box(claim)]})
    assert response.status_code == 403
    assert "Your role lets you read claims, not decide on them." in response.content.decode()
    assert reviewers() == {claim.pk: None}
