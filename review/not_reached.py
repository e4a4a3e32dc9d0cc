"""The desk learns that the message to a customer reached nobody, or the wrong person."""

from django.urls import reverse

from accounts.models import User
from claims.enums import ClaimAction, CustomerTrouble
from claims.models import Claim, ClaimEvent
from notifications.kinds import Audience, MessageKind
from notifications.notices import notify
from review.assigning import deciders
from review.digest import leads_by_role

KIND = MessageKind(
    code="review.not_reached",
    label="Customer not reached",
    description="The message about a claim that you approved did not reach the customer. The partner is asked to correct the "
    "contact.",
    icon="warning",
    tone="warning",
    tag="Customer",
    mailed=False,
    audience=Audience.STAFF,
)


def tell_desk(claim: Claim, *, event: ClaimEvent) -> None:
    """Leave a notice for the reviewer who approved the claim, or for the leads once that one decides no longer."""
    wrong = event.data["trouble"] == CustomerTrouble.WRONG_PERSON
    what = "says that it is not the right person" if wrong else "could not be reached by e-mail"
    notify(
        users=_whom(claim),
        kind=KIND.code,
        title=f"Customer not reached: {claim.name} ({claim.pk})",
        body=f"The customer contact of {claim.customer_domain} {what}. The partner was asked to correct the contact; the opt-out "
        "period begins with the next message.",
        url=reverse("admin:review-claim", args=[claim.pk]),
        reference=str(claim.pk),
        now=event.at,
    )


def _whom(claim: Claim) -> list[User]:
    approval = claim.events.filter(action=ClaimAction.APPROVE).select_related("actor").order_by("-pk").first()
    still = deciders().filter(pk=approval.actor_id) if approval and approval.actor_id else User.objects.none()
    return list(still) or list(leads_by_role())
