"""Every message about the review of a claim and its end, one function each; ``claims.telling`` says how they are told (Q45).

``disputed`` says that the claim's rejection was disputed before (``claims.queries.was_disputed``).

The customer's mail is not written here: it belongs to the customer's room.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from claims.enums import ClaimAction, ClaimStatus
from claims.letters import answers_in, said_in
from claims.models import Claim, ClaimEvent
from claims.results import WITH_THE_REST, can_be_claimed_anew, is_in_part
from claims.telling import Letter, day, message

PAYMENT_NOTE = _("Approved indicates the status of the customer association, not the status of the payment.")


@message(
    ClaimAction.SUBMIT,
    ClaimAction.RESUBMIT,
    title=_("Submitted"),
    when=_("The partner submits a claim, for the first time or again."),
)
def tell_submitted(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of a submission (R161)."""
    if event.action == ClaimAction.RESUBMIT:
        title = gettext("Claim submitted again")
        what = ngettext(
            "Thank you for the additional information. Your claim is under review again; expect a response within "
            "{days} business day.",
            "Thank you for the additional information. Your claim is under review again; expect a response within "
            "{days} business days.",
            settings.REVIEW_BUSINESS_DAYS,
        )
    else:
        title = gettext("Claim submitted")
        what = ngettext(
            "Your claim awaits Microsoft's review. Once the review has started, expect a response within {days} business day.",
            "Your claim awaits Microsoft's review. Once the review has started, expect a response within {days} business days.",
            settings.REVIEW_BUSINESS_DAYS,
        )
    return Letter(title, [what.format(days=settings.REVIEW_BUSINESS_DAYS)])


