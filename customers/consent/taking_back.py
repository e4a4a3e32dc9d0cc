"""The customer changes its mind within the days to opt out (F7): what it denied, whole or in part, is as it was before.

As in every answer the claim follows through ``consent_moved`` before the request itself is written.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.consent.answering import ENDED, STALE
from customers.consent.catching_up import catch_up
from customers.consent.record import note
from customers.enums import ConsentStep
from customers.models import ConsentItem, ConsentRequest
from customers.signals import ConsentMove, move_claim
from kit.errors import RuleViolation, StaleRecord
from kit.templatetags.portal import written

# After these nothing is denied where the association stands: whoever wanted to take it back has what it wanted.
_TAKEN_BACK = (ConsentStep.RESTORED, ConsentStep.RESTORED_PART)
TOO_LATE = _(
    "A denial can be taken back only until %(date)s. To be associated again, ask the partner to file a new claim."
)


def restore(consent: ConsentRequest, *, now: datetime, by: str) -> None:
    """The customer takes its denial of the whole back: the association is as it was before.

    Parts that had been denied earlier stay denied. A message that the denial kept back is written anew. Taking it back
    twice changes nothing. Raises RuleViolation after the days to opt out, when nothing was denied, and when another partner
    has been associated meanwhile.
    """
    try:
        with transaction.atomic():
            _restore(consent.pk, now=now, by=by)
    except RuleViolation:
        consent.refresh_from_db()
        if not consent.stands or not consent.events.filter(step__in=_TAKEN_BACK).exists():
            raise
    else:
        consent.refresh_from_db()


def restore_items(consent: ConsentRequest, *, keys: Collection[str], now: datetime, by: str) -> None:
    """The customer takes back that it denied some products or subscriptions, while the rest stands: all are associated again.

    Raises RuleViolation after the days to opt out, when one of ``keys`` is not denied, when the association has ended,
    and when another partner has been associated with one of them meanwhile.
    """
    with transaction.atomic():
        fresh = ConsentRequest.objects.get(pk=consent.pk)
        if not fresh.stands:
            raise RuleViolation(str(ENDED))
        denied = {item.key: item for item in fresh.items.filter(end=ConsentItem.End.DENIED)}
        if not keys or not set(keys) <= {key for key in denied if key}:
            raise RuleViolation(gettext("Choose one or more of the products and subscriptions that you denied."))
        for key in keys:
            _refuse_late(item_restorable_until(fresh, denied[key]), now=now)
        move_claim(fresh, ConsentMove.ITEMS_RESTORED, now=now, items=sorted(keys))
        same = ConsentItem.objects.filter(consent=fresh, key__in=keys, end=ConsentItem.End.DENIED)
        if same.update(ended_at=None, end="") != len(set(keys)):
            raise StaleRecord(str(STALE))
        note(fresh, ConsentStep.RESTORED_PART, now=now, by=by, items=[denied[key].text for key in sorted(keys)])
    consent.refresh_from_db()


def _restore(pk: int, *, now: datetime, by: str) -> None:
    fresh = ConsentRequest.objects.get(pk=pk)
    if fresh.denied_at is None:
        raise RuleViolation(gettext("Nothing was denied here, so there is nothing to take back."))
    _refuse_late(restorable_until(fresh), now=now)
    denied_at, fresh.denied_at, fresh.denial_reasons = fresh.denied_at, None, []
    move_claim(fresh, ConsentMove.RESTORED, now=now)
    same = ConsentRequest.objects.filter(pk=fresh.pk, denied_at=denied_at, withdrawn_at=None)
    cleared: dict[str, Any] = {"denied_at": None, "denial_reasons": [], "comment": "", "share_comment": False}
    if not same.update(**cleared):
        raise StaleRecord(str(STALE))
    note(fresh, ConsentStep.RESTORED, now=now, by=by)
    catch_up(fresh, now=now)


def restorable_until(consent: ConsentRequest) -> datetime | None:
    """Until when the denial of the whole can be taken back: the end of the days to opt out; None when it was not denied."""
    return _until(consent, consent.denied_at)


def item_restorable_until(consent: ConsentRequest, item: ConsentItem) -> datetime | None:
    """The same for one product or subscription; None when it was not denied alone, or has no key to find it by."""
    return _until(consent, item.ended_at) if item.end == ConsentItem.End.DENIED and item.key else None


def _until(consent: ConsentRequest, denied_at: datetime | None) -> datetime | None:
    if denied_at is None:
        return None
    return consent.opt_out_until or denied_at + timedelta(days=settings.OPT_OUT_DAYS)


def _refuse_late(until: datetime | None, *, now: datetime) -> None:
    if until is None or now >= until:
        raise RuleViolation(str(TOO_LATE) % {"date": written(localtime(until or now), "until")})
