"""Redis or Celery away: people are answered as always, and the mail leaves once they are back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.deciding import approve
from claims.enums import ClaimStatus
from claims.models import Claim
from cpor_portal.celery import app
from notifications.models import OutgoingEmail
from notifications.tasks import send_queued_mail
from tests.factories import NOW, DocumentFactory, claim_under_review, reviewer_actor
from tests.support.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker_away(monkeypatch, settings):
    """The broker's and the cache's address lead nowhere."""
    nowhere = "redis://127.0.0.1:1/0"
    real = app.connection_for_write
    monkeypatch.setattr(app, "connection_for_write", lambda url=None, **kwargs: real(nowhere, **kwargs))
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}


def queued():
    return OutgoingEmail.objects.filter(status="queued").count()


def test_submitting_and_approving_go_on_and_keep_every_mail(broker_away, client):
    document = DocumentFactory()
    client.force_login(document.claim.created_by)
    response = client.post(reverse("claim-submit", args=[document.claim_id]), {"confirm": "1"})
    assert response.status_code == 302
    assert Claim.objects.get(pk=document.claim_id).status == ClaimStatus.SUBMITTED
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=NOW)
    assert queued() == 2 + 3
    assert app.connection_for_write().hostname == "127.0.0.1"
    assert app.connection_for_write().port == 1


def test_signing_in_goes_on_without_the_cache(broker_away, client):
    from tests.factories import PASSWORD, MembershipFactory

    user = MembershipFactory().user
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302


def test_a_worker_that_comes_up_later_sends_what_was_queued_meanwhile(smtp_server, celery_worker_process):
    claim = claim_under_review()
    approve(claim, actor=reviewer_actor(), now=timezone.now())
    send_queued_mail.delay()  # as beat does every minute
    wait_until(lambda: not OutgoingEmail.objects.exclude(status="sent").exists(), what="the delivery of queued mail")
    recipients = sorted(address for mail in smtp_server.received for address in mail.recipients)
    expected = [
        claim.customer_contact_email,
        *claim.tenant.admin_emails,
        claim.created_by.email,
        claim.partner_contact_email,
    ]
    assert recipients == sorted(expected)
