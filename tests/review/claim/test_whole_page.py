"""The whole page: what changed, ways on, and how many questions it asks."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.associations import open_associations
from claims.deciding import reject, request_action, start_review
from claims.enums import IN_REVIEW, Activity, ClaimStatus
from claims.findings import Finding
from claims.fixing import answer_item
from claims.models import ActionRequest, FixItem, ReasonCode, Submission
from claims.models.holiday import Holiday
from claims.submitting import add_comment, dispute, submit
from customers.enums import SolutionArea
from review.assigning import assign, release, take
from review.checks import Cell, save_checks
from review.models import Bar, Presence
from review.notes import add_note
from review.staleness import changes_since
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    LeadFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    TenantFactory,
    claim_under_review,
    partner_actor,
    pdf_upload,
    put_on_tenant,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture
def desk(client):
    client.force_login(ReviewerFactory(full_name="Robin Reviewer"))
    return client


def page_of(claim):
    return reverse("admin:review-claim", args=[claim.pk])


def crowded_claim(count, *, status=ClaimStatus.UNDER_REVIEW):
    """A claim with so many of everything that its page lists, at three in review by its side."""
    tenant = TenantFactory()
    products = ProductFactory.create_batch(count)
    for product in products:
        put_on_tenant(product, tenant)
    bought = [SubscriptionFactory(tenant=tenant, product=product) for product in products]
    sales = {
        "solution_area": SolutionArea.BUSINESS_APPLICATIONS,
        "activities": [Activity.PRE_SALES],
        "tenant": tenant,
        "products": products,
        "subscriptions": bought,
    }
    claim = claim_under_review(**sales)
    type(claim).objects.filter(pk=claim.pk).update(status=status, queue_due_on=NOW.date())
    claim.refresh_from_db()
    lead = LeadFactory()
    people = ReviewerFactory.create_batch(count)
    for number, person in enumerate(people):
        submitted_claim(**sales)
        rejected = {"status": ClaimStatus.REJECTED, "decided_at": NOW, "submissions": 1}
        similar = ClaimFactory(**sales, **rejected, customer_contact_email=claim.customer_contact_email)
        document = DocumentFactory(claim=claim, name=f"Order {number}.pdf", first_submission=1)
        DocumentFactory(claim=similar, sha256=document.sha256, first_submission=1)
        DocumentFactory(claim=claim, name=f"Old {number}.pdf", first_submission=1, removed_at=NOW)
        Submission.objects.create(claim=claim, number=number + 1, submitted_at=NOW, facts={"Claim name": str(number)})
        add_comment(claim, text=f"Comment {number}", actor=partner_actor(claim), now=NOW)
        add_comment(claim, text=f"Answer {number}", actor=reviewer_actor(), now=NOW)
        add_note(claim, text=f"Note {number}", author=person, now=NOW)
        assign(claim, to=person, by=lead, now=NOW)
        Presence.objects.create(claim=claim, user=person, seen_at=timezone.now())
        asked = ActionRequest.objects.create(
            claim=claim, message="Please", requested_by=person, requested_at=NOW, due_at=NOW, closed_at=NOW
        )
        for each in range(count):
            reason = ReasonCode.objects.all()[each]
            FixItem.objects.create(request=asked, reason=reason, title=reason.title, text="Do", answered_by=person)

        cells = {Cell(document.pk, product.pk, "dates"): "shown" for product in products}
        save_checks(claim, results=cells, by=person, now=NOW)
    return claim


@pytest.mark.parametrize("is_free", [False, True])
@pytest.mark.parametrize("status", sorted(IN_REVIEW))
@pytest.mark.parametrize("role", [ReviewerFactory, LeadFactory])
def test_the_page_asks_at_most_twenty_questions_at_any_size(client, role, status, is_free):
    """Also for a lead who has the claim, at the moment when presence and activity are written; and when nobody has it."""
    counts = []
    for count in (1, 3):
        claim = crowded_claim(count, status=status)
        person = role()
        if is_free:
            release(claim, user=LeadFactory(), now=NOW)
        else:
            assign(claim, to=person, by=LeadFactory(), now=NOW)
        claim.__class__.objects.filter(pk=claim.pk).update(reviewer_active_at=timezone.now() - timedelta(hours=1))
        client.force_login(person)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(page_of(claim))
        assert response.status_code == 200
        text = response.content.decode()
        assert text.count("Note ") >= count
        assert response.context["rivals"].claims
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST, [query["sql"][:150] for query in asked]


@pytest.mark.parametrize("status", sorted(IN_REVIEW))
@pytest.mark.parametrize("days", [-9, -1, 0, 1, 9])
def test_the_page_tells_the_clock_in_the_words_and_colours_of_the_queue(desk, status, days):
    """Also before the review has begun: then the clock says by when to start. Staff's entries in the calendar count."""
    today = timezone.localdate()
    Holiday.objects.create(date=today + timedelta(days=2), name="Outing", is_working_day=False)
    Holiday.objects.create(date=today - timedelta(days=3), name="Inventory", is_working_day=True)
    due = today + timedelta(days=days)
    started = {} if status == ClaimStatus.SUBMITTED else {"review_started_at": NOW, "review_due_on": due}
    claim = ClaimFactory(status=status, submissions=1, submitted_at=NOW, queue_due_on=due, **started)
    listed = next(row for row in desk.get(reverse("admin:review-queue")).context["rows"] if row.claim == claim)
    response = desk.get(page_of(claim))
    text = response.content.decode()
    assert response.context["due"] == listed.due
    assert f'<span class="queue-due queue-due--{listed.due.tone}">{listed.due.text}</span>' in text
    assert ("start due" in text) == (status == ClaimStatus.SUBMITTED)
    assert ("answer due" in text) == (status != ClaimStatus.SUBMITTED)


