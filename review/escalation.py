"""Alerts of the five business days: a reviewer is told on the day an answer is due, the leads once that day has passed (R162).

Each is told once per claim and due date, one mail and one notice per person and sweep, whatever the number of claims. The
morning list comes first: a claim that it names to a person on that day is not mailed to the same person again. Where no
lead may know of a claim the administrators are told, and what nobody may know of waits until somebody may.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.calendar import day_of
from claims.enums import IN_REVIEW
from claims.models import Claim
from notifications.kinds import Audience, MessageKind
from notifications.notices import notify
from notifications.outbox import enqueue
from notifications.preferences import wanting_mail
from notifications.rendering import render_mail
from review.assigning import deciders
from review.digest import leads_by_role, send_digests
from review.digest_parts import Part, bars_of, item_of
from review.models import DigestDay, ReviewAlert

logger = logging.getLogger(__name__)
Kind = ReviewAlert.Kind
MOST = 5_000  # alerts of one sweep; the next one goes on
DUE = MessageKind(
    code="review.due",
    label=_("Review due today"),
    description=_(
        "In the morning of the day by which one of your claims is to be answered, unless the morning list names it. "
        "Leads are told of claims that nobody has."
    ),
    icon="clock",
    tag=_("Review"),
    audience=Audience.STAFF,
)
OVERDUE = MessageKind(
    code="review.overdue",
    label=_("Review overdue"),
    description=_("For leads: claims whose day to be answered has passed."),
    icon="warning",
    tone="warning",
    tag=_("Review"),
    audience=Audience.STAFF,
)
KINDS = {Kind.OVERDUE: OVERDUE, Kind.DUE: DUE}
Told = dict[int, dict[Kind, Part]]  # for each person its headings


def send_alerts(*, now: datetime) -> dict[str, int]:
    """Tell of every review that has become due or overdue and was not told of yet (a sweep); count claims and mails.

    «Due» from ``DIGEST_HOUR`` of the day on, «overdue» from the moment that day has passed in the portal's zone. After a
    standstill a claim that is overdue by now is told as that alone. Of two clocks that ask at once only one tells.
    """
    _let_digest_go_first(now)
    try:
        with transaction.atomic():
            return _alert(now)
    except IntegrityError:
        logger.info("another clock told of the same reviews")
        with transaction.atomic():
            return _alert(now)


def alert_at(due_on: date) -> datetime:
    """From when on its reviewer is told that a claim is due on this day."""
    return datetime.combine(due_on, time(settings.DIGEST_HOUR), tzinfo=timezone.get_default_timezone())


def overdue_at(due_on: date) -> datetime:
    """When a due day has passed: the next one begins, in the portal's zone."""
    return datetime.combine(due_on + timedelta(days=1), time(0), tzinfo=timezone.get_default_timezone())


def untold(kind: Kind) -> Q:
    """Condition on claims: no alert of this kind was made for the day they are due."""
    told = ReviewAlert.objects.filter(claim=OuterRef("pk"), due_on=OuterRef("queue_due_on"), kind=kind)
    return Q(~Exists(told))


def _let_digest_go_first(now: datetime) -> None:
    """The morning list of today is queued before the alerts, which leave out what it names; without it they tell all."""
    try:
        send_digests(now=now)
    except Exception:
        logger.exception("the morning list could not be queued before the alerts")


def _alert(now: datetime) -> dict[str, int]:
    today = day_of(now)
    waiting = Claim.objects.filter(status__in=sorted(IN_REVIEW)).order_by("queue_due_on", "queue_rank", "pk")
    waiting = waiting.only("name", "queue_due_on", "organization", "reviewer")
    found = {Kind.OVERDUE: list(waiting.filter(untold(Kind.OVERDUE), queue_due_on__lt=today)[:MOST]), Kind.DUE: []}
    if now >= alert_at(today):
        found[Kind.DUE] = list(waiting.filter(untold(Kind.DUE), queue_due_on=today)[:MOST])
    people, told = _by_person(found) if any(found.values()) else ({}, {})
    heard = {(kind, item.claim_id) for parts in told.values() for kind, part in parts.items() for item in part.items}
    alerts = ReviewAlert.objects.bulk_create(
        ReviewAlert(claim=claim, due_on=claim.queue_due_on or today, kind=kind, at=now)
        for kind, claims in found.items()
        for claim in claims
        if (kind, claim.pk) in heard
    )
    counts = {kind.value: sum(alert.kind == kind for alert in alerts) for kind in found} | {"mails": 0}
    if alerts:
        counts["mails"] = _tell(told, people=people, number=alerts[0].pk, today=today, now=now)
    return counts


