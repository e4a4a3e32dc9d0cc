"""Partners, reviewers and customers at work at the same time, over anything that can get and post, while a server restarts."""

import queue
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

ASSOCIATIONS = "/incentives/customer-associations/"
TRIES = 20
PAUSE = 0.4
LIMIT_SECONDS = 10
HIDDEN = r'name="{}"\s+value="(\d*)"'


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    text: str = ""
    location: str = ""


class Browser(Protocol):
    """Somebody's browser with cookies of its own."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, data: dict[str, Any], *, proof: bytes | None = None) -> Answer: ...


class GaveUp(Exception):
    """A person tried as often as people do, or stands somewhere else than expected."""


@dataclass
class Tally:
    """Every request and how it ended."""

    statuses: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        return self.statuses.total()

    def count(self, answer: Answer) -> None:
        with self.lock:
            self.statuses[f"{answer.status // 100}xx" if answer.status else "no answer"] += 1

    def end(self, story: str) -> None:
        with self.lock:
            self.stories[story] += 1


class Person:
    """One person: asks again after an error, as people do, and never knows whether the first time counted."""

    def __init__(self, browser: Browser, tally: Tally) -> None:
        self._browser, self._tally = browser, tally

    def get(self, path: str) -> Answer:
        return self._insist(lambda: self._browser.get(path))

    def post(self, path: str, data: dict[str, Any], *, proof: bytes | None = None) -> Answer:
        return self._insist(lambda: self._browser.post(path, data, proof=proof))

    def sign_in(self, email: str) -> None:
        from tests.factories import PASSWORD  # only once Django knows its settings

        self.get("/accounts/login/")
        said = {"login": email, "password": PASSWORD}
        while (answer := self.post("/accounts/login/", said)).status == 429:
            time.sleep(LIMIT_SECONDS)  # the portal takes so many sign-ins a minute from one address
        if answer.status != 302:
            raise GaveUp(f"sign-in: {answer.status}")

    def _insist(self, ask: Callable[[], Answer]) -> Answer:
        for _ in range(TRIES):
            answer = ask()
            self._tally.count(answer)
            if 0 < answer.status < 500:
                return answer
            time.sleep(PAUSE)
        raise GaveUp("errors again and again")


Story = Callable[[Person], None]


def claim_something(email: str, *, location: int, domain: str, tenant: str, product: int) -> Story:
    """A partner signs in, looks at the dashboard, creates a claim in the wizard, adds proof and submits it."""
    contacts = {
        "customer_name": "Joseph Jones", "customer_email": f"joseph@{domain}", "customer_title": "CIO",
        "partner_name": "Ola Demmo", "partner_email": "ola@fabrikam.example", "claim_name": f"M365 for {domain}",
    }  # fmt: skip
    steps = [
        {"solution_area": "microsoft_365"},
        {"activities": ["usage"]},
        {"location": location, "domain": domain, "tenant_id": tenant},
        {"products": [product]},
        contacts,
    ]

    def story(person: Person) -> None:
        from tests.factories import small_pdf

        person.sign_in(email)
        person.get(ASSOCIATIONS)
        at = f"{ASSOCIATIONS}new/"
        for step in steps:
            answer = person.post(at, step)
            if not answer.location:
                raise GaveUp(f"wizard at {at}: {answer.status}")
            at = answer.location
        if not re.fullmatch(rf"{ASSOCIATIONS}\d+/", at):
            raise GaveUp(f"wizard ended at {at}")
        person.post(f"{at}documents/", {}, proof=small_pdf(f"Work for {domain}"))
        person.post(f"{at}submit/", {"confirm": "1"})
        if "Submitted" not in person.get(at).text:
            raise GaveUp("not submitted")

    return story


def approve_claim(email: str, claim: int) -> Story:
    """A reviewer signs in, opens the claim and approves it, as it was read."""

    def story(person: Person) -> None:
        from django.urls import reverse

        person.sign_in(email)
        text = person.get(reverse("admin:review-claim", args=[claim])).text
        read = {name: found[1] for name in ("version", "seen_event") if (found := re.search(HIDDEN.format(name), text))}
        if not read and "Approved" in text:
            return  # the other window was faster
        decide = reverse("admin:review-decide", args=[claim])
        answer = person.post(decide, {"decision": "approve", "confirm": "1", **read})
        if answer.status not in {302, 409}:
            raise GaveUp(f"decision on {claim}: {answer.status}")

    return story


def deny_request(path: str) -> Story:
    """A customer opens the link of its mail and denies."""

    def story(person: Person) -> None:
        person.get(path)
        answer = person.post(path, {"reasons": ["other"], "comment": "Never heard of them."})
        if answer.status != 302:
            raise GaveUp(f"denial: {answer.status}")

    return story


def run_mix(
    stories: Iterable[Story],
    *,
    browser: Callable[[], Browser],
    threads: int,
    restart: Callable[[int], None],
    restarts: int,
    about: int,
    leave: Callable[[], None] = lambda: None,
) -> Tally:
    """Play the stories from some threads, and restart ``restarts`` times spread over ``about`` requests; return the tally.

    ``leave`` is called in each thread when it ends.
    """
    tally, waiting = Tally(), queue.Queue[Story]()
    shuffled = list(stories)
    random.Random(5).shuffle(shuffled)
    for story in shuffled:
        waiting.put(story)
    workers = [threading.Thread(target=_work, args=[waiting, tally, browser, leave]) for _ in range(threads)]
    for worker in workers:
        worker.start()
    done = 0
    while any(worker.is_alive() for worker in workers):
        if done < restarts and tally.requests >= about * (done + 1) / (restarts + 1):
            restart(done)
            done += 1
        time.sleep(0.02)
    assert done == restarts, f"only {done} restarts within {tally.requests} requests"
    return tally


def _work(
    waiting: "queue.Queue[Story]", tally: Tally, browser: Callable[[], Browser], leave: Callable[[], None]
) -> None:
    while True:
        try:
            story = waiting.get_nowait()
        except queue.Empty:
            leave()
            return
        try:
            story(Person(browser(), tally))
            tally.end("ended well")
        except GaveUp as reason:
            tally.end("given up")
            tally.unexpected.append(str(reason))
        except Exception as error:
            tally.unexpected.append(repr(error))
