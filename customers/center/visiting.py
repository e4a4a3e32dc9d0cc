"""Who is in the consent center: a session of an hour for an address that proved itself with a code (F7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from customers.belonging import visible_requests
from customers.models import ConsentLink, ConsentRequest

LASTS = timedelta(minutes=60)
_KEY = "consent_center"


@dataclass(frozen=True, slots=True)
class Visitor:
    """An address in the center, the link it came with, and until when it may stay."""

    link: ConsentLink
    email: str
    until: datetime

    @property
    def consent(self) -> ConsentRequest:
        """The request whose message it came with."""
        return self.link.consent

    def requests(self) -> tuple[QuerySet[ConsentRequest], bool]:
        """What it may see and answer, and whether that is everything of the tenant."""
        return visible_requests(tenant_id=self.consent.tenant_id, email=self.email)


def open_center(session: SessionBase, *, link: ConsentLink, email: str, now: datetime) -> None:
    """Let the address in for an hour. The session's key is changed, so that one known before is worth nothing."""
    session.cycle_key()
    session[_KEY] = {"link": link.pk, "email": email, "since": now.isoformat()}


def close_center(session: SessionBase) -> None:
    """Let it out. Who is signed in to the portal in the same browser stays so."""
    session.pop(_KEY, None)
    session.cycle_key()


def find_visitor(session: SessionBase, *, now: datetime) -> Visitor | None:
    """Who is in the center; None after the hour, and when its link was revoked in the meantime."""
    known = session.get(_KEY)
    if not known:
        return None
    until = datetime.fromisoformat(known["since"]) + LASTS
    link = ConsentLink.objects.filter(pk=known["link"], revoked_at=None).select_related("consent").first()
    if now >= until or link is None:
        return None
    return Visitor(link, known["email"], until)
