"""Decisions at the reviewers' desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.associations import open_associations
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.models import Association, ReasonCode
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from notifications.models import OutgoingEmail
from tests.factories import (
    NOW,
    ClaimFactory,
    ProductFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
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


def reason(code):
    return ReasonCode.objects.get(code=code)


def decide(client, claim, decision, *, follow=False, **fields):
    data = {"version": claim.version, "decision": decision, **fields}
    return client.post(reverse("admin:review-decide", args=[claim.pk]), data, follow=follow)


def fresh(claim):
    claim.refresh_from_db()
    return claim


def snapshot(claim):
    """Everything that a refused decision must leave as it was."""
    return (
        type(claim).objects.filter(pk=claim.pk).values().get(),
        list(claim.lines.order_by("pk").values()),
        claim.events.count(),
        claim.action_requests.count(),
        Association.objects.count(),
        ConsentRequest.objects.count(),
        OutgoingEmail.objects.count(),
    )


def test_approving_asks_first_and_says_what_will_happen(desk):
    claim = claim_under_review(tenant=TenantFactory(admin_emails=["boss@contoso.example"]))
    before = snapshot(claim)
    response = decide(desk, claim, "approve", message="Well documented.")
    text = response.content.decode()
    assert response.status_code == 200
    assert claim.customer_contact_email in text
    assert "boss@contoso.example" in text
    assert "may opt out for 7 days" in text
    assert claim.lines.get().product.label in text
    assert "Well documented." in text
    assert snapshot(claim) == before


def test_approving_without_a_known_administrator_says_that_nobody_is_copied(desk):
    claim = claim_under_review(tenant=TenantFactory(admin_emails=[]))
    assert "nobody is copied" in decide(desk, claim, "approve").content.decode()


def test_a_confirmed_approval_opens_the_association_and_asks_the_customer(desk):
    claim = claim_under_review()
    response = decide(desk, claim, "approve", message="Well documented.", confirm="1")
    assert response.status_code == 302
    fresh(claim)
    assert claim.status == ClaimStatus.APPROVED
    assert claim.associations.get().ended_at is None
    assert ConsentRequest.objects.get().customer_email == claim.customer_contact_email
    assert claim.events.get(action=ClaimAction.APPROVE).data["message"] == "Well documented."


def test_back_from_the_confirmation_keeps_what_was_typed(desk):
    claim = claim_under_review()
    response = decide(desk, claim, "approve", message="Well documented.", back="1")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Well documented.</textarea>" in text
    assert 'value="approve" id="id_decision_0" checked' in text
    assert fresh(claim).status == ClaimStatus.UNDER_REVIEW


def test_a_revenue_association_is_approved_without_a_message_to_the_customer(desk):
    claim = ClaimFactory(
        status=ClaimStatus.UNDER_REVIEW,
        submissions=1,
        submitted_at=NOW,
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[Activity.REVENUE],
        products=[ProductFactory()],
    )
    assert "No message goes to the customer." in decide(desk, claim, "approve").content.decode()
    decide(desk, claim, "approve", confirm="1")
    assert fresh(claim).status == ClaimStatus.APPROVED
    assert not ConsentRequest.objects.filter(asks=True).exists()


def test_requesting_action_tells_the_partner_the_reasons_and_starts_thirty_days(desk, reviewer):
    claim = claim_under_review()
    response = decide(desk, claim, "request_action", reasons=[reason("dates_missing").pk], message="See page 3.")
    assert response.status_code == 302
    fresh(claim)
    assert claim.status == ClaimStatus.ACTION_REQUIRED
    assert claim.action_due_at - timezone.now() > timedelta(days=29)
    asked = claim.action_requests.get()
    assert [found.code for found in asked.reasons.all()] == ["dates_missing"]
    assert (asked.message, asked.requested_by) == ("See page 3.", reviewer)


def test_rejecting_tells_the_partner_why(desk):
    claim = claim_under_review()
    chosen = [reason("poe_missing").pk, reason("partner_requested").pk]
    response = decide(desk, claim, "reject", reasons=chosen, message="Please file anew.")
    assert response.status_code == 302
    assert fresh(claim).status == ClaimStatus.REJECTED
    told = claim.events.get(action=ClaimAction.REJECT).data
    assert {found["code"] for found in told["reasons"]} == {"poe_missing", "partner_requested"}
    assert told["message"] == "Please file anew."


def test_a_disputed_claim_can_be_decided(desk):
    claim = ClaimFactory(status=ClaimStatus.DISPUTED, submissions=1, submitted_at=NOW)
    decide(desk, claim, "reject", reasons=[reason("poe_missing").pk])
    assert fresh(claim).status == ClaimStatus.REJECTED


def test_after_a_decision_the_button_takes_the_next_claim_and_nothing_else_promises_one(desk, reviewer):
    claim, following = claim_under_review(), submitted_claim(queue_due_on=NOW.date())
    response = decide(desk, claim, "reject", reasons=[reason("poe_missing").pk], follow=True)
    text = response.content.decode()
    assert f'action="{reverse("admin:review-next")}"' in text
    assert reverse("admin:review-claim", args=[following.pk]) not in text.split('id="decision"')[0].split("<h1")[0]
    assert "Next claim:" not in text
    desk.post(reverse("admin:review-next"), {"besides": claim.pk})
    assert fresh(following).reviewer == reviewer


def test_when_nothing_is_free_the_desk_leads_to_the_claims_one_has(desk, reviewer):
    claim, own = claim_under_review(), claim_under_review(reviewer=reviewer)
    submitted_claim(reviewer=ReviewerFactory())
    response = decide(desk, claim, "reject", reasons=[reason("poe_missing").pk], follow=True)
    assert '<a href="/admin/claims/?tab=mine">The claims that you have wait.</a>' in response.content.decode()
    response = decide(desk, own, "reject", reasons=[reason("poe_missing").pk], follow=True)
    assert "No other claim waits for a decision." in response.content.decode()


def test_after_the_last_decision_the_desk_says_that_all_is_done(desk):
    claim = claim_under_review()
    response = decide(desk, claim, "reject", reasons=[reason("poe_missing").pk], follow=True)
    assert "No other claim waits for a decision." in response.content.decode()


@pytest.mark.parametrize(
    ("decision", "codes", "sentence"),
    [
        ("", [], "Choose one of the three decisions."),
        ("forgive", [], "Choose one of the three decisions."),
        ("request_action", [], "Choose at least one reason, so that the partner knows what to do."),
        ("reject", [], "Choose at least one reason, so that the partner knows why."),
        ("request_action", ["partner_requested"], "is a reason to reject, not to ask."),
        ("approve", ["poe_missing"], "An approval takes no reasons."),
    ],
)
def test_an_incomplete_decision_is_refused_at_its_field_and_keeps_what_was_typed(desk, decision, codes, sentence):
    claim = claim_under_review()
    before = snapshot(claim)
    chosen = [reason(code).pk for code in codes]
    response = decide(desk, claim, decision, reasons=chosen, message="My own words.", confirm="1")
    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert "My own words.</textarea>" in text
    form = text[text.index("data-decision") : text.index("Send decision</button>")]
    assert form.count(" checked") == len(chosen) + (decision in {"request_action", "reject", "approve"})
    assert snapshot(claim) == before


def test_a_message_that_is_too_long_is_refused_at_its_field(desk):
    claim = claim_under_review()
    response = decide(desk, claim, "reject", reasons=[reason("poe_missing").pk], message="x" * 4001)
    assert response.status_code == 422
    assert "A message has at most 4,000 characters." in response.content.decode()


@pytest.mark.parametrize(
    ("decision", "extra"),
    [("approve", {}), ("approve", {"confirm": "1"}), ("request_action", {}), ("reject", {})],
)
def test_a_decision_on_an_older_version_is_refused_and_leaves_everything_unchanged(desk, decision, extra):
    claim = claim_under_review()
    type(claim).objects.filter(pk=claim.pk).update(version=claim.version + 1)
    before = snapshot(claim)
    chosen = [] if decision == "approve" else [reason("poe_missing").pk]
    response = decide(desk, claim, decision, reasons=chosen, message="My own words.", **extra)
    text = response.content.decode()
    assert response.status_code == 409
    assert "was changed by someone else in the meantime" in text
    assert "My own words.</textarea>" in text
    assert f'name="version" value="{claim.version + 1}"' in text
    assert snapshot(claim) == before


def test_an_incomplete_decision_does_not_forget_which_version_was_read(desk):
    claim = claim_under_review()
    type(claim).objects.filter(pk=claim.pk).update(version=claim.version + 1)
    response = decide(desk, claim, "reject")
    assert response.status_code == 422
    assert f'name="version" value="{claim.version}"' in response.content.decode()


def test_a_decision_that_a_colleague_took_first_is_refused_and_the_message_can_be_copied(desk, client):
    claim = claim_under_review()
    seen = claim.version
    decide(desk, claim, "reject", reasons=[reason("poe_missing").pk])
    before = snapshot(claim)
    client.force_login(ReviewerFactory())
    fresh(claim).version = seen
    response = decide(client, claim, "approve", message="All good.", confirm="1")
    assert response.status_code == 409
    assert "Only a claim under review can be approved. The status of this claim is Rejected." in (
        response.content.decode()
    )
    assert "All good.</textarea>" in response.content.decode()
    assert snapshot(claim) == before


def test_approving_what_another_partner_holds_is_refused_with_a_sentence(desk):
    tenant, workload = TenantFactory(), WorkloadFactory()
    holder = ClaimFactory(
        status=ClaimStatus.APPROVED,
        submissions=1,
        submitted_at=NOW,
        decided_at=NOW,
        tenant=tenant,
        products=[workload],
    )
    open_associations(holder, now=NOW)
    claim = claim_under_review(tenant=tenant, products=[workload])
    before = snapshot(claim)
    response = decide(desk, claim, "approve", message="Stronger proof.", confirm="1")
    text = response.content.decode()
    assert response.status_code == 409
    assert "Another partner is already associated with one of these products" in text
    assert "Stronger proof.</textarea>" in text
    assert "Send decision" in text
    assert snapshot(claim) == before


def test_a_submitted_claim_cannot_be_decided_before_its_review_starts(desk):
    claim = submitted_claim()
    response = decide(desk, claim, "approve", confirm="1")
    assert response.status_code == 409
    assert "Only a claim under review can be approved." in response.content.decode()
    assert fresh(claim).status == ClaimStatus.SUBMITTED


def test_a_retired_reason_is_no_longer_offered(desk):
    claim = claim_under_review()
    retired = reason("dates_missing")
    retired.is_active = False
    retired.save(update_fields=["is_active"])
    response = decide(desk, claim, "reject", reasons=[retired.pk])
    assert response.status_code == 422
    assert retired.title not in desk.get(reverse("admin:review-claim", args=[claim.pk])).content.decode()


def test_a_decision_without_the_forgery_token_is_refused(reviewer):
    from django.test import Client

    claim = claim_under_review()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reviewer)
    assert decide(strict, claim, "reject", reasons=[reason("poe_missing").pk]).status_code == 403
    assert fresh(claim).status == ClaimStatus.UNDER_REVIEW
