"""One answer to all that partners hold: the customer denies everything at once (F7)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from customers.consent.answering import check_answer, deny
from customers.models import ConsentRequest
from kit.errors import RuleViolation


@dataclass(slots=True)
class AllDenied:
    """What became of each request."""

    denied: list[ConsentRequest] = field(default_factory=list)
    ended: list[ConsentRequest] = field(default_factory=list)


def deny_all(
    requests: Iterable[ConsentRequest],
    *,
    reasons: Collection[str],
    comment: str,
    share_comment: bool,
    now: datetime,
    by: str,
) -> AllDenied:
    """Deny each of the requests with the same answer, and tell what was denied and what had ended in the meantime.

    Each is denied in a transaction of its own: one that ended, or that is answered at this moment, keeps no other from
    being denied. Raises RuleViolation, before anything is denied, without a known reason or with too long a comment.
    """
    check_answer(reasons, comment)
    result = AllDenied()
    for consent in requests:
        try:
            deny(consent, reasons=reasons, comment=comment, share_comment=share_comment, now=now, by=by)
        except RuleViolation:
            consent.refresh_from_db()
        (result.denied if consent.denied_at == now else result.ended).append(consent)
    return result
