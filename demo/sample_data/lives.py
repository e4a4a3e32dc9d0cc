"""Lives of sample claims: who does what, and how long after what happened before.

What a clock does (reminders, rejection after 30 days, end of the opt-out period) is not part of a life: playing it
back lets the clocks run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.sample_data import words

YEAR = 362.0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a claim."""

    at: datetime
    verb: str
    data: dict[str, Any]


@dataclass(slots=True)
class Life:
    """Acts in order, in days since the first; ``place`` puts them into the calendar."""

    rng: Random
    acts: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)
    clock: float = 0.0

    def then(self, verb: str, low: float, high: float, **data: Any) -> None:
        """Act ``low`` to ``high`` days after the act before."""
        self.clock += self.rng.uniform(low, high)
        self.acts.append((self.clock, verb, data))

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return self.rng.random() < chance

    def place(self, *, now: datetime, age: tuple[float, float], exact: bool = False) -> list[Step]:
        """The acts as steps, so that the last happened ``age`` days ago and none before the year began.

        Steps keep to working hours and never cross each other; with ``exact`` the last one is not moved.
        """
        low, high = age
        rng = Random(self.rng.random())  # of its own, so that the calendar changes no other choice
        last = now - rng.uniform(low, max(low, min(high, YEAR - self.clock))) * _DAY
        start, steps = last - self.clock * _DAY, list[Step]()
        for number, (after, verb, data) in enumerate(self.acts, start=1):
            planned = start + after * _DAY
            at = planned if exact and number == len(self.acts) else _at_work(planned, rng)
            if steps and at <= steps[-1].at:
                at = steps[-1].at + timedelta(minutes=rng.randint(2, 14), seconds=rng.randint(0, 59))
            steps.append(Step(at.replace(microsecond=0), verb, data))
        return steps


def _at_work(moment: datetime, rng: Random) -> datetime:
    """The moment itself if people work then (UTC), else some time on the last working day before it."""
    if moment.weekday() < 5 and 7 <= moment.hour < 18:
        return moment
    day = moment if moment.hour >= 18 else moment - _DAY
    while day.weekday() >= 5:
        day -= _DAY
    return day.replace(hour=rng.randint(9, 17), minute=rng.randint(0, 59), second=rng.randint(0, 59))


def write_up(life: Life, *, revenue: bool) -> None:
    """Create the claim and attach what is needed."""
    life.then("create", 0, 0)
    if not revenue:
        life.then("attach", 0.01, 1.5)
        if life.maybe(0.2):
            life.then("attach", 0.01, 1.0)
        if life.maybe(0.15):
            life.then("note", 0.005, 0.01, text=life.rng.choice(words.NOTES))
    if life.maybe(0.2):
        life.then("comment", 0.005, 0.02, text=life.rng.choice(words.COMMENTS))


def file(life: Life, *, revenue: bool) -> None:
    """Create the claim and submit it."""
    write_up(life, revenue=revenue)
    if life.maybe(0.03):
        life.then("submit", 0.01, 0.5)
        life.then("withdraw", 0.02, 0.3)
    life.then("submit", 0.01, 2.5)


def ask(life: Life) -> None:
    """The reviewer asks for more."""
    reason, message = life.rng.choice(words.REQUESTS)
    life.then("ask", 0.5, 4, reasons=[reason], message=message)


def review(life: Life, *, revenue: bool) -> None:
    """The reviewer starts, and sometimes asks for more and gets it."""
    life.then("start", 0.3, 4)
    if revenue:
        return
    rounds = life.rng.choices((0, 1, 2), (74, 22, 4))[0]
    for _ in range(rounds):
        ask(life)
        late = life.maybe(0.15)
        life.then("attach", *((23.5, 26) if late else (1, 12)))
        if life.maybe(0.3):
            life.then("edit", 0.01, 0.1)
        life.then("submit", 0.01, 0.6, text=life.rng.choice(words.ANSWERS) if life.maybe(0.6) else "")


def decide(life: Life, *, approved: bool, revenue: bool = False) -> None:
    """The reviewer decides. A revenue association has no document to find fault with."""
    if approved:
        life.then("approve", 0.4, 5, message=life.rng.choice(words.APPROVALS))
    else:
        reason, message = life.rng.choice(words.REVENUE_REJECTIONS if revenue else words.REJECTIONS)
        life.then("reject", 0.4, 5, reasons=[reason], message=message)


