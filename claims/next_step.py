"""What happens next with a claim, who must act and until when: the box below the status diagram."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from claims.calendar import BusinessCalendar, business_days_until, day_of
from claims.enums import ABOUT_CONTACT, ClaimStatus
from claims.models import ActionRequest, Claim
from kit.templatetags.portal import written

S = ClaimStatus


class Who(Enum):
    """Whose turn it is, as the page prints it."""

    PARTNER = "partner"
    MICROSOFT = "microsoft"
    CUSTOMER = "customer"
    NOBODY = "nobody"

    def __str__(self) -> str:
        return str(_TURNS[self])


_TURNS = {
    Who.PARTNER: _("Your turn"),
    Who.MICROSOFT: _("Microsoft's turn"),
    Who.CUSTOMER: _("The customer may respond"),
    Who.NOBODY: _("Nothing to do"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline: what it is for, when it is, and how much is left. ``elapsed`` of ``total`` fills a bar when there is one."""

    label: str
    at: date | datetime
    left: str
    late: bool = False
    elapsed: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """Whose turn it is, what they do, and the clock that runs, if one does."""

    who: Who
    text: str
    clock: Clock | None = None
    also: str = ""


def next_step_of(
    claim: Claim,
    *,
    now: datetime,
    ready: bool = False,
    rivals: bool = False,
    disputed: bool = False,
    asked: ActionRequest | None = None,
    calendar: BusinessCalendar | None = None,
) -> NextStep:
    """The next step of the claim in its state at ``now``. Changes nothing.

    ``ready`` says that nothing keeps the claim from submission (Q5), ``rivals`` that another partner claims or holds a
    part of it (R163), ``disputed`` that its rejection was disputed before, which is possible once (Q49). ``asked`` is
    the request that waits for the partner: it says how long the time to respond is, and a partner that holds an
    association is asked while its claim stays approved (R171). ``calendar`` counts the business days of a review; without
    one they cost a query, so lists hand one in.
    """
    match ClaimStatus(claim.status):
        case S.EDITING:
            return _editing(claim, ready=ready)
        case S.SUBMITTED:
            return NextStep(
                Who.MICROSOFT,
                gettext(
                    "Your claim remains in submitted status while it awaits Microsoft review. You do not need to do anything."
                ),
                also=ngettext(
                    "Once the review has started, expect a response within {count} business day.",
                    "Once the review has started, expect a response within {count} business days.",
                    settings.REVIEW_BUSINESS_DAYS,
                ).format(count=settings.REVIEW_BUSINESS_DAYS),
            )
        case S.UNDER_REVIEW:
            text = gettext("Microsoft is reviewing your proof of execution.")
            return _review(claim, now=now, rivals=rivals, text=text, calendar=calendar)
        case S.DISPUTED:
            text = gettext("Microsoft is looking at your claim again because you disputed the rejection.")
            return _review(claim, now=now, rivals=rivals, text=text, calendar=calendar)
        case S.ACTION_REQUIRED:
            return _action_required(claim, now=now, asked=asked)
        case S.APPROVED:
            return _asked_while_approved(asked, now=now) if asked else _approved(claim, now=now)
        case S.REJECTED:
            return _rejected(claim, now=now, disputed=disputed)
        case S.CONSENT_DENIED:
            return NextStep(
                Who.NOBODY,
                gettext("The association has ended. Talk to your customer before you claim again."),
                also=gettext("A new claim needs proof of execution that is dated after the denial."),
            )
        case S.ENDED:
            return NextStep(
                Who.NOBODY,
                gettext("The association has ended."),
                also=gettext("To be associated with this customer again, create a new claim."),
            )
        case S.DISCARDED:
            return NextStep(Who.NOBODY, gettext("This claim was discarded and cannot be brought back."))


def time_left(until: datetime, *, now: datetime) -> str:
    """How much time is left, rounded down, so that nobody is promised a day that is not there."""
    days = (until - now).days
    if until <= now:
        return gettext("time is over")
    if days == 0:
        return gettext("less than a day left")
    return ngettext("{count} day left", "{count} days left", days).format(count=days)


def _editing(claim: Claim, *, ready: bool) -> NextStep:
    if ready:
        return NextStep(Who.PARTNER, gettext("Submit the claim. Microsoft starts its review only after that."))
    if claim.is_revenue:
        return NextStep(Who.PARTNER, gettext("Complete the claim, then submit it."))
    return NextStep(
        Who.PARTNER,
        gettext("Upload proof of execution, then submit the claim."),
        also=gettext("The template and the checklist help you to show everything that a reviewer looks for."),
    )


