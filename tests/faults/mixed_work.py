"""People and claims for a mix of work: partners who claim, claims that wait for a decision, customers who were asked."""

import re
from datetime import timedelta

from django.utils import timezone

from claims.actors import Actor
from claims.deciding import approve
from notifications.models import OutgoingEmail
from tests.backup.lives import under_review
from tests.factories import (
    LocationFactory,
    MembershipFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    put_on_tenant,
    reviewer_actor,
)
from tests.faults.restarting import Story, approve_claim, claim_something, deny_request

LINK = re.compile(r"/consent/[\w-]{43}/")


def prepare_work(*, partners: int, decisions: int, denials: int) -> list[Story]:
    """Write what the stories need and return them. Each claim is approved, and each request denied, from two windows."""
    stories = [_partner() for _ in range(partners)]
    now = timezone.now() - timedelta(hours=1)
    reviewers = [ReviewerFactory() for _ in range(4)]
    for number in range(decisions):
        reviewer = reviewers[number % len(reviewers)]
        claim = under_review(reviewer=Actor.reviewer(reviewer), now=now)
        stories += [approve_claim(reviewer.email, claim.pk)] * 2
    for _ in range(denials):
        claim = under_review(now=now)
        approve(claim, actor=reviewer_actor(), now=now)
        mail = OutgoingEmail.objects.get(kind="consent.request", reference=str(claim.pk))
        link = LINK.search(mail.text)
        assert link is not None
        stories += [deny_request(link[0])] * 2
    return stories


def _partner() -> Story:
    member = MembershipFactory()
    location = LocationFactory(organization=member.organization)
    tenant, product = TenantFactory(), WorkloadFactory()
    put_on_tenant(product, tenant)
    return claim_something(
        member.user.email,
        location=location.pk,
        domain=tenant.domains.get().name,
        tenant=str(tenant.tenant_id),
        product=product.pk,
    )