def _tell(told: Told, *, people: Mapping[int, User], number: int, today: date, now: datetime) -> int:
    named = DigestDay.objects.filter(day=today).values_list("named", flat=True).first() or {}
    wanted = {
        kind: set(wanting_mail([people[key].email for key in told], kind=each.code)) for kind, each in KINDS.items()
    }
    mails = 0
    for key, parts in told.items():
        _leave_notice(people[key], parts, now=now)
        fresh = {
            kind: part.without_claims(named.get(str(key), ()))
            for kind, part in parts.items()
            if people[key].email in wanted[kind]
        }
        if any(part.items for part in fresh.values()):
            _write(
                people[key],
                {kind: part for kind, part in fresh.items() if part.items},
                number=number,
                today=today,
                now=now,
            )
            mails += 1
    return mails


def _by_person(found: Mapping[Kind, list[Claim]]) -> tuple[dict[int, User], Told]:
    """The people, and what each is told: a reviewer its own claims while they are due, the leads what is overdue or nobody's.

    Nobody is told of a partner from which the person is barred. Administrators are told what no lead may know of.
    """
    reviewers = {person.pk: person for person in deciders()}
    leads = {person.pk: person for person in leads_by_role()}
    administrators = {person.pk: person for person in User.objects.filter(is_active=True, is_superuser=True)}
    people = administrators | reviewers | leads
    barred = bars_of(list(people))
    told: Told = defaultdict(dict)
    for kind, claims in found.items():
        for claim in claims:
            own = reviewers.keys() & {claim.reviewer_id} if kind == Kind.DUE else set()
            for circle in (own, leads, administrators):
                able = [key for key in circle if claim.organization_id not in barred.get(key, ())]
                for key in able:
                    heading = gettext("Overdue") if kind == Kind.OVERDUE else gettext("Due today")
                    told[key].setdefault(kind, Part(heading)).items.append(item_of(claim))
                if able:
                    break
    return people, told


def _leave_notice(person: User, parts: Mapping[Kind, Part], *, now: datetime) -> None:
    for kind, part in parts.items():
        first, one = part.items[0], part.number == 1
        listed = ", ".join(f"{item.name} ({item.claim_id})" for item in part.listed)
        body = (
            gettext("{claims}, and {more} more.").format(claims=listed, more=part.more) if part.more else f"{listed}."
        )
        if one and first.due_on:
            day = f"{first.due_on:%B} {first.due_on.day}, {first.due_on.year}"
            body = gettext("Due on {day}.").format(day=day)
        notify(
            users=[person],
            kind=KINDS[kind].code,
            title=_title(kind, part),
            body=body,
            url=reverse("admin:review-claim", args=[first.claim_id]) if one else reverse("admin:review-queue"),
            reference=str(first.claim_id) if one else "",
            now=now,
        )


def _title(kind: Kind, part: Part) -> str:
    first, overdue = part.items[0], kind == Kind.OVERDUE
    if part.number == 1:
        told = gettext("Review overdue: {name} ({claim})") if overdue else gettext("Review due today: {name} ({claim})")
        return told.format(name=first.name, claim=first.claim_id)
    told = gettext("{number} reviews are overdue") if overdue else gettext("{number} reviews are due today")
    return told.format(number=part.number)


def render_alert(parts: list[Part], *, today: date) -> tuple[str, str, str]:
    """Subject, text and HTML of one person's mail. It names claims by id and name, and nothing else of partners or customers."""
    context = {
        "parts": parts,
        "today": today,
        "subject_line": gettext("Reviews: {sums}").format(
            sums=", ".join(f"{part.number} {part.heading.lower()}" for part in parts)
        ),
        "queue_link": settings.PORTAL_URL + reverse("admin:review-queue"),
        "settings_link": settings.PORTAL_URL + reverse("admin:review-notifications"),
    }
    return render_mail("desk_alert", context)


def _write(person: User, parts: Mapping[Kind, Part], *, number: int, today: date, now: datetime) -> None:
    """Queue one person's mail."""
    subject, text, html = render_alert(list(parts.values()), today=today)
    enqueue(
        kind=(OVERDUE if Kind.OVERDUE in parts else DUE).code, to=[person.email], subject=subject, text=text, html=html, reference="",
        dedupe_key=f"review.alert:{number}:{person.pk}", now=now,
    )  # fmt: skip