def test_no_clock_runs_on_a_claim_outside_of_the_review(desk):
    claim = ClaimFactory(
        status=ClaimStatus.REJECTED, submissions=1, submitted_at=NOW, decided_at=NOW, queue_due_on=NOW.date()
    )
    assert 'class="queue-due' not in desk.get(page_of(claim)).content.decode()


FIRST, LATER = "What changed since the last submission", "What changed at the last submission"


def resubmitted_claim():
    """A claim that came again a day later, with an answer and a second file."""
    claim = ClaimFactory()
    product = claim.lines.get().product
    put_on_tenant(product, claim.tenant)
    first = DocumentFactory(claim=claim, name="First.pdf")
    partner, asker = partner_actor(claim), reviewer_actor()
    submit(claim, actor=partner, now=NOW)
    start_review(claim, actor=asker, now=NOW)
    reason = ReasonCode.objects.get(code="acknowledgment_missing")
    request_action(
        claim, reasons=[Finding(reason, document=first, note="Page 3")], message="Please", actor=asker, now=NOW
    )
    answer_item(FixItem.objects.get(), ticked=True, answer="See page 4 of the new file", actor=partner, now=NOW)
    DocumentFactory(claim=claim, name="Second.pdf")
    submit(claim, actor=partner, now=NOW + timedelta(days=1))
    return claim


def test_what_changed_stands_first_with_the_answers_of_the_partner(desk):
    claim = resubmitted_claim()
    response = desk.get(page_of(claim))
    text = response.content.decode()
    labels = {change.label: change for change in response.context["difference"]}
    assert [value.split(" (")[0] for value in labels["Documents"].added] == ["Second.pdf"]
    assert "See page 4 of the new file" in text
    assert "Asked: Page 3" in text
    assert text.index(FIRST) < text.index("Proof of execution</h2>")
    assert LATER not in text
    assert 'desk-tag--info">New' in text
    fresh = desk.get(page_of(claim_under_review())).content.decode()
    assert FIRST not in fresh
    assert LATER not in fresh


@pytest.mark.parametrize("files", [0, 1])
def test_a_dispute_shows_first_what_came_with_it_and_what_was_judged_before_only_below(desk, files):
    claim, reviewer = resubmitted_claim(), reviewer_actor()
    reasons = [ReasonCode.objects.get(code="poe_missing")]
    reject(claim, reasons=reasons, message="", actor=reviewer, now=NOW + timedelta(days=2))
    judged = desk.get(page_of(claim)).content.decode()
    assert FIRST not in judged
    assert judged.index("Proof of execution</h2>") < judged.index(LATER)
    uploads = [pdf_upload("Third.pdf")] * files
    dispute(claim, actor=partner_actor(claim), message="Look.", uploads=uploads, now=NOW + timedelta(days=3))
    response = desk.get(page_of(claim))
    text = response.content.decode()
    assert ("Third.pdf" in str(response.context["difference"])) == bool(files)
    if files:
        assert text.index(FIRST) < text.index("Proof of execution</h2>")
        assert LATER not in text
    else:
        assert FIRST not in text
        assert text.index("Proof of execution</h2>") < text.index(LATER) < text.index("Requests to the partner")
    # What is judged already is folded up, not gone.
    assert "Second.pdf" in text


def test_while_the_partner_is_asked_again_nothing_is_news(desk):
    claim = resubmitted_claim()
    reasons = [ReasonCode.objects.get(code="poe_missing")]
    request_action(claim, reasons=reasons, message="", actor=reviewer_actor(), now=NOW + timedelta(days=2))
    text = desk.get(page_of(claim)).content.decode()
    assert FIRST not in text
    assert f"{LATER}</h2>" in text


def test_a_product_that_was_removed_settles_its_item(desk):
    claim = claim_under_review()
    asked = ActionRequest.objects.create(
        claim=claim, message="", requested_by=ReviewerFactory(), requested_at=NOW, due_at=NOW, closed_at=NOW
    )
    reason = ReasonCode.objects.first()
    FixItem.objects.create(request=asked, reason=reason, title="Gone", text="Do", product=ProductFactory())
    FixItem.objects.create(request=asked, reason=reason, title="Kept", text="Do", product=claim.lines.get().product)
    items = desk.get(page_of(claim)).context["requests"][0].items
    assert [(item.title, item.is_settled) for item in items] == [("Gone", True), ("Kept", False)]