@message(ClaimAction.START_REVIEW, title=_("Review started"), when=_("A reviewer begins the review."), mail=False)
def tell_review_started(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The review has begun: portal only, as nothing is asked of anybody."""
    what = gettext("Microsoft is reviewing your proof of execution.")
    if claim.review_due_on:
        what = gettext("Microsoft is reviewing your proof of execution. You can expect a response by {due}.").format(
            due=day(claim.review_due_on)
        )
    return Letter(gettext("Review started"), [what])


@message(ClaimAction.REQUEST_ACTION, title=_("Action required"), when=_("A reviewer asks for more information."))
def tell_action_required(claim: Claim, *, event: ClaimEvent, disputed: bool) -> Letter:
    """A reviewer asks for more; the upload area and the edits are open again (R164, R165)."""
    due = day(claim.action_due_at)
    days = (claim.action_due_at - event.at).days if claim.action_due_at else settings.ACTION_REQUIRED_DAYS
    paragraphs = [
        gettext("A Microsoft reviewer needs more information to decide on your dispute.")
        if disputed
        else gettext("A Microsoft reviewer needs more information to decide on your claim."),
        *said_in(event, reasons=gettext("What is needed:"), numbered=True),
        ngettext(
            "Please go through the list on the claim's page: tick or answer each item, add the information, and "
            "submit the claim again by {due}. If you do not respond within one day, your claim will be rejected and "
            "you will need to create a new one.",
            "Please go through the list on the claim's page: tick or answer each item, add the information, and "
            "submit the claim again by {due}. If you do not respond within {days} days, your claim will be rejected and "
            "you will need to create a new one.",
            days,
        ).format(due=due, days=days),
    ]
    if event.data.get("accepted"):
        lost = gettext("Without an answer by {due} the whole claim is rejected, also what was accepted.").format(
            due=due
        )
        paragraphs += [str(WITH_THE_REST), lost]
    return Letter(gettext("Partner action required"), paragraphs)


@message(ClaimAction.REMIND, title=_("Reminder"), when=_("7 and 2 days before the time to answer is over."))
def tell_reminder(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> Letter:
    """Reminder before the time to respond is over (Q1). A claim that is approved meanwhile is not at risk (R171)."""
    paragraphs = [
        gettext("Your claim still needs your action. Please submit it again by {due}.").format(due=day(due_at)),
        gettext("Otherwise it will be rejected, and you will need to create a new claim."),
    ]
    if claim.status == ClaimStatus.APPROVED:
        paragraphs = [
            gettext("Microsoft still waits for information about your association. Please answer by {due}.").format(
                due=day(due_at)
            )
        ]
    return Letter(_time_left(due_at - event.at), paragraphs)


def _time_left(left: timedelta) -> str:
    """What is really left: after a standstill a reminder leaves later than its days before the end.

    Never more than an hour too much, so that a sweep some minutes late still says the full days.
    """
    days = (left + timedelta(hours=1)) // timedelta(days=1)
    if days:
        return ngettext("{days} day left to respond", "{days} days left to respond", days).format(days=days)
    hours = left // timedelta(hours=1)
    if hours:
        return ngettext("{hours} hour left to respond", "{hours} hours left to respond", hours).format(hours=hours)
    return gettext("Less than an hour left to respond")


@message(
    ClaimAction.APPROVE,
    title=_("Approved"),
    when=_("A reviewer approves the claim, in whole or in part, also after a dispute."),
)
def tell_approved(claim: Claim, *, event: ClaimEvent, disputed: bool) -> Letter:
    """Approved, with the opt-out date and the note that this is not about payment (R167, R168); after a dispute as its outcome."""
    what = gettext("Microsoft approved your claim.")
    if is_in_part(event.data):
        what = gettext("Microsoft approved a part of your claim.")
    if is_in_part(event.data) and can_be_claimed_anew(event.data):
        what = gettext(
            "Microsoft approved a part of your claim. What was not approved is free again: with better proof of execution "
            "you can claim it anew."
        )
    if disputed:
        what = gettext("This is the outcome of your dispute: {what}").format(what=what)
    paragraphs = [what, *said_in(event, reasons=gettext("Why a part was not approved:"))]
    if not claim.is_revenue:
        paragraphs.append(
            ngettext(
                "The customer is being notified, and may opt out for {days} day from then on. You are not copied "
                "on that message; the claim's page shows until when.",
                "The customer is being notified, and may opt out for {days} days from then on. You are not copied "
                "on that message; the claim's page shows until when.",
                settings.OPT_OUT_DAYS,
            ).format(days=settings.OPT_OUT_DAYS)
        )
    paragraphs.append(str(PAYMENT_NOTE))
    title = gettext("Dispute decided, claim approved") if disputed else gettext("Claim approved")
    return Letter(title, paragraphs)


@message(
    ClaimAction.REJECT,
    ClaimAction.LAPSE,
    title=_("Rejected"),
    when=_("A reviewer rejects the claim, also after a dispute, or the time to answer is over."),
)
def tell_rejected(claim: Claim, *, event: ClaimEvent, disputed: bool) -> Letter:
    """Rejected by a reviewer or by the clock, with the reasons (R165, R166), and what is left to do.

    A first rejection can be disputed within 30 days; the outcome of a dispute is final (Q49).
    """
    lapsed = event.action == ClaimAction.LAPSE
    what = gettext("Your claim was rejected.")
    if lapsed:
        what = gettext("Your claim was rejected, because the requested information was not provided on time.")
    elif disputed:
        what = gettext(
            "This is the outcome of your dispute: another reviewer looked at your claim, and it stays rejected."
        )
    paragraphs = [what, *said_in(event, reasons=gettext("The reason:") if lapsed else gettext("The reasons:"))]
    if disputed:
        paragraphs.append(gettext("This decision is final. To claim this customer, create a new claim."))
    else:
        until = day(claim.dispute_until)
        paragraphs.append(
            gettext("If you do not agree, you can dispute this once on the claim's page, until {until}.").format(
                until=until
            )
        )
    title = gettext("Dispute decided, claim rejected") if disputed and not lapsed else gettext("Claim rejected")
    return Letter(title, paragraphs)


@message(
    ClaimAction.CLOSE_WINDOW, title=_("In effect"), when=_("The opt-out period ends without a denial."), mail=False
)
def tell_in_effect(claim: Claim, *, event: ClaimEvent, in_part: bool) -> Letter:
    """The opt-out period ended undenied, or with a denial of a part (``in_part``): portal only (Q7)."""
    days = settings.OPT_OUT_DAYS
    if in_part:
        what = ngettext(
            "The customer denied a part of your association, and did not opt out of the rest within {days} day. The rest is "
            "in effect.",
            "The customer denied a part of your association, and did not opt out of the rest within {days} days. The rest is "
            "in effect.",
            days,
        )
    else:
        what = ngettext(
            "The customer did not opt out within {days} day. Your association is in effect.",
            "The customer did not opt out within {days} days. Your association is in effect.",
            days,
        )
    title = gettext("Rest of the association in effect") if in_part else gettext("Association in effect")
    return Letter(title, [what.format(days=days)])


@message(ClaimAction.DENY_CONSENT, title=_("Consent denied"), when=_("The customer denies."))
def tell_consent_denied(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer denied; its comment is passed on only when it allowed that (R183, Q37)."""
    paragraphs = [gettext("The customer denied your association, so it has ended.")]
    paragraphs += [gettext("Reason: {reason}").format(reason=reason) for reason in event.data.get("denial_reasons", [])]
    if event.data.get("shared_comment"):
        paragraphs.append(gettext("Comment: {comment}").format(comment=event.data["shared_comment"]))
    return Letter(gettext("Customer consent denied"), paragraphs)


@message(ClaimAction.DISPUTE, title=_("Disputed"), when=_("The partner disputes a rejection."))
def tell_disputed(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of a dispute, with the date of the answer (Q49)."""
    what = gettext("You disputed the rejection of your claim. Microsoft is looking at it again.")
    if claim.review_due_on:
        what = gettext(
            "You disputed the rejection of your claim. Microsoft is looking at it again. You can expect a response by {due}."
        ).format(due=day(claim.review_due_on))
    paragraphs = [what, gettext("Your justification: {message}").format(message=event.data["message"])]
    return Letter(gettext("Rejection disputed"), paragraphs)


@message(ClaimAction.DISASSOCIATE, title=_("Ended"), when=_("The partner ends the association."))
def tell_ended(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The partner itself ended the association."""
    paragraphs = [
        gettext("{name} disassociated your company from {domain}, so the association has ended.").format(
            name=event.actor_name, domain=claim.customer_domain
        ),
        gettext("Reason: {reason}").format(reason=event.data["message"]),
    ]
    return Letter(gettext("Association ended"), paragraphs)


@message(
    ClaimAction.ASK_HOLDER,
    title=_("Holder asked"),
    when=_("A partner that holds an association is asked for information."),
)
def tell_holder_asked(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> Letter:
    """A partner that holds an association is asked while its claim stays approved; why, no partner learns (R171)."""
    paragraphs = [
        gettext("Microsoft needs information about your association. The association stays as it is meanwhile."),
        *said_in(event, reasons=gettext("What is asked:"), numbered=True),
        gettext(
            "Please answer each item on the claim's page and hand in your answers by {due}. You may add fresh "
            "proof of execution there."
        ).format(due=day(due_at)),
    ]
    return Letter(gettext("Information requested"), paragraphs)


@message(ClaimAction.ANSWER, title=_("Answered"), when=_("That partner hands in its answers."), mail=False)
def tell_answered(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of the answers of a partner whose claim stays approved: portal only."""
    paragraphs = [gettext("Thank you. Microsoft has received your answers."), *answers_in(event)]
    return Letter(gettext("Request answered"), paragraphs)


@message(
    ClaimAction.SUPERSEDE, ClaimAction.LOSE_PRODUCT, title=_("Selected against"), when=_("Another partner is selected.")
)
def tell_selected_against(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Another partner was selected: the association ended, or lost a part. Who that is, nobody learns (Q41, Q50)."""
    whole = event.action == ClaimAction.SUPERSEDE
    if whole:
        what = gettext(
            "Microsoft compared the proof of execution of several partners for {domain}, so your association has ended."
        )
    else:
        what = gettext(
            "Microsoft compared the proof of execution of several partners for {domain}, so a part of your association "
            "has ended."
        )
    paragraphs = [what.format(domain=claim.customer_domain), *said_in(event)]
    title = gettext("Association ended") if whole else gettext("A part of your association ended")
    return Letter(title, paragraphs)


@message(
    ClaimAction.KEEP_ASSOCIATION,
    title=_("Association kept"),
    when=_("The partner that holds an association is selected."),
)
def tell_association_kept(claim: Claim, *, event: ClaimEvent) -> Letter:
    """A partner that holds an association keeps it after a comparison; with whom, it does not learn (R171)."""
    paragraphs = [
        gettext("Microsoft compared the proof of execution for {domain}. Your association stays as it is.").format(
            domain=claim.customer_domain
        ),
        *said_in(event),
    ]
    return Letter(gettext("Association kept"), paragraphs)
