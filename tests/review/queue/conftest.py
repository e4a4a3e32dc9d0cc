"""What the tests of the queue share."""

import pytest

from tests.factories import ReviewerFactory


@pytest.fixture
def reviewer():
    return ReviewerFactory()


@pytest.fixture
def desk(client, reviewer):
    """A browser in which a reviewer is signed in."""
    client.force_login(reviewer)
    return client
