"""Hostile documents on a running site: whoever looks at them waits, everybody else is answered."""

import threading
import time
import urllib.request

import psutil
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from review.previews.running import child_command
from tests.factories import NOW, ReviewerFactory, submitted_claim
from tests.review.previews import samples
from tests.review.previews.test_pages import attach, page_of

CHILD = child_command("pdf", 1)[3:-2]


def renderings():
    """How many child processes of this one draw a page now."""
    running = 0
    for child in psutil.Process().children(recursive=True):
        try:
            running += child.cmdline()[3:-2] == CHILD
        except psutil.Error:
            continue  # it has just ended
    return running


@pytest.mark.django_db(transaction=True)
def test_while_two_hostile_documents_are_drawn_other_pages_are_answered(live_server, settings):
    settings.ALLOWED_HOSTS = ["*"]
    cache.clear()
    claim = submitted_claim(queue_due_on=NOW.date())
    bombs = [attach(claim, samples.endless_pdf() + b"%" * number, name=f"Bomb {number}.pdf") for number in range(2)]
    client = Client()
    client.force_login(ReviewerFactory())
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    drawn = []

    def get(path):
        request = urllib.request.Request(f"{live_server.url}{path}", headers=cookie)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()

    def look_at(bomb):
        drawn.append(get(page_of(bomb))[0])

    threads = [threading.Thread(target=look_at, args=[bomb]) for bomb in bombs]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while renderings() < 2:
        assert time.monotonic() < until, "the two were never drawn at the same time"
        time.sleep(0.01)
    health = get("/healthz")
    queue = get(reverse("admin:review-queue"))
    still_drawn = renderings()
    for thread in threads:
        thread.join(60)
    assert (health[0], queue[0]) == (200, 200)
    assert claim.name in queue[1]
    assert still_drawn, "the others were answered only after a hostile document had ended"
    assert drawn == [200, 200]
