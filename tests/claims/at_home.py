"""What stands on a partner's Home in tests: unfinished associations, claims that wait, and parts of the page."""

import re
from datetime import timedelta

from django.utils import timezone

from claims.deciding import request_action
from claims.models import ClaimDraft, ReasonCode
from tests.claims.journey import text_of
from tests.factories import claim_under_review, reviewer_actor

HOME = "/"


def draft_of(membership, *, days=0, **fields):
    now = timezone.now() - timedelta(days=days)
    return ClaimDraft.objects.create(
        owner=membership.user, organization=membership.organization, created_at=now, updated_at=now, **fields
    )


def asked(membership, *codes, now=None, **fields):
    claim = claim_under_review(organization=membership.organization, **fields)
    reasons = list(ReasonCode.objects.filter(code__in=codes or ["poe_missing"]))
    request_action(claim, reasons=reasons, message="", actor=reviewer_actor(), now=now or timezone.now())
    return claim


def page(client, **headers):
    response = client.get(HOME, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def part(content, heading):
    """The text of the section whose heading has this id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{heading}".*?</section>', content, re.S)
    return text_of(found.group()) if found else ""
