"""The page of a claim whose association has ended says why it ended, and nothing that did not happen."""

from datetime import timedelta

import pytest

from claims.deadlines import sweep
from claims.enums import ClaimStatus
from claims.findings import Finding
from claims.models import ReasonCode
from claims.submitting import disassociate
from claims.superseding import supersede
from tests.claims.deadlines.scenes import DAY, subscribed_claim
from tests.claims.journey import text_of
from tests.factories import NOW, partner_actor, reviewer_actor

pytestmark = pytest.mark.django_db
COMPARED = "after comparing claims of several partners"


def expire(claim):
    claim.tenant.subscriptions.update(gone_at=NOW)
    sweep(now=NOW + DAY)


def lose(claim):
    supersede(
        claim,
        workloads=(),
        subscriptions=claim.tenant.subscriptions.values_list("pk", flat=True),
        reasons=[Finding(ReasonCode.objects.get(code="another_partner_selected"))],
        message="The other proof is newer.",
        actor=reviewer_actor(),
        now=NOW + DAY,
    )


def leave(claim):
    disassociate(claim, actor=partner_actor(claim), message="The project is over.", now=NOW + DAY)


def page_after(client, claim, end):
    end(claim)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.ENDED
    client.force_login(claim.created_by)
    return text_of(client.get(claim.get_absolute_url()).content.decode())


@pytest.mark.parametrize(("number", "words"), [(1, "its subscription ended"), (2, "its subscriptions ended")])
def test_with_its_last_subscription_it_ended_because_of_that_and_not_of_other_partners(client, number, words):
    claim = subscribed_claim(NOW, number=number)
    seen = page_after(client, claim, expire)
    day = NOW + timedelta(days=1)
    assert f"This association ended on {day:%B} {day.day}, {day.year} , because {words}" in seen.replace("  ", " ")
    answer = seen[seen.index("This association ended on") : seen.index("What happens next")]
    for subscription in claim.tenant.subscriptions.all():
        assert f"{claim.lines.get().product.label} ({subscription.shown_id})" in answer
    assert COMPARED not in seen


def test_only_a_comparison_is_told_as_one(client):
    seen = page_after(client, subscribed_claim(NOW), lose)
    assert COMPARED in seen
    assert "The other proof is newer." in seen
    assert "subscription ended" not in seen


def test_the_partners_own_end_is_told_with_its_name(client):
    claim = subscribed_claim(NOW)
    seen = page_after(client, claim, leave)
    assert f"{claim.created_by.get_full_name()} disassociated the customer on" in seen
    assert COMPARED not in seen
    assert "subscription ended" not in seen
