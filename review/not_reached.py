"""The desk learns that the message to a customer reached nobody, or the wrong person, who may have named the right one."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import ClaimAction, CustomerTrouble
from claims.models import Claim, ClaimEvent
from notifications.kinds import Audience, MessageKind
from notifications.notices import notify
from review.assigning import deciders
from review.digest import leads_by_role

KIND = MessageKind(
    code="review.not_reached",
    label=_("Customer not reached"),
    description=_(
        "The message about a claim that you approved did not reach the customer, or not the right person there. The partner "
        "is asked to correct the contact where that helps, or the contact named a colleague, who is asked now."
    ),
    icon="warning",
    tone="warning",
    tag=_("Customer"),
    mailed=False,
    audience=Audience.STAFF,
)


_BODIES = {
    CustomerTrouble.UNDELIVERABLE: _(
        "The customer contact of {domain} could not be reached by e-mail. The partner was asked to correct the contact."
    ),
    CustomerTrouble.WRONG_PERSON: _(
        "The customer contact of {domain} says that it is not the right person, and knows no better one. The partner was "
        "asked to correct the contact."
    ),
    CustomerTrouble.NOT_SENT: _(
        "The message to the customer contact of {domain} could not be sent, and not because of the contact. The partner was "
        "not told. Have the contact asked again on the claim's page once the trouble with mail is mended."
    ),
}
_HANDED_OVER = _(
    "The customer contact of {domain} says that it is not the right person, and named a colleague. Microsoft has written to "
    "that person."
)


def tell_desk(claim: Claim, *, event: ClaimEvent) -> None:
    """Leave a notice for the reviewer who approved the claim, or for the leads once that one decides no longer."""
    handed_over = event.action == ClaimAction.HAND_OVER
    title, body = in_words(claim, trouble=None if handed_over else CustomerTrouble(event.data["trouble"]))
    notify(
        users=_whom(claim),
        kind=KIND.code,
        title=title,
        body=body,
        url=reverse("admin:review-claim", args=[claim.pk]),
        reference=str(claim.pk),
        now=event.at,
    )


def in_words(claim: Claim, *, trouble: CustomerTrouble | None) -> tuple[str, str]:
    """Title and body of the notice; ``trouble`` is None when the wrong contact named the right one."""
    title, body = (
        (gettext("Customer not reached: {name} ({claim})"), _BODIES[trouble])
        if trouble
        else (gettext("Customer contact was not the right one: {name} ({claim})"), _HANDED_OVER)
    )
    clock = (
        gettext("The opt-out period begins with the next message that leaves.")
        if claim.opt_out_until is None
        else gettext("The opt-out period has passed and does not begin anew.")
    )
    words = f"{str(body).format(domain=claim.customer_domain)} {clock}"
    return title.format(name=claim.name, claim=claim.pk), words


def _whom(claim: Claim) -> list[User]:
    approval = claim.events.filter(action=ClaimAction.APPROVE).select_related("actor").order_by("-pk").first()
    still = deciders().filter(pk=approval.actor_id) if approval and approval.actor_id else User.objects.none()
    return list(still) or list(leads_by_role())
