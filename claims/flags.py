"""Automatic findings on a claim; their number is the row «Flags» (Q4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.eligibility import rivals_of
from claims.enums import ClaimStatus, CustomerTrouble
from claims.models import Claim, ClaimLine
from claims.queries import claimed_parts, lines_of
from customers.free_mail import FREE_MAIL
from kit.texts import Text

_RIVAL_DELAYS = _("The customer is also claimed by, or associated with, another partner. This takes longer to review.")
_RIVAL_CLAIMS = _(
    "Another partner claims this customer for a product you hold. Microsoft compares the proof of execution of both, and "
    "the most recent counts."
)


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding: what the partner may read, and what the reviewer reads."""

    code: str
    partner_text: Text
    reviewer_text: Text


_NOT_REACHED = {
    CustomerTrouble.UNDELIVERABLE: Flag(
        "not_reached",
        _("Microsoft's message to the customer contact could not be delivered. Correct the contact."),
        _("The message to the customer contact could not be delivered. The partner was asked to correct the contact."),
    ),
    CustomerTrouble.WRONG_PERSON: Flag(
        "not_reached",
        _("The customer contact told Microsoft not to be the right person. Correct the contact."),
        _("The customer contact says that it is not the right person. The partner was asked to correct the contact."),
    ),
    CustomerTrouble.NOT_SENT: Flag(
        "not_sent",
        _("Microsoft's message to the customer has not left yet. You do not need to do anything."),
        _(
            "The message to the customer contact could not be sent, and not because of the contact. The log of mail says why; "
            "the partner was not told. Have the contact asked again once that is mended."
        ),
    ),
}


def flags_on(
    claim: Claim,
    *,
    rivals: bool | None = None,
    lines: Iterable[ClaimLine] | None = None,
    denied_before: bool | None = None,
) -> list[Flag]:
    """The open findings of a submitted claim; none while it is being edited (Q4). Changes nothing.

    A conflict counts while the claim is live, since afterwards it competes with nobody (R163). ``rivals``, ``lines``
    and ``denied_before`` are what the caller has read already: whether there is a rival, the lines with subscriptions and
    their tenants, and the answer to ``was_denied_before``.
    """
    if claim.status in {ClaimStatus.EDITING, ClaimStatus.DISCARDED}:
        return []
    found = []
    if claim.is_live and (rivals_of(claim) if rivals is None else rivals):
        found.append(
            Flag(
                "conflict",
                _RIVAL_CLAIMS if claim.status == ClaimStatus.APPROVED else _RIVAL_DELAYS,
                gettext("Another partner holds or claims one of these products or subscriptions."),
            )
        )
    stale = _stale_subscriptions(claim, lines if lines is not None else lines_of(claim))
    if stale:
        text = gettext("No longer active or bought through a CSP: {subscriptions}.").format(
            subscriptions=", ".join(stale)
        )
        found.append(Flag("subscription", text, text))
    if was_denied_before(claim) if denied_before is None else denied_before:
        found.append(
            Flag(
                "denied_before",
                gettext("The customer denied an earlier association of your company for one of these products."),
                gettext(
                    "The customer denied an earlier association of this partner for one of these products. The proof of "
                    "execution must be newer than that."
                ),
            )
        )
    if claim.status == ClaimStatus.APPROVED and claim.customer_trouble:
        found.append(_NOT_REACHED[CustomerTrouble(claim.customer_trouble)])
    if claim.customer_contact_email.rsplit("@", 1)[-1].lower() in FREE_MAIL:
        text = gettext("The customer contact uses a free e-mail service instead of the customer's own domain.")
        found.append(Flag("free_mail", text, text))
    return found


def _stale_subscriptions(claim: Claim, lines: Iterable[ClaimLine]) -> list[str]:
    return [
        entry.subscription.shown_id
        for _line, chosen in claimed_parts(claim, lines)
        for entry in chosen
        if not entry.subscription.is_active or entry.subscription.is_csp
    ]


def was_denied_before(claim: Claim) -> bool:
    """Whether the customer denied an earlier association of the same partner for one of the claim's products (Q39)."""
    products = claim.lines.values("product_id")
    denied = Claim.objects.filter(
        organization_id=claim.organization_id, tenant_id=claim.tenant_id, status=ClaimStatus.CONSENT_DENIED
    )
    return denied.filter(lines__product__in=products).exclude(pk=claim.pk).exists()
