"""The queue's page: lists, counts, rows, search, pages."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.enums import ClaimStatus, QueueRank
from review.models import Bar
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    ClaimFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/claims/"


@pytest.fixture
def reviewer():
    return ReviewerFactory()


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


def shown(response):
    return [row.claim.pk for row in response.context["rows"]]


def test_smoke(desk):
    claim = claim_under_review(queue_due_on=timezone.localdate() - timedelta(days=2), name="M365 for Contoso")
    response = desk.get(QUEUE)
    assert shown(response) == [claim.pk]
    print(response.content.decode())
    for q in ("tab=all", "q=contoso", "q=Partner", "status=submitted&overdue=1&conflict=1&flag=denied&older=3&who=nobody&country=us&program=osa_sell&product=1",
              "flag=free_mail", "flag=stale", "tab=decided", "tab=partner", "tab=mine", "tab=nobody", f"q={claim.tenant.tenant_id}"):
        assert desk.get(f"{QUEUE}?{q}").status_code == 200, q
    assert desk.get("/admin/").status_code == 200
    assert b"M365" in b"".join(desk.get("/admin/claims/export/").streaming_content)
