"""Every message about the review of a claim and its end, one function each; ``claims.telling`` says how they are told (Q45).

The customer's mail is not written here: it belongs to the customer's room.
"""

from datetime import datetime

from django.conf import settings

from claims.enums import ClaimAction, ClaimStatus
from claims.letters import answers_in, said_in
from claims.models import Claim, ClaimEvent
from claims.queries import was_disputed
from claims.telling import Letter, day, message

PAYMENT_NOTE = "Approved indicates the status of the customer association, not the status of the payment."


@message(ClaimAction.SUBMIT, ClaimAction.RESUBMIT, when="The partner submits a claim, for the first time or again.")
def tell_submitted(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of a submission (R161)."""
    if event.action == ClaimAction.RESUBMIT:
        title = "Claim submitted again"
        what = "Thank you for the additional information. Your claim is under review again; expect a response within five business days."
    else:
        title = "Claim submitted"
        what = "Your claim awaits Microsoft's review. Once the review has started, expect a response within five business days."
    return Letter(title, [what])


@message(ClaimAction.START_REVIEW, when="A reviewer begins the review.", mail=False)
def tell_review_started(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The review has begun: portal only, as nothing is asked of anybody."""
    due = f" You can expect a response by {day(claim.review_due_on)}." if claim.review_due_on else ""
    return Letter(
        "Review started",
        [f"Microsoft is reviewing your proof of execution.{due}"],
    )


@message(ClaimAction.REQUEST_ACTION, when="A reviewer asks for more information.")
def tell_action_required(claim: Claim, *, event: ClaimEvent) -> Letter:
    """A reviewer asks for more; the upload area and the edits are open again (R164, R165)."""
    due = day(claim.action_due_at)
    days = (claim.action_due_at - event.at).days if claim.action_due_at else settings.ACTION_REQUIRED_DAYS
    within = "one day" if days == 1 else f"{days} days"
    paragraphs = [
        f"A Microsoft reviewer needs more information to decide on your {'dispute' if was_disputed(claim) else 'claim'}.",
        *said_in(event, reasons="What is needed:", numbered=True),
        "Please go through the list on the claim's page: tick or answer each item, add the information, and submit the "
        f"claim again by {due}. If you do not respond within {within}, your claim will be rejected and you will need to "
        "create a new one.",
    ]
    return Letter("Partner action required", paragraphs)


@message(ClaimAction.REMIND, when="7 and 2 days before the time to answer is over.")
def tell_reminder(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> Letter:
    """Reminder before the time to respond is over (Q1). A claim that is approved meanwhile is not at risk (R171)."""
    paragraphs = [
        f"Your claim still needs your action. Please submit it again by {day(due_at)}.",
        "Otherwise it will be rejected, and you will need to create a new claim.",
    ]
    if claim.status == ClaimStatus.APPROVED:
        paragraphs = [f"Microsoft still waits for information about your association. Please answer by {day(due_at)}."]
    days = event.data["days"]
    return Letter(f"{days} days left to respond", paragraphs)


@message(ClaimAction.APPROVE, when="A reviewer approves the claim, in whole or in part, also after a dispute.")
def tell_approved(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Approved, with the opt-out date and the note that this is not about payment (R167, R168); after a dispute as its outcome."""
    part = "a part of your claim. What was not approved is free again: with better proof of execution you can claim it anew."
    what = f"Microsoft approved {part if event.data.get('refused') else 'your claim.'}"
    disputed = was_disputed(claim)
    if disputed:
        what = f"This is the outcome of your dispute: {what}"
    paragraphs = [what, *said_in(event, reasons="Why a part was not approved:")]
    if not claim.is_revenue:
        paragraphs.append(
            f"The customer is being notified, and may opt out for {settings.OPT_OUT_DAYS} days from then on. You are not copied "
            "on that message; the claim's page shows until when."
        )
    paragraphs.append(PAYMENT_NOTE)
    title = "Dispute decided, claim approved" if disputed else "Claim approved"
    return Letter(title, paragraphs)


@message(
    ClaimAction.REJECT,
    ClaimAction.LAPSE,
    when="A reviewer rejects the claim, also after a dispute, or the time to answer is over.",
)
def tell_rejected(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Rejected by a reviewer or by the clock, with the reasons (R165, R166), and what is left to do.

    A first rejection can be disputed within 30 days; the outcome of a dispute is final (Q49).
    """
    lapsed, disputed = event.action == ClaimAction.LAPSE, was_disputed(claim)
    what = "Your claim was rejected."
    if lapsed:
        what = "Your claim was rejected, because the requested information was not provided on time."
    elif disputed:
        what = "This is the outcome of your dispute: another reviewer looked at your claim, and it stays rejected."
    paragraphs = [what, *said_in(event, reasons="The reason:" if lapsed else "The reasons:")]
    if disputed:
        paragraphs.append("This decision is final. To claim this customer, create a new claim.")
    else:
        until = day(claim.dispute_until)
        paragraphs.append(f"If you do not agree, you can dispute this once on the claim's page, until {until}.")
    title = "Dispute decided, claim rejected" if disputed and not lapsed else "Claim rejected"
    return Letter(title, paragraphs)


@message(ClaimAction.CLOSE_WINDOW, when="The opt-out period ends without a denial.", mail=False)
def tell_in_effect(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The opt-out period ended undenied: portal only (Q7)."""
    paragraphs = ["The customer did not opt out within seven days. Your association is in effect."]
    return Letter("Association in effect", paragraphs)


@message(ClaimAction.DENY_CONSENT, when="The customer denies.")
def tell_consent_denied(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer denied; its comment is passed on only when it allowed that (R183, Q37)."""
    paragraphs = ["The customer denied your association, so it has ended."]
    paragraphs += [f"Reason: {reason}" for reason in event.data.get("denial_reasons", [])]
    if event.data.get("shared_comment"):
        paragraphs.append(f"Comment: {event.data['shared_comment']}")
    return Letter("Customer consent denied", paragraphs)


@message(ClaimAction.DISPUTE, when="The partner disputes a rejection.")
def tell_disputed(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of a dispute, with the date of the answer (Q49)."""
    due = f" You can expect a response by {day(claim.review_due_on)}." if claim.review_due_on else ""
    paragraphs = [
        f"You disputed the rejection of your claim. Microsoft is looking at it again.{due}",
        f"Your justification: {event.data['message']}",
    ]
    return Letter("Rejection disputed", paragraphs)


@message(ClaimAction.DISASSOCIATE, when="The partner ends the association.")
def tell_ended(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The partner itself ended the association."""
    paragraphs = [
        f"{event.actor_name} disassociated your company from {claim.customer_domain}, so the association has ended.",
        f"Reason: {event.data['message']}",
    ]
    return Letter("Association ended", paragraphs)


@message(ClaimAction.ASK_HOLDER, when="A partner that holds an association is asked for information.")
def tell_holder_asked(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> Letter:
    """A partner that holds an association is asked while its claim stays approved; why, no partner learns (R171)."""
    paragraphs = [
        "Microsoft needs information about your association. The association stays as it is meanwhile.",
        *said_in(event, reasons="What is asked:", numbered=True),
        f"Please answer each item on the claim's page and hand in your answers by {day(due_at)}. You may add fresh proof "
        "of execution there.",
    ]
    return Letter("Information requested", paragraphs)


@message(ClaimAction.ANSWER, when="That partner hands in its answers.", mail=False)
def tell_answered(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Receipt of the answers of a partner whose claim stays approved: portal only."""
    paragraphs = ["Thank you. Microsoft has received your answers.", *answers_in(event)]
    return Letter("Request answered", paragraphs)


@message(ClaimAction.SUPERSEDE, ClaimAction.LOSE_PRODUCT, when="Another partner is selected.")
def tell_selected_against(claim: Claim, *, event: ClaimEvent) -> Letter:
    """Another partner was selected: the association ended, or lost a part. Who that is, nobody learns (Q41, Q50)."""
    whole = event.action == ClaimAction.SUPERSEDE
    what = "so your association has ended" if whole else "so a part of your association has ended"
    paragraphs = [
        f"Microsoft compared the proof of execution of several partners for {claim.customer_domain}, {what}.",
        *said_in(event),
    ]
    title = "Association ended" if whole else "A part of your association ended"
    return Letter(title, paragraphs)


@message(ClaimAction.KEEP_ASSOCIATION, when="The partner that holds an association is selected.")
def tell_association_kept(claim: Claim, *, event: ClaimEvent) -> Letter:
    """A partner that holds an association keeps it after a comparison; with whom, it does not learn (R171)."""
    paragraphs = [
        f"Microsoft compared the proof of execution for {claim.customer_domain}. Your association stays as it is.",
        *said_in(event),
    ]
    return Letter("Association kept", paragraphs)