def _editing(life: Life, *, revenue: bool) -> None:
    life.then("create", 0, 0)
    if life.maybe(0.2):
        life.then("comment", 0.01, 0.1, text=life.rng.choice(words.COMMENTS))


def _withdrawn(life: Life, *, revenue: bool) -> None:
    write_up(life, revenue=revenue)
    life.then("submit", 0.1, 2)
    life.then("withdraw", 0.1, 1)


def _under_review(life: Life, *, revenue: bool) -> None:
    file(life, revenue=revenue)
    review(life, revenue=revenue)


def _action_required(life: Life, *, revenue: bool) -> None:
    file(life, revenue=revenue)
    life.then("start", 0.3, 4)
    ask(life)


def _approved(life: Life, *, revenue: bool) -> None:
    _under_review(life, revenue=revenue)
    if not revenue and life.maybe(0.06):
        decide(life, approved=False)
        life.then("dispute", 1, 12, message=life.rng.choice(words.DISPUTES))
    decide(life, approved=True)


def _rejected(life: Life, *, revenue: bool) -> None:
    _under_review(life, revenue=revenue)
    decide(life, approved=False, revenue=revenue)
    if not revenue and life.maybe(0.1):
        life.then("dispute", 1, 12, message=life.rng.choice(words.DISPUTES))
        decide(life, approved=False)


def _disputed(life: Life, *, revenue: bool) -> None:
    _under_review(life, revenue=revenue)
    decide(life, approved=False)
    life.then("dispute", 1, 20, message=life.rng.choice(words.DISPUTES))


def _denied(life: Life, *, revenue: bool) -> None:
    _approved(life, revenue=revenue)
    reasons, comment, share = life.rng.choice(words.DENIALS)
    late = life.maybe(0.2)
    life.then("deny", *((9, 80) if late else (0.2, 6)), reasons=reasons, comment=comment, share=share)


def _ended(life: Life, *, revenue: bool) -> None:
    _approved(life, revenue=revenue)
    life.then("disassociate", 20, 180, message=life.rng.choice(words.FAREWELLS))


def _discarded(life: Life, *, revenue: bool) -> None:
    (write_up if life.maybe(0.5) else _editing)(life, revenue=revenue)
    life.then("discard", 1, 45)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of life: how it is told, how long ago its last act may be, whether a revenue association has it."""

    tell: Callable[..., None]
    age: tuple[float, float]
    for_revenue: bool = True
    exact: bool = False


KINDS = {
    "editing": Kind(_editing, (0.15, 75), for_revenue=False),
    "ready": Kind(write_up, (0.15, 40)),
    "withdrawn": Kind(_withdrawn, (0.15, 20), for_revenue=False),
    "submitted": Kind(file, (0.15, 3)),
    "under_review": Kind(_under_review, (0.15, 5)),
    "action_required": Kind(_action_required, (0.2, 21), for_revenue=False),
    "due_soon": Kind(_action_required, (23.3, 26.9), for_revenue=False),
    "due_now": Kind(_action_required, (28.1, 29.6), for_revenue=False, exact=True),
    "approved": Kind(_approved, (7.2, 350)),
    "approved_lately": Kind(_approved, (0.2, 4.2)),
    "rejected": Kind(_rejected, (0.3, 350)),
    "lapsed": Kind(_action_required, (31, 340), for_revenue=False),
    "disputed": Kind(_disputed, (0.2, 6), for_revenue=False),
    "denied": Kind(_denied, (0.3, 340), for_revenue=False),
    "ended": Kind(_ended, (1, 320)),
    "discarded": Kind(_discarded, (0.5, 330), for_revenue=False),
}


def live_through(kind: str, *, revenue: bool, now: datetime, rng: Random) -> list[Step]:
    """Tell one life of a kind and place it in the year before ``now``."""
    life, chosen = Life(rng), KINDS[kind]
    chosen.tell(life, revenue=revenue)
    return life.place(now=now, age=chosen.age, exact=chosen.exact)
