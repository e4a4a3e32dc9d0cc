"""The calendar of deadlines: what an organisation's claims wait for, as iCalendar (RFC 5545)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, DateTimeField, F, Max, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from accounts.models import User
from claims.enums import ClaimStatus
from claims.models import ActionRequest, Claim
from notifications.feed_addresses import current_address, make_address
from notifications.models import FeedAddress
from partners.models import Membership, PartnerOrganization

PAST = timedelta(days=30)
AHEAD = timedelta(days=365)
MOST_EVENTS = 1000
REFRESH = timedelta(hours=4)
_LENGTH = timedelta(minutes=30)  # of an event that ends at a deadline; one without length is not drawn everywhere
_S = ClaimStatus
_FIELDS = ("name", "customer_domain", "status", "version", "action_due_at", "opt_out_until", "review_due_on")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date in the calendar: a moment something ends, or a whole day."""

    claim: Claim
    kind: str
    due: datetime | date
    summary: str
    says: str
    remind_days: tuple[int, ...] = ()


def address_of(membership: Membership) -> FeedAddress | None:
    """The person's working address for the organisation it belongs to now."""
    address = current_address(membership.user)
    return address if address and address.reference == str(membership.organization_id) else None


def new_address(membership: Membership, *, now: datetime) -> str:
    """Make a new address of the organisation's deadlines and return its token, this once. The older one ends."""
    return make_address(membership.user, reference=str(membership.organization_id), now=now)


def organization_of_feed(address: FeedAddress) -> PartnerOrganization | None:
    """Whose deadlines an address tells: its owner's organisation while the owner has an incentive role there (R014).

    None once the owner left for another organisation or lost the role: an address never follows its owner.
    """
    user: User = address.user
    membership = Membership.objects.select_related("organization").filter(user=user).first()
    if membership is None or not membership.has_incentive_role:
        return None
    return membership.organization if address.reference == str(membership.organization_id) else None


def last_change(organization: PartnerOrganization, *, now: datetime) -> datetime:
    """When the feed last may have changed: with a claim, or at midnight UTC, when days enter and leave it."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    newest = organization.claims.aggregate(at=Max("last_activity_at"))["at"]
    return max(newest, midnight) if newest else midnight


def deadlines_of(organization: PartnerOrganization, *, now: datetime) -> list[Deadline]:
    """What the organisation's own claims wait for, 30 days back and 12 months ahead, at most 1,000. Two queries.

    The end of the 30 days to respond (R165), of the opt-out period (R168), the day a review answers by (R162), and the
    day by which Microsoft wants to know more about an approved association (R171).
    Coming ones go first when there are too many. Nothing of other organisations is ever among them (Q35).
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Case(
        When(status=_S.ACTION_REQUIRED, then=F("action_due_at")),
        When(status=_S.APPROVED, then=F("opt_out_until")),
        When(Q(status__in=[_S.UNDER_REVIEW, _S.DISPUTED]), then=Cast("review_due_on", DateTimeField())),
    )
    near = organization.claims.annotate(due=due).filter(due__gte=today - PAST, due__lt=today + AHEAD)
    is_past = Case(When(due__lt=today, then=Value(1)), default=Value(0))
    chosen = near.order_by(is_past, "due", "pk").only(*_FIELDS, "last_activity_at")[:MOST_EVENTS]
    found = [_deadline(claim) for claim in chosen]
    return found + _asked_while_approved(
        organization, since=today - PAST, until=today + AHEAD, most=MOST_EVENTS - len(found)
    )


def _asked_while_approved(
    organization: PartnerOrganization, *, since: datetime, until: datetime, most: int
) -> list[Deadline]:
    open_requests = ActionRequest.objects.filter(closed_at=None, due_at__gte=since, due_at__lt=until)
    own = open_requests.filter(claim__organization=organization, claim__status=_S.APPROVED).select_related("claim")
    says = gettext(
        "Answer on the claim's page what Microsoft asks about this association. It stays as it is meanwhile."
    )
    return [
        Deadline(request.claim, "answer", request.due_at, gettext("Answer Microsoft"), says, (2,))
        for request in own.order_by("due_at", "pk")[:most]
    ]


def _deadline(claim: Claim) -> Deadline:
    if claim.status == _S.ACTION_REQUIRED and claim.action_due_at:
        says = gettext(
            "Add the information that the reviewer asked for and submit the claim again by then, or it is rejected."
        )
        return Deadline(claim, "response", claim.action_due_at, gettext("Respond to Microsoft"), says, (7, 2))
    if claim.status == _S.APPROVED and claim.opt_out_until:
        says = gettext("The customer may opt out until then. If it does not, the association is in effect.")
        return Deadline(claim, "opt-out", claim.opt_out_until, gettext("Opt-out period ends"), says)
    says = gettext(
        "Microsoft answers by this day. It may take longer when the customer is already associated with another partner."
    )
    return Deadline(claim, "review", claim.review_due_on or claim.last_activity_at.date(), gettext("Review due"), says)


def build_feed(deadlines: Iterable[Deadline], *, organization: PartnerOrganization) -> bytes:
    """The deadlines as one published calendar. The same deadlines give the same bytes, hence the same ETag."""
    calendar = Calendar()
    title = gettext("Partner Center deadlines: {partner}").format(partner=_plain(organization.name))
    calendar.add("prodid", "-//Partner Center//Deadlines//EN")  # unread
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", "UTC")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for deadline in deadlines:
        calendar.add_component(_event(deadline))
    if not calendar.subcomponents:
        calendar.add_component(_utc())
    return calendar.to_ical()


def _event(deadline: Deadline) -> Event:
    claim, link = deadline.claim, settings.PORTAL_URL + deadline.claim.get_absolute_url()
    summary = f"{deadline.summary}: {_plain(claim.name)} ({claim.pk})"
    event = Event()
    event.add("uid", f"claim-{claim.pk}-{deadline.kind}@{urlsplit(settings.PORTAL_URL).hostname}")
    event.add("dtstamp", claim.last_activity_at.astimezone(UTC))
    event.add("last-modified", claim.last_activity_at.astimezone(UTC))
    event.add("sequence", claim.version)
    if isinstance(deadline.due, datetime):
        ends = deadline.due.astimezone(UTC)
        event.add("dtstart", ends - _LENGTH)
        event.add("dtend", ends)
    else:
        event.add("dtstart", deadline.due)
        event.add("dtend", deadline.due + timedelta(days=1))
    event.add("summary", summary)
    customer = gettext("Customer: {domain}").format(domain=_plain(claim.customer_domain))
    event.add("description", f"{deadline.says}\n{customer}\n{link}")
    event.add("url", link)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    for days in deadline.remind_days:
        event.add_component(
            _alarm(
                ngettext("{days} day left. {summary}", "{days} days left. {summary}", days).format(
                    days=days, summary=summary
                ),
                before=timedelta(days=days),
            )
        )
    return event


def _alarm(text: str, *, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -before)
    return alarm


def _utc() -> Timezone:
    """A calendar needs at least one component, and an empty one has nothing else to carry."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  (local time is what RFC 5545 asks for here)
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone


def _plain(text: str) -> str:
    """On one line and without control characters, which iCalendar text may not hold."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())
