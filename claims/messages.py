"""Every message about a claim, one function each: a notice in the portal, and mail where it matters (Q45).

Recipients are the claim's creator, while it works for the partner, and the contact that the partner named. The
customer's mail is not written here: it belongs to the customer's room. All functions need an open transaction; nothing leaves before it commits.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from claims.enums import ClaimAction, ClaimStatus
from claims.letters import Block, answers_in, as_sentence, said_in
from claims.models import Claim, ClaimEvent
from claims.queries import was_disputed
from notifications.notices import notify
from notifications.outbox import enqueue
from notifications.preferences import wanting_mail
from notifications.rendering import render_mail
from partners.organization.people import addresses_inside, still_working_for

PAYMENT_NOTE = "Approved indicates the status of the customer association, not the status of the payment."


def tell_submitted(claim: Claim, *, event: ClaimEvent) -> None:
    """Receipt of a submission (R161)."""
    if event.action == ClaimAction.RESUBMIT:
        title = "Claim submitted again"
        what = "Thank you for the additional information. Your claim is under review again; expect a response within five business days."
    else:
        title = "Claim submitted"
        what = "Your claim awaits Microsoft's review. Once the review has started, expect a response within five business days."
    tell(claim, event=event, title=title, paragraphs=[what])


def tell_review_started(claim: Claim, *, event: ClaimEvent) -> None:
    """The review has begun: portal only, as nothing is asked of anybody."""
    due = f" You can expect a response by {day(claim.review_due_on)}." if claim.review_due_on else ""
    tell(
        claim,
        event=event,
        title="Review started",
        paragraphs=[f"Microsoft is reviewing your proof of execution.{due}"],
        mail=False,
    )


def tell_action_required(claim: Claim, *, event: ClaimEvent) -> None:
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
    tell(claim, event=event, title="Partner action required", paragraphs=paragraphs)


def tell_reminder(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> None:
    """Reminder before the time to respond is over (Q1). A claim that is approved meanwhile is not at risk (R171)."""
    paragraphs = [
        f"Your claim still needs your action. Please submit it again by {day(due_at)}.",
        "Otherwise it will be rejected, and you will need to create a new claim.",
    ]
    if claim.status == ClaimStatus.APPROVED:
        paragraphs = [f"Microsoft still waits for information about your association. Please answer by {day(due_at)}."]
    days = event.data["days"]
    tell(claim, event=event, title=f"{days} days left to respond", paragraphs=paragraphs)


def tell_approved(claim: Claim, *, event: ClaimEvent) -> None:
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
    tell(claim, event=event, title=title, paragraphs=paragraphs)


def tell_rejected(claim: Claim, *, event: ClaimEvent) -> None:
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
    tell(claim, event=event, title=title, paragraphs=paragraphs)


def tell_in_effect(claim: Claim, *, event: ClaimEvent) -> None:
    """The opt-out period ended undenied: portal only (Q7)."""
    paragraphs = ["The customer did not opt out within seven days. Your association is in effect."]
    tell(claim, event=event, title="Association in effect", paragraphs=paragraphs, mail=False)


def tell_consent_denied(claim: Claim, *, event: ClaimEvent) -> None:
    """The customer denied; its comment is passed on only when it allowed that (R183, Q37)."""
    paragraphs = ["The customer denied your association, so it has ended."]
    paragraphs += [f"Reason: {reason}" for reason in event.data.get("denial_reasons", [])]
    if event.data.get("shared_comment"):
        paragraphs.append(f"Comment: {event.data['shared_comment']}")
    tell(claim, event=event, title="Customer consent denied", paragraphs=paragraphs)


def tell_disputed(claim: Claim, *, event: ClaimEvent) -> None:
    """Receipt of a dispute, with the date of the answer (Q49)."""
    due = f" You can expect a response by {day(claim.review_due_on)}." if claim.review_due_on else ""
    paragraphs = [
        f"You disputed the rejection of your claim. Microsoft is looking at it again.{due}",
        f"Your justification: {event.data['message']}",
    ]
    tell(claim, event=event, title="Rejection disputed", paragraphs=paragraphs)


def tell_ended(claim: Claim, *, event: ClaimEvent) -> None:
    """The partner itself ended the association."""
    paragraphs = [
        f"{event.actor_name} disassociated your company from {claim.customer_domain}, so the association has ended.",
        f"Reason: {event.data['message']}",
    ]
    tell(claim, event=event, title="Association ended", paragraphs=paragraphs)


def tell_holder_asked(claim: Claim, *, event: ClaimEvent, due_at: datetime) -> None:
    """A partner that holds an association is asked while its claim stays approved; why, no partner learns (R171)."""
    paragraphs = [
        "Microsoft needs information about your association. The association stays as it is meanwhile.",
        *said_in(event, reasons="What is asked:", numbered=True),
        f"Please answer each item on the claim's page and hand in your answers by {day(due_at)}. You may add fresh proof "
        "of execution there.",
    ]
    tell(claim, event=event, title="Information requested", paragraphs=paragraphs)


def tell_answered(claim: Claim, *, event: ClaimEvent) -> None:
    """Receipt of the answers of a partner whose claim stays approved: portal only."""
    paragraphs = ["Thank you. Microsoft has received your answers.", *answers_in(event)]
    tell(claim, event=event, title="Request answered", paragraphs=paragraphs, mail=False)


def tell_selected_against(claim: Claim, *, event: ClaimEvent) -> None:
    """Another partner was selected: the association ended, or lost a part. Who that is, nobody learns (Q41, Q50)."""
    whole = event.action == ClaimAction.SUPERSEDE
    what = "so your association has ended" if whole else "so a part of your association has ended"
    paragraphs = [
        f"Microsoft compared the proof of execution of several partners for {claim.customer_domain}, {what}.",
        *said_in(event),
    ]
    title = "Association ended" if whole else "A part of your association ended"
    tell(claim, event=event, title=title, paragraphs=paragraphs)


def tell_association_kept(claim: Claim, *, event: ClaimEvent) -> None:
    """A partner that holds an association keeps it after a comparison; with whom, it does not learn (R171)."""
    paragraphs = [
        f"Microsoft compared the proof of execution for {claim.customer_domain}. Your association stays as it is.",
        *said_in(event),
    ]
    tell(claim, event=event, title="Association kept", paragraphs=paragraphs)


def tell(claim: Claim, *, event: ClaimEvent, title: str, paragraphs: Sequence[Block], mail: bool = True) -> None:
    """Queue the mail about a claim and write the notices. One message per event and address, however often it is called.

    It goes to the creator, or to the Incentive Admins once the creator has left the organisation. The notice always
    comes; whoever has an account and switched this kind of mail off gets none (Q45).
    """
    url = claim.get_absolute_url()
    kind = f"claim.{event.action}"
    people = still_working_for(claim.organization, user=claim.created_by)
    notify(
        users=people, kind=kind, title=f"{title}: {claim.name} ({claim.pk})", body=as_sentence(paragraphs),
        url=url, reference=str(claim.pk), now=event.at,
    )  # fmt: skip
    if not mail:
        return
    contacts = addresses_inside(claim.organization, addresses=[claim.partner_contact_email])
    addresses = dict.fromkeys([*(person.email.lower() for person in people), *contacts])
    wanting = wanting_mail(addresses, kind=kind)
    if not wanting:
        return
    context = {
        "claim": claim,
        "title": title,
        "paragraphs": paragraphs,
        "link": settings.PORTAL_URL + url,
        "settings_link": settings.PORTAL_URL + reverse("notification-settings"),
    }
    subject, text, html = render_mail("claim_update", context)
    for address in wanting:
        enqueue(
            kind=kind, to=[address], subject=subject, text=text, html=html, reference=str(claim.pk),
            dedupe_key=f"claim-event:{event.pk}:{address}", now=event.at,
        )  # fmt: skip


def day(value: object) -> str:
    """A date as mails print it: «March 25, 2020» (R030); empty for none."""
    return f"{value:%B} {value.day}, {value.year}" if value else ""  # type: ignore[attr-defined]
