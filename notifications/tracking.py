"""What a mail provider's webhook says, in the portal's words."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.dispatch import receiver
from django.utils import timezone

from notifications.models import DeliveryReport, OutgoingEmail
from notifications.provider_mail import MARK
from notifications.reports import record_report

logger = logging.getLogger(__name__)
Kind = DeliveryReport.Kind
KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.REJECTED,
    EventType.FAILED: Kind.REJECTED,
    EventType.COMPLAINED: Kind.COMPLAINED,
}
_SPARKPOST_SOFT = {"20", "21", "22", "23", "24", "40", "70", "100"}
# Anymail calls soft and hard bounces the same where the provider has a word for each.
SOFT: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "Brevo": lambda said: said.get("event") == "soft_bounce",
    "MailerSend": lambda said: _part(said, "data").get("type") == "soft_bounced",
    "Mailjet": lambda said: said.get("event") == "bounce" and not said.get("hard_bounce"),
    "Mandrill": lambda said: said.get("event") == "soft_bounce",
    "Postmark": lambda said: said.get("Type") == "SoftBounce",
    "Resend": lambda said: _part(_part(said, "data"), "bounce").get("type") in {"Transient", "Temporary"},
    "SendGrid": lambda said: said.get("event") == "bounce" and said.get("type") == "blocked",
    "SparkPost": lambda said: str(_sparkpost(said).get("bounce_class", "")) in _SPARKPOST_SOFT,
}


@receiver(tracking)
def keep_report(sender: Any, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Keep what a provider reports of a mail of ours. Opened or clicked is nobody's business here, and not kept."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return
    mail_id = _find(event)
    if mail_id is None:
        logger.info("%s reports %s of a mail that is not ours", esp_name, event.event_type)
        return
    now = timezone.now()
    record_report(
        mail_id,
        kind=Kind.DEFERRED if kind == Kind.BOUNCED and _is_soft(event, esp_name) else kind,
        recipient=_text(event.recipient),
        provider=esp_name,
        event_id=_name_of(event),
        at=min(_moment(event.timestamp) or now, now),
        now=now,
        description=_text(event.description) + " " + _text(event.mta_response),
    )


def _find(event: AnymailTrackingEvent) -> int | None:
    """The mail an event is about: by our own mark in it, else by the provider's name of the message."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    mark, name = _text(metadata.get(MARK)), _text(event.message_id)
    keys = OutgoingEmail.objects.values_list("pk", flat=True)
    for wanted in ({"message_id": mark}, {"provider_message_id": name}, {"message_id": name}):
        if all(wanted.values()) and (found := keys.filter(**wanted).order_by("-pk").first()):
            return found
    return None


def _name_of(event: AnymailTrackingEvent) -> str:
    """The provider's name of the event, or one made of what it says where the provider has none."""
    named = _text(event.event_id)
    if named and len(named) <= 150:
        return f"{event.event_type}:{named}"
    said = (event.event_type, named, event.message_id, event.recipient, event.timestamp, event.description)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _is_soft(event: AnymailTrackingEvent, esp_name: str) -> bool:
    said = event.esp_event
    return isinstance(said, Mapping) and esp_name in SOFT and SOFT[esp_name](said)


def _sparkpost(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((each for each in _part(said, "msys").values() if isinstance(each, Mapping)), {})


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, Mapping) else {}


def _moment(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and timezone.is_naive(at) else at


def _text(value: object) -> str:
    """The value as text that the database takes; nothing for what is no text."""
    return value.replace("\0", "") if isinstance(value, str) else ""
