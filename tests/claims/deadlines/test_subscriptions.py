"""A subscription ended: 24 hours later the association on it, and only that."""

from datetime import timedelta

import pytest

from claims.deadlines import sweep
from claims.deciding import approve, ask_holder
from claims.enums import Activity, ClaimAction, ClaimStatus, LineVerdict
from claims.findings import Finding
from claims.history import tell_partner
from claims.models import Association, ReasonCode
from customers.enums import SolutionArea, SubscriptionStatus
from customers.models import ConsentRequest
from notifications.models import Notice, OutgoingEmail
from tests.claims.deadlines.scenes import DAY, subscribed_claim
from tests.factories import (
    NOW,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    claim_under_review,
    notify_customer,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ended(at):
    return sweep(now=at)["subscriptions_ended"]


def test_with_its_only_subscription_the_claim_ends_the_link_asks_no_more_and_the_partner_is_told():
    claim = notify_customer(subscribed_claim(NOW))
    [subscription] = claim.tenant.subscriptions.all()
    stranger = subscribed_claim(NOW)
    claim.tenant.subscriptions.update(gone_at=NOW)
    assert ended(NOW + DAY) == 1
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.ENDED
    row = Association.objects.get(claim=claim)
    assert (row.ended_at, row.end_reason) == (NOW + DAY, Association.EndReason.SUBSCRIPTION_ENDED)
    assert ConsentRequest.objects.get(reference=str(claim.pk)).withdrawn_at == NOW + DAY
    [told] = tell_partner([claim.events.get(action=ClaimAction.EXPIRE)])
    assert told.sentence == "ended the association, because its subscription has ended."
    assert subscription.shown_id in told.details[0]
    mail = OutgoingEmail.objects.get(kind="claim.expire", to=[claim.created_by.email])
    assert subscription.shown_id in mail.text
    assert Notice.objects.filter(kind="claim.expire", user=claim.created_by).count() == 1
    stranger.refresh_from_db()
    assert stranger.status == ClaimStatus.APPROVED
    assert not stranger.lines.filter(live=False).exists()
    assert not claim.lines.filter(live=True).exists()


def test_with_one_of_two_the_rest_stays_and_the_customer_is_asked_about_the_rest():
    claim = subscribed_claim(NOW, number=2)
    gone, kept = claim.tenant.subscriptions.order_by("pk")
    gone.status = SubscriptionStatus.DELETED
    gone.save()
    assert [ended(NOW + HOUR), ended(NOW + HOUR + DAY - timedelta(seconds=1)), ended(NOW + HOUR + DAY)] == [0, 0, 1]
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.APPROVED
    assert Association.objects.get(claim=claim, ended_at=None).subscription == kept
    assert claim.lines.get().verdict == LineVerdict.ACCEPTED
    items = ConsentRequest.objects.get(reference=str(claim.pk)).items
    assert [item.key for item in items.filter(ended_at=None)] == [f"subscription:{kept.pk}"]
    event = claim.events.get(action=ClaimAction.LOSE_SUBSCRIPTION)
    assert event.data["lost"] == [f"{claim.lines.get().product.label} ({gone.shown_id})"]
    assert (
        kept.shown_id not in OutgoingEmail.objects.get(kind="claim.lose_subscription", to=[claim.created_by.email]).text
    )
    kept.gone_at = NOW + 3 * DAY
    kept.save()
    assert [ended(NOW + 4 * DAY), ended(NOW + 5 * DAY)] == [1, 0]
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.ENDED


def test_a_revenue_association_ends_with_its_subscription_too():
    claim = subscribed_claim(NOW, activities=[Activity.REVENUE])
    claim.tenant.subscriptions.update(gone_at=NOW)
    assert ended(NOW + DAY) == 1
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.ENDED


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.SUSPENDED, SubscriptionStatus.LOCKED_OUT, SubscriptionStatus.WARNING]
)
def test_a_subscription_that_may_come_back_changes_nothing(status):
    claim = subscribed_claim(NOW)
    claim.tenant.subscriptions.update(status=status)
    assert [ended(NOW), ended(NOW + 5 * DAY)] == [0, 0]
    assert not Association.objects.filter(ending_since__isnull=False).exists()


def test_one_that_is_listed_again_in_time_begins_another_24_hours_when_it_goes_once_more():
    claim = subscribed_claim(NOW)
    own = claim.tenant.subscriptions
    own.update(gone_at=NOW)
    assert ended(NOW + 23 * HOUR) == 0
    own.update(gone_at=None)
    assert ended(NOW + 25 * HOUR) == 0
    assert Association.objects.get(claim=claim).ending_since is None
    own.update(gone_at=NOW + 30 * HOUR)
    assert [ended(NOW + 53 * HOUR), ended(NOW + 54 * HOUR)] == [0, 1]
    # Gone, back and gone again between two sweeps: the second time counts.
    other = subscribed_claim(NOW)
    other.tenant.subscriptions.update(gone_at=NOW)
    sweep(now=NOW + HOUR)
    other.tenant.subscriptions.update(gone_at=NOW + 20 * HOUR)
    assert [ended(NOW + 25 * HOUR), ended(NOW + 44 * HOUR)] == [0, 1]


def test_what_was_gone_before_the_association_began_counts_from_its_beginning():
    claim = subscribed_claim(NOW)
    claim.tenant.subscriptions.update(gone_at=NOW - 3 * DAY)
    assert [ended(NOW + DAY - timedelta(seconds=1)), ended(NOW + DAY)] == [0, 1]


def test_another_customers_subscription_of_the_same_product_does_not_matter():
    claim = subscribed_claim(NOW)
    SubscriptionFactory(product=claim.lines.get().product, gone_at=NOW, status=SubscriptionStatus.DELETED)
    assert ended(NOW + 5 * DAY) == 0


@pytest.mark.parametrize("about_both", [False, True])
def test_an_open_request_is_closed_when_all_it_asks_is_about_what_is_gone(about_both):
    tenant, products = TenantFactory(), ProductFactory.create_batch(2)
    gone, kept = (SubscriptionFactory(tenant=tenant, product=product) for product in products)
    facts = {"activities": [Activity.USAGE], "solution_area": SolutionArea.BUSINESS_APPLICATIONS}
    claim = claim_under_review(tenant=tenant, products=products, subscriptions=[gone, kept], **facts)
    approve(claim, actor=reviewer_actor(), now=NOW)
    reason = ReasonCode.objects.get(code="acknowledgment_missing")
    asked = [Finding(reason, product=product) for product in (products if about_both else products[:1])]
    ask_holder(claim, reasons=asked, message="", actor=reviewer_actor(), now=NOW, due_at=NOW + 20 * DAY)
    gone.gone_at = NOW
    gone.save()
    assert ended(NOW + DAY) == 1
    assert claim.action_requests.get().closed_at == (None if about_both else NOW + DAY)
    assert [line.product for line in claim.lines.filter(live=True)] == [products[1]]
    assert [line.product for line in claim.lines.filter(verdict=LineVerdict.LOST)] == [products[0]]
