"""What the tests of the customer's side share."""

import pytest

from customers.signals import consent_denied


@pytest.fixture
def heard(monkeypatch):
    """Listen to denials in place of the claims."""
    monkeypatch.setattr(consent_denied, "receivers", [])
    consent_denied.sender_receivers_cache.clear()
    calls = []

    def listen(sender, consent, now, **kwargs):
        calls.append((consent.reference, consent.denied_at, list(consent.denial_reasons), now))

    consent_denied.connect(listen)
    yield calls
    consent_denied.disconnect(listen)
