"""The log of mail leads from a message that did not reach a customer to the page where that contact is asked again."""

from django.urls import reverse
from django.utils.translation import gettext

from claims.contacting import refusal_to_ask_again
from claims.models import Claim
from notifications.anew import Way
from notifications.models import OutgoingEmail


def way_to_ask_again(mail: OutgoingEmail) -> Way | None:
    """The claim's page at the desk, while the customer of this consent mail can be asked again."""
    claim = Claim.objects.filter(pk=int(mail.reference)).first() if mail.reference.isdecimal() else None
    if claim is None or refusal_to_ask_again(claim):
        return None
    return Way(gettext("«Ask this contact again» on the claim's page"), reverse("admin:review-claim", args=[claim.pk]))
