"""What the tests of operations share: sweeps that are on time, answers that are asked anew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from operations import health
from operations.models import Sweep


@pytest.fixture(autouse=True)
def asked_anew():
    """No test reads what a probe said to another."""
    health.forget_answers()
    yield
    health.forget_answers()


@pytest.fixture
def on_time(transactional_db):
    """Every sweep ended well a moment ago, seen by the threads of the probes too."""
    just_now = timezone.now() - timedelta(seconds=5)
    Sweep.objects.update(last_succeeded_at=just_now, last_finished_at=just_now, last_outcome="ok")
