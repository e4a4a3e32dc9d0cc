"""The one call from the customer's room: a denial ends the claim, in the same transaction."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from claims.deciding import accept_denial
from customers.models import ConsentRequest
from customers.signals import consent_denied


@receiver(consent_denied)
def end_claim(sender: Any, consent: ConsentRequest, now: datetime, **kwargs: Any) -> None:
    """Move the claim behind the consent request to Customer consent denied."""
    accept_denial(consent, now=now)
