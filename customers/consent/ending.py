"""The end of the question for another reason than a denial."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from customers.consent.asking import CONSENT_MAIL
from customers.consent.record import note
from customers.enums import ConsentStep
from customers.models import ConsentItem, ConsentRequest
from notifications.outbox import withhold_all


@transaction.atomic
def withdraw(reference: str, *, now: datetime) -> None:
    """The association ended otherwise: the link says so and asks nothing any more; a mail still queued stays here."""
    consent = _standing(reference)
    if consent:
        ConsentRequest.objects.filter(pk=consent.pk).update(withdrawn_at=now)
        note(consent, ConsentStep.WITHDRAWN, now=now)
        withhold_all(kind=CONSENT_MAIL, reference=reference)


@transaction.atomic
def narrow(reference: str, *, keep: Collection[str], now: datetime) -> None:
    """A part of the association ended otherwise: the standing question is only about the items with the keys ``keep``.

    The mail stays as it was sent; the page behind its link says what still stands.
    """
    consent = _standing(reference)
    if consent is None:
        return
    gone = consent.items.filter(ended_at=None).exclude(key__in=keep)
    texts = list(gone.values_list("text", flat=True))
    if texts:
        gone.update(ended_at=now, end=ConsentItem.End.ENDED)
        note(consent, ConsentStep.NARROWED, now=now, items=texts)


def _standing(reference: str) -> ConsentRequest | None:
    standing = ConsentRequest.objects.select_for_update().filter(denied_at=None, withdrawn_at=None)
    return standing.filter(reference=reference).first()
