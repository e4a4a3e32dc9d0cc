"""The customer's record: a line for everything it was told and everything it did."""

from datetime import datetime
from typing import Any

from customers.enums import ConsentStep
from customers.models import ConsentEvent, ConsentRequest


def note(consent: ConsentRequest, step: ConsentStep, *, now: datetime, by: str = "", **data: Any) -> ConsentEvent:
    """Write one line of the record. Needs an open transaction, so that it stands or falls with what it tells."""
    return ConsentEvent.objects.create(consent=consent, step=step, at=now, by=by, data=data)
