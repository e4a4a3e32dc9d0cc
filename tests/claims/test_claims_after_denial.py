"""Claiming again after the customer denied: possible, flagged, and with proof of execution that is newer."""

from datetime import timedelta

import pytest

from claims.consenting import accept_denial
from claims.deciding import approve
from claims.enums import ClaimStatus
from claims.flags import flags_on
from claims.models import Association, ReasonCode
from claims.problems import problems_with
from claims.submitting import submit
from customers.models import ConsentRequest
from kit.errors import RuleViolation
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
    reviewer_actor,
)

pytestmark = pytest.mark.django_db
DENIED = NOW + timedelta(days=1)


def deny(claim, now=DENIED):
    consent = ConsentRequest.objects.get(reference=str(claim.pk))
    consent.denial_reasons = ["unknown_partner"]
    accept_denial(consent, now=now)


@pytest.fixture
def denied():
    claim = claim_under_review(products=WorkloadFactory.create_batch(2))
    approve(claim, actor=reviewer_actor(), now=NOW)
    deny(claim)
    claim.refresh_from_db()
    return claim


def again(denied, **fields):
    """Another claim of the same company for one of the products that were denied."""
    values = {"organization": denied.organization, "tenant": denied.tenant, "products": [denied.lines.first().product]}
    return ClaimFactory(**values | fields)


def codes(claim):
    return [problem.code for problem in problems_with(claim, now=DENIED)]


def test_a_denial_ends_the_association_of_every_product_of_the_claim(denied):
    assert denied.status == ClaimStatus.CONSENT_DENIED
    ended = Association.objects.filter(claim=denied)
    assert [row.ended_at for row in ended] == [DENIED, DENIED]
    assert not denied.lines.filter(live=True).exists()


def test_proof_from_before_the_denial_is_refused_with_its_day(denied):
    claim = again(denied)
    DocumentFactory(claim=claim, uploaded_at=DENIED - timedelta(seconds=1))
    with pytest.raises(RuleViolation, match=r"on November 25, 2026\. Upload proof of execution that is newer"):
        submit(claim, actor=partner_actor(claim), now=DENIED)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.EDITING


def test_newer_proof_beside_an_older_one_lets_it_through(denied):
    claim = again(denied)
    DocumentFactory(claim=claim, uploaded_at=DENIED - timedelta(days=1))
    newer = DocumentFactory(claim=claim, uploaded_at=DENIED)
    submit(claim, actor=partner_actor(claim), now=DENIED)
    assert claim.status == ClaimStatus.SUBMITTED
    newer.refresh_from_db()
    assert newer.first_submission == 1


def test_a_newer_file_that_was_removed_does_not_count(denied):
    claim = again(denied)
    DocumentFactory(claim=claim, uploaded_at=DENIED - timedelta(days=1))
    DocumentFactory(claim=claim, uploaded_at=DENIED + timedelta(hours=1), removed_at=DENIED + timedelta(hours=2))
    assert "document_before_denial" in codes(claim)


@pytest.mark.parametrize("other", ["product", "tenant", "organization"])
def test_another_product_customer_or_partner_is_not_concerned(denied, other):
    values = {
        "product": {"products": [WorkloadFactory()]},
        "tenant": {"tenant": TenantFactory()},
        "organization": {"organization": ClaimFactory().organization},
    }
    claim = again(denied, **values[other])
    DocumentFactory(claim=claim)
    assert "document_before_denial" not in codes(claim)
    submit(claim, actor=partner_actor(claim), now=DENIED)
    assert flags_on(claim) == []


def test_it_is_flagged_to_partner_and_reviewer_in_their_own_words(denied, client):
    claim = again(denied)
    assert flags_on(claim) == []
    DocumentFactory(claim=claim, uploaded_at=DENIED + timedelta(hours=1))
    submit(claim, actor=partner_actor(claim), now=DENIED)
    [flag] = flags_on(claim)
    assert flag.partner_text == "The customer denied an earlier association of your company for one of these products."
    assert flag.reviewer_text.endswith(
        "of this partner for one of these products. The proof of execution must be newer than that."
    )
    client.force_login(claim.created_by)
    assert f"Flags 1 {flag.partner_text}" in text_of(client.get(claim.get_absolute_url()).content.decode())


def test_the_page_says_it_before_the_partner_submits(denied, client):
    claim = again(denied)
    DocumentFactory(claim=claim)
    client.force_login(claim.created_by)
    html = client.get(claim.get_absolute_url()).content.decode()
    assert (
        "The customer denied an earlier association of your company for one of these products on November 25, 2026."
        in (text_of(html))
    )


def test_the_reason_for_the_loser_of_a_comparison_names_nobody():
    reason = ReasonCode.objects.get(code="another_partner_selected")
    assert (reason.title, reason.for_action, reason.for_rejection) == ("Another partner was selected", False, True)
    assert reason.text == (
        "More than one partner claimed this product or workload. After comparing each proof of execution, another "
        "partner was selected."
    )
