"""What the frame of a page knows of the partner."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_foreign_host_name_is_refused_with_a_page_before_anybody_is_known():
    answer = Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/")
    assert answer.status_code == 400
