"""Which claims there are: who files what for whom, and how it goes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from claims.enums import Activity
from customers.enums import SolutionArea
from customers.models import Product, Subscription, Tenant
from demo.sample_data.lives import KINDS, Step, live_through
from demo.sample_data.partner_facts import PARTNERS
from demo.sample_data.stories import STORIES, Story

# How many of each kind there are beside the stories; together 384.
MIX = {
    "editing": 15, "ready": 15, "withdrawn": 4, "submitted": 28, "under_review": 30, "action_required": 20,
    "due_soon": 4, "due_now": 2, "approved": 106, "approved_lately": 20, "rejected": 44, "lapsed": 16,
    "disputed": 12, "denied": 25, "ended": 22, "discarded": 21,
}  # fmt: skip
CONTESTED = frozenset({"submitted", "under_review", "action_required", "rejected", "disputed"})
_ENDINGS = frozenset({"reject", "deny", "disassociate", "discard"})
_BA, _M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365
_MOTIONS = ([Activity.PRE_SALES], [Activity.USAGE], [Activity.PRE_SALES, Activity.USAGE], [Activity.REVENUE])
_MOTION_WEIGHTS = (45, 25, 18, 12)


@dataclass(slots=True)
class Plan:
    """One claim to be. Customer, products and subscriptions are filled in by ``slots.allocate``."""

    partner: str
    solution_area: str
    activities: list[Activity]
    steps: list[Step]
    contested: bool = False
    story: Story | None = None
    tenant: Tenant = field(init=False)
    products: list[Product] = field(default_factory=list)
    subscriptions: dict[int, list[Subscription]] = field(default_factory=dict)

    @property
    def is_revenue(self) -> bool:
        """Whether it is a revenue association."""
        return Activity.REVENUE in self.activities

    @property
    def created_at(self) -> datetime:
        """When the claim begins."""
        return self.steps[0].at

    @property
    def ended_at(self) -> datetime | None:
        """When the claim lets go of what it holds, at the latest; None while nobody ends it."""
        last = self.steps[-1]
        if last.verb == "ask":
            return last.at + timedelta(days=settings.ACTION_REQUIRED_DAYS + 1)
        return last.at if last.verb in _ENDINGS else None


def all_plans(*, now: datetime, most: int | None = None) -> list[Plan]:
    """The stories and the year's other claims, at most ``most`` of these. The same for every load but for the dates,
    which follow ``now``.
    """
    rng = Random("claims")
    plans = [_of_story(story, now=now) for story in STORIES]
    kinds = [kind for kind, count in MIX.items() for _ in range(count)]
    partners = list(_filing_partners())
    rng.shuffle(kinds)
    rng.shuffle(partners)
    numbered = list(enumerate(zip(kinds, partners, strict=True)))[:most]
    return plans + [_plan(kind, partner, now=now, rng=Random(f"claim {n}")) for n, (kind, partner) in numbered]


def _filing_partners() -> Iterator[str]:
    """Each partner as often as its share of claims says, less its stories."""
    for partner in PARTNERS:
        told = sum(story.partner == partner.name for story in STORIES)
        yield from [partner.name] * (partner.share - told)


def _of_story(story: Story, *, now: datetime) -> Plan:
    steps = story.live(Random(story.name)).place(now=now, age=(story.age, story.age))
    area = _M365 if story.codes else _BA
    return Plan(story.partner, area, list(story.activities), steps, contested=story.contested, story=story)


def _plan(kind: str, partner: str, *, now: datetime, rng: Random) -> Plan:
    area = _BA if rng.random() < 0.55 else _M365
    activities = [Activity.USAGE]
    if area == _BA:
        activities = list(rng.choices(_MOTIONS, _MOTION_WEIGHTS)[0])
    revenue = Activity.REVENUE in activities
    if revenue and not KINDS[kind].for_revenue:
        activities, revenue = [Activity.PRE_SALES], False
    contested = area == _M365 and kind in CONTESTED and rng.random() < 0.3
    return Plan(partner, area, activities, live_through(kind, revenue=revenue, now=now, rng=rng), contested=contested)
