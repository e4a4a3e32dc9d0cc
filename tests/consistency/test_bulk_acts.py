"""Bulk act of the queue x state x role: what is declared succeeds, and everything else leaves no trace.

Here a refusal is answered as a success is, with 302 back to the list: some of the ticked claims may be done and others not, so
that no status of HTTP says it all. The list then tells in sentences what was not done and why; that is meant, and asserted.
"""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse

from claims.enums import IN_REVIEW, ClaimStatus
from review.queue.bulk import ACTS, MISSING
from tests.consistency.matrix import DECIDERS, LEADS, READERS, ROLES, WITH_MICROSOFT, Scene, all_rows

pytestmark = pytest.mark.django_db
SUBMITTED = frozenset({ClaimStatus.SUBMITTED})
# By whom and in which states each act succeeds on a claim that nobody has, and whether it then leaves a trace.
DECLARED = {
    "take": (DECIDERS, IN_REVIEW, True),
    "release": (DECIDERS, IN_REVIEW, False),  # nobody has it: released already
    "start": (DECIDERS, SUBMITTED, True),
    "assign": (LEADS, IN_REVIEW, True),
}


def test_every_bulk_act_is_described():
    assert DECLARED.keys() == ACTS.keys()


@pytest.mark.parametrize("role", ROLES)
def test_only_what_is_declared_succeeds(role, settings):
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    scene = Scene()
    client = Client()
    if person := scene.people[role]:
        client.force_login(person)
    readable = role in READERS
    before = all_rows()
    for code, (by, states, leaves_a_trace) in DECLARED.items():
        allowed = [claim for claim in scene.claims.values() if role in by and claim.status in states]
        others = [claim for claim in scene.claims.values() if claim not in allowed]
        answer = press(client, scene, code, others)
        if role in DECIDERS | {"barred reviewer"}:
            assert_told(answer, others, readable=readable, where=f"{role}, {code}")
        else:
            assert_shut(answer, where=f"{role}, {code}")
        assert all_rows() == before, f"{role} left a trace by «{code}»"
        for claim in allowed:
            with transaction.atomic():
                answer = press(client, scene, code, [claim])
                (done,) = told(answer)
                assert re.match(r"You \w+ .*1 claim", done), (role, code, claim.status, done)
                assert (all_rows() != before) == leaves_a_trace, (role, code, claim.status)
                transaction.set_rollback(True)


def press(client, scene, code, claims):
    client.cookies.pop("messages", None)  # sentences that no page has shown yet
    tokens = [f"{claim.pk}.{claim.version}.0" for claim in claims]
    return client.post(
        reverse("admin:review-queue-bulk"), {"act": code, "to": scene.people["reviewer"].pk, "claim": tokens}
    )


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def assert_told(answer, claims, *, readable, where):
    """That each claim which the person may read is named as not done, and the rest is counted."""
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("admin:review-queue")), where
    sentences = told(answer)
    named = [claim for claim in claims if readable and claim.status in WITH_MICROSOFT]
    for claim in claims:
        assert any(str(claim) in each and each.startswith("Not ") for each in sentences) == (claim in named), where
    hidden = len(claims) - len(named)
    assert (MISSING.format(number=hidden) in sentences) == bool(hidden), where
    assert not any(each.startswith("You ") for each in sentences), where


def assert_shut(answer, *, where):
    """That the person comes no further than the sign-in, or reads why not."""
    if answer.status_code == 302:
        assert answer["Location"].startswith("/admin/login/"), where
    else:
        assert answer.status_code == 403, where
        assert "Your role" in answer.content.decode(), where
