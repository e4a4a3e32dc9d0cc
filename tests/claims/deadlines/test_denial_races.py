"""A denial that was received before the end of the opt-out period wins, however late the sweep or the lock is."""

import pytest

from claims.deadlines import sweep
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Association
from customers import consent
from customers.enums import DenialReason
from customers.models import ConsentRequest
from tests.claims.deadlines.scenes import window
from tests.claims.deadlines.test_clocks import SECOND
from tests.factories import NOW
from tests.support.at_once import at_once


def deny(claim, *, now):
    request = ConsentRequest.objects.get(reference=str(claim.pk))
    consent.deny(request, reasons=[DenialReason.NO_SHARING], comment="", share_comment=False, now=now)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_ten_rounds_of_a_denial_in_the_last_second_against_the_sweep_that_closes_the_window():
    for _ in range(10):
        scene = window(NOW)
        claim, end = scene.row, scene.due
        assert at_once(lambda c=claim, t=end: deny(c, now=t - SECOND), lambda t=end: sweep(now=t)) == ["done", "done"]
        claim.refresh_from_db()
        assert (claim.status, claim.in_effect_at) == (ClaimStatus.CONSENT_DENIED, None)
        assert claim.events.get(action=ClaimAction.DENY_CONSENT).data["late"] is False
        assert not Association.objects.filter(claim=claim, ended_at=None).exists()
        assert sweep(now=end + SECOND)["windows_closed"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("step", "late"), [(-1, False), (0, True), (1, True)])
def test_a_denial_is_late_from_the_end_of_the_period_on_also_when_no_sweep_came(step, late):
    scene = window(NOW)
    deny(scene.row, now=scene.due + step * SECOND)
    assert scene.row.events.get(action=ClaimAction.DENY_CONSENT).data["late"] is late
    assert sweep(now=scene.due + SECOND)["windows_closed"] == 0
