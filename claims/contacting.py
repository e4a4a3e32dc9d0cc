"""The customer contact that was not reached: the partner corrects it, or it is asked once more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop, ngettext

from claims.actors import Actor
from claims.consenting import follow_days
from claims.enums import ABOUT_CONTACT, ClaimAction, ClaimStatus, CustomerTrouble
from claims.history import record_event
from claims.lifecycle import touch
from claims.models import Claim, ClaimEvent
from customers import consent
from customers.enums import ConsentStep
from customers.models import ConsentLink, ConsentRequest
from kit.errors import RuleViolation
from notifications.addresses import same_address

# A full mailbox or a server that is away for some days is mended by the third message. More would let a partner have the
# portal write to an address that nobody reads, or that it only guessed, as often as it likes.
MOST_MESSAGES = 3


@transaction.atomic
def correct_contact(claim: Claim, *, name: str, email: str, title: str, actor: Actor, now: datetime) -> ClaimEvent:
    """The partner names another customer contact, or the same once more, because the message did not reach it.

    The contact is asked; the days to opt out begin with that message. Raises RuleViolation unless the claim is approved and
    the partner can mend why the customer was not reached, for an address that is the partner's own, and for one that
    ``refusal_of_address`` is about.
    """
    claim = _locked(claim)
    if refusal := refusal_to_correct(claim) or refusal_of_address(claim, email):
        raise RuleViolation(refusal)
    # Kept with the history in English, and translated where it is told.
    before = [
        (gettext_noop("Customer contact"), claim.customer_contact_name, name),
        (gettext_noop("Customer contact email"), claim.customer_contact_email, email),
        (gettext_noop("Customer contact work title"), claim.customer_contact_title, title),
    ]
    action = ClaimAction.ASK_AGAIN if same_address(email, claim.customer_contact_email) else ClaimAction.CORRECT_CONTACT
    touch(
        claim,
        changes={"customer_contact_name": name, "customer_contact_email": email, "customer_contact_title": title},
    )
    _ask(claim, name=name, email=email, now=now)
    data = {"changes": [{"label": label, "old": old, "new": new} for label, old, new in before if old != new]}
    return record_event(claim, action, actor=actor, now=now, data=data)


@transaction.atomic
def ask_again(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """A reviewer has the customer's present contact asked once more, with the message written anew; links of earlier ones work on.

    It may be somebody whom the first contact named. Not limited: a reviewer knows why. Raises RuleViolation when there is
    nobody to ask.
    """
    claim = _locked(claim)
    if refusal := refusal_to_ask_again(claim):
        raise RuleViolation(refusal)
    touch(claim)
    present = ConsentRequest.objects.filter(reference=str(claim.pk)).first()
    _ask(claim, name=present.customer_name if present else "", email=present.customer_email if present else "", now=now)
    return record_event(claim, ClaimAction.ASK_AGAIN, actor=actor, now=now)


def refusal_to_correct(claim: Claim) -> str:
    """Why the customer contact cannot be corrected now, as a sentence; empty when it can."""
    if claim.status == ClaimStatus.APPROVED and claim.customer_trouble in ABOUT_CONTACT:
        return ""
    return gettext(
        "The customer contact can be corrected only while an approved association's customer has not been reached."
    )


def refusal_to_ask_again(claim: Claim) -> str:
    """Why nobody can be asked again now, as a sentence; empty when somebody can. Reads nothing."""
    if claim.status == ClaimStatus.APPROVED and claim.customer_trouble:
        return ""
    return gettext(
        "A customer contact is asked again only while an approved association's customer has not been reached."
    )


def refusal_of_address(claim: Claim, email: str) -> str:
    """Why the partner cannot have the customer asked at this address, as a sentence; empty when it can."""
    known = same_address(email, claim.customer_contact_email)
    if known and claim.customer_trouble == CustomerTrouble.WRONG_PERSON:
        return gettext("The person with this address told Microsoft not to be the right one. Enter another address.")
    sent = ConsentLink.objects.filter(consent__reference=str(claim.pk), sent_to__iexact=email.strip()).count()
    if sent >= MOST_MESSAGES:
        return ngettext(
            "Microsoft wrote to this address {count} time already. Enter another one, or ask for help in a comment.",
            "Microsoft wrote to this address {count} times already. Enter another one, or ask for help in a comment.",
            sent,
        ).format(count=sent)
    return ""


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)


def _ask(claim: Claim, *, name: str, email: str, now: datetime) -> None:
    """Have the consent mail written anew, by the rule for another contact; the flag is gone and the days wait for it."""
    reference = str(claim.pk)
    same = ConsentRequest.objects.filter(reference=reference, customer_email__iexact=email).exists()
    step = ConsentStep.ASKED_AGAIN if same else ConsentStep.READDRESSED
    request = consent.readdress(reference, customer_name=name, customer_email=email, step=step, by="", now=now)
    follow_days(claim, request)
