"""What a partner is told of its customer: the message to it, its answers, and what to do when it was not reached."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import ClaimAction, CustomerTrouble
from claims.models import Claim, ClaimEvent
from claims.telling import Letter, day, message


@message(
    ClaimAction.MISS_CUSTOMER,
    title=_("Customer not reached"),
    when=_("The message to the customer is not delivered, or reaches the wrong person."),
)
def tell_customer_not_reached(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The message to the customer did not arrive, or came to the wrong person: the contact has to be corrected (Q7)."""
    wrong = event.data["trouble"] == CustomerTrouble.WRONG_PERSON
    if wrong:
        first = gettext(
            "The person that you named as customer contact for {domain} says that it is not the right one."
        ).format(domain=claim.customer_domain)
    else:
        first = gettext(
            "Microsoft's message to your customer contact for {domain} could not be delivered to {address}."
        ).format(domain=claim.customer_domain, address=claim.customer_contact_email)
    paragraphs = [first]
    if event.data.get("message"):
        paragraphs.append(gettext("What the mail server said: {message}").format(message=event.data["message"]))
    paragraphs.append(
        gettext(
            "Please correct the customer contact on the claim's page. Microsoft then notifies the new contact. Your association "
            "stays as it is meanwhile."
        )
    )
    paragraphs.append(days_of_the_next_message(claim))
    title = gettext("Customer contact is not the right one") if wrong else gettext("Customer contact not reached")
    return Letter(title, paragraphs)


@message(ClaimAction.HAND_OVER, title=_("Handed over"), when=_("The customer's contact names a colleague."), mail=False)
def tell_handed_over(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer's contact named a colleague: portal only, as nothing is asked of the partner."""
    paragraphs = [
        gettext(
            "Your customer contact named a colleague who decides about the association. Microsoft has notified that person."
        ),
        days_of_the_next_message(claim),
    ]
    return Letter(gettext("Handed over by the customer"), paragraphs)


@message(
    ClaimAction.GIVE_CONSENT, title=_("Consent given"), when=_("The customer consents in so many words."), mail=False
)
def tell_consent_given(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer consented in so many words: portal only (R182)."""
    paragraphs = [gettext("The customer consented to your association. It can still deny or cancel it at any time.")]
    return Letter(gettext("Customer consented"), paragraphs)


@message(ClaimAction.DENY_PART, title=_("Part denied"), when=_("The customer denies a part of the association."))
def tell_part_denied(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer denied a part of the association; its comment is passed on only when it allowed that (Q37)."""
    paragraphs = [
        gettext("The customer denied a part of your association. The rest stays as it is."),
        gettext("No longer associated: {products}.").format(products="; ".join(event.data["lost"])),
        *(gettext("Reason: {reason}").format(reason=reason) for reason in event.data.get("denial_reasons", [])),
    ]
    if event.data.get("shared_comment"):
        paragraphs.append(gettext("Comment: {comment}").format(comment=event.data["shared_comment"]))
    return Letter(gettext("Customer denied a part"), paragraphs)


@message(ClaimAction.RESTORE_CONSENT, title=_("Consent restored"), when=_("The customer takes its denial back."))
def tell_consent_restored(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer took its denial back within the days to opt out: the association is as before."""
    paragraphs = [
        gettext("The customer took its denial back. Your association is as it was before, and the claim is approved."),
        *_still_open(claim),
    ]
    return Letter(gettext("Denial taken back"), paragraphs)


@message(ClaimAction.RESTORE_PART, title=_("Part restored"), when=_("The customer takes its denial of a part back."))
def tell_part_restored(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The customer took back, within the days to opt out, that it denied a part of the association."""
    paragraphs = [
        gettext("The customer took its denial of a part of your association back."),
        gettext("Associated again: {products}.").format(products="; ".join(event.data["restored"])),
        *_still_open(claim),
    ]
    return Letter(gettext("Denial taken back in part"), paragraphs)


@message(
    ClaimAction.EXPIRE,
    ClaimAction.LOSE_SUBSCRIPTION,
    title=_("Subscription ended"),
    when=_("A subscription of the customer ends."),
)
def tell_subscription_ended(claim: Claim, *, event: ClaimEvent, whole: bool) -> Letter:
    """A subscription of the customer has ended, and the association on it with it."""
    paragraphs = [
        gettext("A subscription of {domain} has ended, and so has your association with it.").format(
            domain=claim.customer_domain
        ),
        gettext("No longer associated: {products}.").format(products="; ".join(event.data["lost"])),
    ]
    if not whole:
        paragraphs.append(gettext("The rest of your association stays as it is."))
    title = gettext("Association ended") if whole else gettext("A part of your association ended")
    return Letter(title, paragraphs)


@message(
    ClaimAction.CLOSE_DISPUTE,
    title=_("Dispute closed"),
    when=_("The days to dispute a rejection are over."),
    mail=False,
)
def tell_dispute_closed(claim: Claim, *, event: ClaimEvent) -> Letter:
    """The days to dispute a rejection have passed: portal only."""
    paragraphs = [
        gettext("The rejection of this claim can no longer be disputed. To claim this customer, create a new claim.")
    ]
    return Letter(gettext("Dispute period ended"), paragraphs)


def days_of_the_next_message(claim: Claim) -> str:
    """What the next message to the customer does to its days to opt out, as a sentence."""
    if claim.opt_out_until is None:
        return gettext("The customer's days to opt out begin with that message.")
    return gettext(
        "The customer's days to opt out have passed and do not begin anew. It can deny at any time all the same."
    )


def _still_open(claim: Claim) -> list[str]:
    if claim.opt_out_until is None:
        return []
    return [gettext("The customer may opt out until {day}.").format(day=day(claim.opt_out_until))]