def test_the_directory_alarms_in_words(desk):
    tenant, product = TenantFactory(imported_at=timezone.now() - timedelta(days=31)), ProductFactory()
    trial = SubscriptionFactory(tenant=tenant, product=product, is_trial=True, activated_at=timezone.now())
    claim = submitted_claim(
        solution_area=SolutionArea.BUSINESS_APPLICATIONS, tenant=tenant, products=[product], subscriptions=[trial],
        customer_domain="elsewhere.example",
    )  # fmt: skip
    other = submitted_claim(tenant=tenant)
    alarms = desk.get(page_of(claim)).context["facts"].alarms
    assert alarms == [
        "elsewhere.example is not verified by this tenant.",
        f"{product.label}: a subscription was activated less than 48 hours ago.",
        "The directory was imported more than 30 days ago.",
    ]
    response = desk.get(page_of(other))
    assert f"{other.lines.get().product.label} is not on the tenant." in response.context["facts"].alarms
    assert "Not on the tenant" in response.content.decode()
    assert ">Trial<" in desk.get(page_of(claim)).content.decode()


def test_the_directory_says_since_when_where_it_knows(desk):
    tenant = TenantFactory()
    claim = claim_under_review(tenant=tenant)
    workload = claim.lines.get().product
    put_on_tenant(workload, tenant)
    text = desk.get(page_of(claim)).content.decode()
    assert "0 of 10 seats used." in text
    assert "The directory does not say since when, or whether through a CSP." in text


@pytest.mark.parametrize(
    ("owners", "shown"),
    [(["csp"], "CSP"), (["csp", "csp"], "CSP"), (["csp", None], "CSP and direct"), ([None, "own"], "direct")],
)
def test_the_directory_says_of_a_workload_whether_it_was_bought_through_a_csp(desk, owners, shown):
    """For Microsoft 365 nobody chooses a subscription in the claim: what the tenant holds of the workload says it."""
    tenant = TenantFactory()
    claim = claim_under_review(tenant=tenant)
    workload = claim.lines.get().product
    put_on_tenant(workload, tenant)
    ids = {"csp": uuid4(), "own": tenant.tenant_id, None: None}
    for owner in owners:
        SubscriptionFactory(tenant=tenant, product=workload, owner_tenant_id=ids[owner])
    SubscriptionFactory(
        tenant=tenant, product=workload, owner_tenant_id=uuid4() if shown == "direct" else None, gone_at=NOW
    )
    SubscriptionFactory(product=workload, owner_tenant_id=uuid4() if shown == "direct" else None)
    part = desk.get(page_of(claim)).content.decode().split('class="desk-plain desk-owned"')[1].split("</li>")[0]
    tags = re.findall(r'<span class="desk-tag([^"]*)">([^<]+)</span>', part)
    tone = {"CSP": " desk-tag--danger", "CSP and direct": " desk-tag--warning", "direct": ""}[shown]
    assert tags == [(" desk-tag--success", "On the tenant"), (tone, shown)]


def test_neighbours_follow_the_order_of_the_queue_without_barred_partners(client):
    today = NOW.date()
    days = [claim_under_review(queue_due_on=today + timedelta(days=number)) for number in range(4)]
    late = claim_under_review(queue_due_on=today + timedelta(days=1), queue_rank=0)
    reviewer = ReviewerFactory()
    client.force_login(reviewer)

    def around(claim):
        found = client.get(page_of(claim)).context["claim"]
        return found.previous_key, found.next_key

    assert around(days[0]) == (None, late.pk)
    assert around(late) == (days[0].pk, days[1].pk)
    assert around(days[3]) == (days[2].pk, None)
    Bar.objects.create(reviewer=reviewer, organization=days[1].organization, reason="x", set_at=NOW)
    assert around(late) == (days[0].pk, days[2].pk)
    text = client.get(page_of(late)).content.decode()
    assert f'id="next-claim" rel="next" href="{page_of(days[2])}"' in text
    assert f'id="previous-claim" rel="prev" href="{page_of(days[0])}"' in text


def test_what_changed_meanwhile_is_told_from_the_row_that_was_seen():
    claim = claim_under_review()
    add_comment(claim, text="Before", actor=partner_actor(claim), now=NOW)
    seen = claim.events.latest("pk").pk
    assert changes_since(claim, seen) == []
    add_comment(claim, text="Meanwhile", actor=partner_actor(claim), now=NOW)
    add_note(claim, text="No history", author=ReviewerFactory(), now=NOW)
    take(claim, user=ReviewerFactory(), now=NOW)
    assert [told.details for told in changes_since(claim, seen)] == [["Meanwhile"]]
    for unknown in (None, 0, -5):
        assert changes_since(claim, unknown) == []


def test_a_holder_is_a_rival_that_raises_the_flag(desk):
    claim = claim_under_review()
    holder = ClaimFactory(
        status=ClaimStatus.APPROVED, submissions=1, submitted_at=NOW, decided_at=NOW, tenant=claim.tenant,
        products=[claim.lines.get().product],
    )  # fmt: skip
    open_associations(holder, now=NOW)
    assert [flag.code for flag in desk.get(page_of(claim)).context["flags"]] == ["conflict"]
