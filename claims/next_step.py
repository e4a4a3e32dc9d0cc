"""What happens next with a claim, who must act and until when: the box below the status diagram."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings

from claims.calendar import BusinessCalendar, business_days_until, day_of
from claims.enums import ClaimStatus
from claims.models import ActionRequest, Claim

S = ClaimStatus


class Who(StrEnum):
    """Whose turn it is, as the page prints it."""

    PARTNER = "Your turn"
    MICROSOFT = "Microsoft's turn"
    CUSTOMER = "The customer may respond"
    NOBODY = "Nothing to do"


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
                "Your claim remains in submitted status while it awaits Microsoft review. You do not need to do anything.",
                also=f"Once the review has started, expect a response within {_days(settings.REVIEW_BUSINESS_DAYS)}.",
            )
        case S.UNDER_REVIEW:
            text = "Microsoft is reviewing your proof of execution."
            return _review(claim, now=now, rivals=rivals, text=text, calendar=calendar)
        case S.DISPUTED:
            text = "Microsoft is looking at your claim again because you disputed the rejection."
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
                "The association has ended. Talk to your customer before you claim again.",
                also="A new claim needs proof of execution that is dated after the denial.",
            )
        case S.ENDED:
            return NextStep(
                Who.NOBODY,
                "The association has ended.",
                also="To be associated with this customer again, create a new claim.",
            )
        case S.DISCARDED:
            return NextStep(Who.NOBODY, "This claim was discarded and cannot be brought back.")


def time_left(until: datetime, *, now: datetime) -> str:
    """How much time is left, rounded down, so that nobody is promised a day that is not there."""
    days = (until - now).days
    if until <= now:
        return "time is over"
    if days == 0:
        return "less than a day left"
    return f"{days} day{'' if days == 1 else 's'} left"


def _editing(claim: Claim, *, ready: bool) -> NextStep:
    if ready:
        return NextStep(Who.PARTNER, "Submit the claim. Microsoft starts its review only after that.")
    if claim.is_revenue:
        return NextStep(Who.PARTNER, "Complete the claim, then submit it.")
    return NextStep(
        Who.PARTNER,
        "Upload proof of execution, then submit the claim.",
        also="The template and the checklist help you to show everything that a reviewer looks for.",
    )


def _review(claim: Claim, *, now: datetime, rivals: bool, text: str, calendar: BusinessCalendar | None) -> NextStep:
    due = claim.review_due_on
    if due is None:
        return NextStep(Who.MICROSOFT, text)
    today = day_of(now)
    left = calendar.between(today, due) if calendar else business_days_until(due, today=today)
    late = due < today
    if not late:
        remains = f"{_days(left)} left" if left else "no business day left"
        said = "today is the last day" if due == today else remains
        also = "It may take longer, because another partner claims or holds a part of this claim." if rivals else ""
        return NextStep(Who.MICROSOFT, text, Clock("Microsoft answers by", due, said), also)
    why = (
        "We are late because another partner claims or holds a part of this claim, and each proof of execution is evaluated."
        if rivals
        else "We are late. Your claim has not been forgotten, and you do not need to do anything."
    )
    said = f"overdue by {_days(-left)}" if left else "overdue"
    return NextStep(Who.MICROSOFT, text, Clock("Microsoft's answer was due by", due, said, late=True), why)


def _action_required(claim: Claim, *, now: datetime, asked: ActionRequest | None) -> NextStep:
    text = "Add what is missing, then submit the claim again."
    if claim.action_due_at is None:
        return NextStep(Who.PARTNER, text)
    total = _days_to_respond(asked) if asked else settings.ACTION_REQUIRED_DAYS
    clock = _counted("Submit again by", claim.action_due_at, now=now, total=total)
    also = (
        f"If you do not respond within {total} day{'' if total == 1 else 's'} your claim will be rejected, and you will "
        "need to create a new one."
    )
    return NextStep(Who.PARTNER, text, clock, also)


def _asked_while_approved(asked: ActionRequest, *, now: datetime) -> NextStep:
    text = "Microsoft asks for information about this association. Answer the list, then hand in your answers."
    clock = _counted("Answer by", asked.due_at, now=now, total=_days_to_respond(asked))
    late = " This date has passed; you can still answer until Microsoft has decided." if clock.late else ""
    return NextStep(Who.PARTNER, text, clock, f"The association stays as it is meanwhile.{late}")


def _days_to_respond(asked: ActionRequest) -> int:
    """How many days the partner was given, at least one."""
    return max((asked.due_at - asked.requested_at).days, 1)


def _approved(claim: Claim, *, now: datetime) -> NextStep:
    if claim.is_revenue:
        return NextStep(Who.NOBODY, "The revenue association is in effect.")
    if claim.customer_trouble:
        return NextStep(
            Who.PARTNER,
            "Correct the customer contact: Microsoft's message has not reached the right person.",
            also="The association stays as it is meanwhile. The customer's days to opt out begin with the next message.",
        )
    if claim.opt_out_until is None and claim.in_effect_at is None:
        return NextStep(
            Who.MICROSOFT,
            "Microsoft is notifying the customer.",
            also=f"The customer's {settings.OPT_OUT_DAYS} days to opt out begin when the message has left.",
        )
    if claim.can_still_opt_out(now) and claim.opt_out_until is not None:
        clock = _counted("Customer may opt out until", claim.opt_out_until, now=now, total=settings.OPT_OUT_DAYS)
        return NextStep(
            Who.CUSTOMER,
            "The customer has been notified. Without a denial the association takes effect.",
            clock,
            "You do not need to do anything.",
        )
    return NextStep(
        Who.NOBODY,
        f"{_ended_on(claim)}The association is in effect. The customer may still deny it at any time.",
        also="If another partner claims the same, the most recent proof of execution counts. Keep yours fresh.",
    )


def _ended_on(claim: Claim) -> str:
    until = claim.opt_out_until
    return f"The opt-out period ended on {until:%B} {until.day}, {until.year}. " if until else ""


def _rejected(claim: Claim, *, now: datetime, disputed: bool) -> NextStep:
    until = claim.dispute_until
    if disputed:
        return NextStep(
            Who.NOBODY,
            "Microsoft has decided on your dispute, so this rejection is final.",
            also="To claim this customer, create a new claim.",
        )
    if until is None or now >= until:
        return NextStep(
            Who.NOBODY,
            f"The {settings.DISPUTE_DAYS} days to dispute this rejection have passed.",
            also="To claim this customer, create a new claim.",
        )
    clock = _counted("Dispute by", until, now=now, total=settings.DISPUTE_DAYS)
    return NextStep(
        Who.PARTNER, "If you do not agree, dispute the rejection. You can do so once.", clock, "Or create a new claim."
    )


def _counted(label: str, until: datetime, *, now: datetime, total: int) -> Clock:
    remaining = max((until - now).days, 0)
    late = until <= now
    return Clock(
        label, until, time_left(until, now=now), late, elapsed=min(max(total - remaining, 0), total), total=total
    )


def _days(count: int) -> str:
    return f"{count} business day{'' if count == 1 else 's'}"
