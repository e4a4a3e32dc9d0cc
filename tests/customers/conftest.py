"""What the tests of the customer's side share."""

import pytest

from customers.signals import consent_moved


@pytest.fixture
def heard(monkeypatch):
    """Listen to the customer's moves in place of the claims: (move, reference, denied_at, reasons, now)."""
    monkeypatch.setattr(consent_moved, "receivers", [])
    consent_moved.sender_receivers_cache.clear()
    calls = []

    def listen(sender, consent, move, now, **kwargs):
        calls.append((move, consent.reference, consent.denied_at, list(consent.denial_reasons), now))

    consent_moved.connect(listen)
    yield calls
    consent_moved.disconnect(listen)
