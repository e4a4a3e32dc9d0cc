"""The morning digest: on business days a list to each reviewer, and the team's to leads. Nothing to say, no mail."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.calendar import BusinessCalendar, calendar_between
from notifications.kinds import Audience, MessageKind
from notifications.outbox import enqueue
from notifications.preferences import wanting_mail
from notifications.rendering import render_mail
from review.access import LEAD
from review.assigning import deciders
from review.digest_parts import Morning, Part, Team, bars_of, own_parts, team_part
from review.models import DigestDay

KIND = MessageKind(
    code="review.digest",
    label=_("Morning list"),
    description=_(
        "On business days: your claims that are overdue or due, disputes and answers that came in. Leads also read "
        "how the team stands, and its claims that are overdue or due today. Nothing is sent when there is nothing to say."
    ),
    icon="clock",
    tag=_("Review"),
    audience=Audience.STAFF,
)
_FAR = timedelta(days=40)  # no stretch of days without business is longer


def send_digests(*, now: datetime) -> int:
    """Queue the digests of today, once, and return how many mails that were (a sweep, called every few minutes).

    Due on business days of the review calendar from ``DIGEST_HOUR`` on, in the portal's zone; a clock that stood still
    catches up on the same day. All mails and the row of the day are one transaction: they are queued together or not
    at all, and of two clocks that ask at once only one does it.
    """
    local = timezone.localtime(now, timezone.get_default_timezone())
    today = local.date()
    if local.hour < settings.DIGEST_HOUR or DigestDay.objects.filter(day=today).exists():
        return 0
    calendar = calendar_between(today - _FAR)
    if not calendar.is_business_day(today):
        return 0
    try:
        with transaction.atomic():
            done = DigestDay.objects.create(day=today, made_at=now)
            done.named = _queue(morning_of(today, calendar=calendar), now=now)
            done.mails = len(done.named)
            done.save(update_fields=["mails", "named"])
    except IntegrityError:
        if DigestDay.objects.filter(day=today).exists():
            return 0  # another clock was faster
        raise
    return done.mails


def morning_of(today: date, *, calendar: BusinessCalendar) -> Morning:
    """What a digest is about. News are those since the hour of the last one: of the business day before.

    A late digest tells the same, and what happens after the hour stands in the next one, so nothing is told twice.
    """
    before = today - timedelta(days=1)
    while not calendar.is_business_day(before):
        before -= timedelta(days=1)
    return Morning(today, calendar.add(today, 1), since=_hour_on(before), until=_hour_on(today))


def leads_by_role() -> QuerySet[User]:
    """Everybody who is a lead by a group or by name; administrators, who may do everything, are not leads by that."""
    codename = LEAD.split(".")[1]
    named = Q(groups__permissions__codename=codename) | Q(user_permissions__codename=codename)
    return User.objects.filter(named, is_active=True, is_staff=True).distinct()


def _queue(morning: Morning, *, now: datetime) -> dict[int, list[int]]:
    """Queue the mails; the claims that each names, by the key of the person that it goes to."""
    leads = {person.pk: person for person in leads_by_role()}
    people = {person.pk: person for person in deciders()} | leads
    barred = bars_of(list(people))
    own = own_parts(morning, people=list(people), barred=barred)
    team = team_part(morning) if leads else None
    addresses = set(wanting_mail([person.email for person in people.values()], kind=KIND.code))
    named: dict[int, list[int]] = {}
    for key, person in people.items():
        told = team.without(barred.get(key, ())) if key in leads and team and team.has_news else None
        parts = own.get(key, [])
        if (parts or told) and person.email in addresses:
            _write(person, parts=parts, team=told, today=morning.today, now=now)
            shown = [*parts, *told.parts] if told else parts
            named[key] = [item.claim_id for part in shown for item in part.listed]
    return named


def render_digest(person: User, *, parts: list[Part], team: Team | None, today: date) -> tuple[str, str, str]:
    """Subject, text and HTML of one person's list. It names claims by id and name, and nothing else of partners or customers."""
    context = {
        "person": person,
        "parts": parts,
        "team": team,
        "today": today,
        "subject_line": _subject(parts, team),
        "queue_link": settings.PORTAL_URL + reverse("admin:review-queue"),
        "leads_link": settings.PORTAL_URL + reverse("admin:review-leads"),
        "settings_link": settings.PORTAL_URL + reverse("admin:review-notifications"),
    }
    return render_mail("desk_digest", context)


def _write(person: User, *, parts: list[Part], team: Team | None, today: date, now: datetime) -> None:
    """Queue one person's mail."""
    subject, text, html = render_digest(person, parts=parts, team=team, today=today)
    enqueue(
        kind=KIND.code, to=[person.email], subject=subject, text=text, html=html, reference="",
        dedupe_key=f"{KIND.code}:{today.isoformat()}:{person.pk}", now=now,
    )  # fmt: skip


def _subject(parts: list[Part], team: Team | None) -> str:
    if parts:
        return gettext("Your claims: {sums}").format(sums=", ".join(f"{part.number} {part.short}" for part in parts))
    if team is None:
        return gettext("Nothing is due")
    return gettext("Review queue: {overdue} overdue, {due_today} due today").format(
        overdue=team.overdue, due_today=team.due_today
    )


def _hour_on(day: date) -> datetime:
    return datetime.combine(day, time(settings.DIGEST_HOUR), tzinfo=timezone.get_default_timezone())