def _review(claim: Claim, *, now: datetime, rivals: bool, text: str, calendar: BusinessCalendar | None) -> NextStep:
    due = claim.review_due_on
    if due is None:
        return NextStep(Who.MICROSOFT, text)
    today = day_of(now)
    left = calendar.between(today, due) if calendar else business_days_until(due, today=today)
    late = due < today
    if not late:
        said = _business_days_left(left) if due != today else gettext("today is the last day")
        also = (
            gettext("It may take longer, because another partner claims or holds a part of this claim.")
            if rivals
            else ""
        )
        return NextStep(Who.MICROSOFT, text, Clock(gettext("Microsoft answers by"), due, said), also)
    why = (
        gettext(
            "We are late because another partner claims or holds a part of this claim, and each proof of execution is evaluated."
        )
        if rivals
        else gettext("We are late. Your claim has not been forgotten, and you do not need to do anything.")
    )
    said = gettext("overdue")
    if left:
        said = ngettext("overdue by {count} business day", "overdue by {count} business days", -left).format(
            count=-left
        )
    return NextStep(Who.MICROSOFT, text, Clock(gettext("Microsoft's answer was due by"), due, said, late=True), why)


def _action_required(claim: Claim, *, now: datetime, asked: ActionRequest | None) -> NextStep:
    text = gettext("Add what is missing, then submit the claim again.")
    if claim.action_due_at is None:
        return NextStep(Who.PARTNER, text)
    total = _days_to_respond(asked) if asked else settings.ACTION_REQUIRED_DAYS
    clock = _counted(gettext("Submit again by"), claim.action_due_at, now=now, total=total)
    also = ngettext(
        "If you do not respond within {count} day your claim will be rejected, and you will need to create a new one.",
        "If you do not respond within {count} days your claim will be rejected, and you will need to create a new one.",
        total,
    ).format(count=total)
    return NextStep(Who.PARTNER, text, clock, also)


def _asked_while_approved(asked: ActionRequest, *, now: datetime) -> NextStep:
    text = gettext("Microsoft asks for information about this association. Answer the list, then hand in your answers.")
    clock = _counted(gettext("Answer by"), asked.due_at, now=now, total=_days_to_respond(asked))
    also = gettext("The association stays as it is meanwhile.")
    if clock.late:
        also = gettext(
            "The association stays as it is meanwhile. This date has passed; you can still answer until Microsoft has decided."
        )
    return NextStep(Who.PARTNER, text, clock, also)


def _days_to_respond(asked: ActionRequest) -> int:
    """How many days the partner was given, at least one."""
    return max((asked.due_at - asked.requested_at).days, 1)


def _approved(claim: Claim, *, now: datetime) -> NextStep:
    if claim.is_revenue:
        return NextStep(Who.NOBODY, gettext("The revenue association is in effect."))
    if claim.customer_trouble in ABOUT_CONTACT:
        return NextStep(
            Who.PARTNER,
            gettext("Correct the customer contact: Microsoft's message has not reached the right person."),
            also=gettext(
                "The association stays as it is meanwhile. The customer's days to opt out begin with the next message."
            )
            if claim.opt_out_until is None
            else gettext(
                "The association stays as it is meanwhile. The customer's days to opt out have passed and do not begin anew."
            ),
        )
    if claim.opt_out_until is None and claim.in_effect_at is None:
        return NextStep(
            Who.MICROSOFT,
            gettext("Microsoft is notifying the customer."),
            also=gettext("The customer's {count} days to opt out begin when the message has left.").format(
                count=settings.OPT_OUT_DAYS
            ),
        )
    if claim.can_still_opt_out(now) and claim.opt_out_until is not None:
        clock = _counted(
            gettext("Customer may opt out until"), claim.opt_out_until, now=now, total=settings.OPT_OUT_DAYS
        )
        return NextStep(
            Who.CUSTOMER,
            gettext("The customer has been notified. Without a denial the association takes effect."),
            clock,
            gettext("You do not need to do anything."),
        )
    text = gettext("The association is in effect. The customer may still deny it at any time.")
    if claim.opt_out_until:
        text = gettext(
            "The opt-out period ended on {day}. The association is in effect. The customer may still deny it at any time."
        ).format(day=written(localtime(claim.opt_out_until), "until"))
    return NextStep(
        Who.NOBODY,
        text,
        also=gettext(
            "If another partner claims the same, the most recent proof of execution counts. Keep yours fresh."
        ),
    )


def _rejected(claim: Claim, *, now: datetime, disputed: bool) -> NextStep:
    until = claim.dispute_until
    if disputed:
        return NextStep(
            Who.NOBODY,
            gettext("Microsoft has decided on your dispute, so this rejection is final."),
            also=gettext("To claim this customer, create a new claim."),
        )
    if until is None or now >= until:
        return NextStep(
            Who.NOBODY,
            gettext("The {count} days to dispute this rejection have passed.").format(count=settings.DISPUTE_DAYS),
            also=gettext("To claim this customer, create a new claim."),
        )
    clock = _counted(gettext("Dispute by"), until, now=now, total=settings.DISPUTE_DAYS)
    return NextStep(
        Who.PARTNER,
        gettext("If you do not agree, dispute the rejection. You can do so once."),
        clock,
        gettext("Or create a new claim."),
    )


def _counted(label: str, until: datetime, *, now: datetime, total: int) -> Clock:
    remaining = max((until - now).days, 0)
    late = until <= now
    return Clock(
        label, until, time_left(until, now=now), late, elapsed=min(max(total - remaining, 0), total), total=total
    )


def _business_days_left(count: int) -> str:
    if not count:
        return gettext("no business day left")
    return ngettext("{count} business day left", "{count} business days left", count).format(count=count)
