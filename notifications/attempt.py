"""One attempt to hand one mail to the mail server, and what its answer means."""

import logging
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import requests
from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import gettext

from kit.logs import mask
from notifications.addresses import as_written, same_address
from notifications.models import OutgoingEmail
from notifications.provider_mail import ProviderMessage, is_about_the_message, message_id_of, refusals_of
from notifications.smtp import PartlyRefusedError, Refusals

logger = logging.getLogger(__name__)
CLOSING = 421


class MailConnection(Protocol):
    """What Django's mail backends share."""

    def open(self) -> bool | None: ...
    def close(self) -> None: ...
    def send_messages(self, email_messages: list[EmailMessage]) -> int | None: ...


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. ``accepted`` are the recipients the server took the mail for, now or earlier.

    ``error`` tells of the recipients in To, or of the mail as such; ``copies`` of those in Cc that were refused.
    ``again`` says that another attempt may help; ``server_gone`` that trying other mail now is no use; ``unreachable``
    that there was no connection in the first place; ``is_mishap`` that the portal itself stumbled over the mail.
    ``provider_message_id`` is how the mail provider calls it.
    """

    accepted: tuple[str, ...]
    error: str = ""
    copies: str = ""
    again: bool = False
    server_gone: bool = False
    unreachable: bool = False
    is_mishap: bool = False
    provider_message_id: str = ""


def attempt(connection: MailConnection, mail: OutgoingEmail) -> Outcome:
    """Send to the recipients who have not got it yet; never raises for what the server answers.

    Changes no row. Opens the connection unless it is open, so that it stays open for the next mail, which
    ``send_messages`` alone would prevent.
    """
    waiting = [address for address in _all_recipients(mail) if address not in mail.delivered_to]
    try:
        connection.open()
    except Exception as error:
        return _after_no_connection(mail, error)
    try:
        if isinstance(connection, AnymailBaseBackend):
            return _attempt_by_provider(connection, mail, waiting)
        connection.send_messages([_Message(mail, envelope=waiting)])
    except PartlyRefusedError as error:
        refused = [address for address in waiting if as_written(address) in error.refusals]
        return _after_refusals(mail, refused, error.refusals)
    except smtplib.SMTPRecipientsRefused as error:
        return _after_refusals(mail, waiting, error.recipients)
    except AnymailAPIError as error:
        return _after_api_error(mail, error)
    except Exception as error:
        return _after_trouble(mail, error)
    return Outcome(tuple(_all_recipients(mail)))


class _Message(EmailMultiAlternatives):
    """The mail as queued; its headers name everybody, the envelope only those who have not got it."""

    def __init__(self, mail: OutgoingEmail, *, envelope: list[str]) -> None:
        super().__init__(
            subject=mail.subject,
            body=mail.text,
            to=mail.to,
            cc=mail.cc,
            reply_to=[mail.reply_to] if mail.reply_to else None,
            headers={
                "Message-ID": mail.message_id,
                "Auto-Submitted": "auto-generated",
            },
        )
        self.attach_alternative(mail.html, "text/html")
        self._envelope = envelope

    def recipients(self) -> list[str]:
        return self._envelope


def _all_recipients(mail: OutgoingEmail) -> list[str]:
    return [*mail.to, *mail.cc]


def _after_refusals(mail: OutgoingEmail, refused: list[str], answers: Refusals) -> Outcome:
    """Those in To decide whether another attempt may help; a copy that is refused for now is let go with it."""
    accepted = tuple(address for address in _all_recipients(mail) if address not in refused)
    codes = {who: answers[as_written(who)][0] for who in refused if as_written(who) in answers}
    said = {who: f"{code} {_text(answer)}" for who, (code, answer) in answers.items()}
    error, copies = _in_words(mail, said)
    return Outcome(
        accepted,
        error,
        copies,
        again=any(code < 500 for who, code in codes.items() if who in mail.to),
        server_gone=CLOSING in codes.values(),
    )


def _in_words(mail: OutgoingEmail, said: Mapping[str, str]) -> tuple[str, str]:
    """What was said of recipients in To, and of those in Cc, a sentence each; empty where nothing was."""
    sentences = []
    for addresses, sentence in (
        (mail.to, gettext("Refused for {answers}")),
        (mail.cc, gettext("Copies refused: {answers}")),
    ):
        about = {who: why for who, why in said.items() if any(same_address(who, address) for address in addresses)}
        answers = "; ".join(f"{who}: {why}" for who, why in about.items())
        sentences.append(_short(sentence.format(answers=answers)) if about else "")
    return sentences[0], sentences[1]


def _attempt_by_provider(connection: AnymailBaseBackend, mail: OutgoingEmail, waiting: list[str]) -> Outcome:
    """Hand the mail to a provider; whom it refuses by name does not get it by asking again."""
    message = ProviderMessage(mail, waiting=waiting, provider=connection.esp_name)
    try:
        connection.send_messages([message])
    except AnymailRecipientsRefused:
        logger.info("mail %s: refused for all recipients", mail.pk)
    said = refusals_of(message)
    refused = [address for address in waiting if any(same_address(address, other) for other in said)]
    accepted = tuple(address for address in _all_recipients(mail) if address not in refused)
    error, copies = _in_words(mail, said)
    return Outcome(accepted, error, copies, provider_message_id=message_id_of(message))


def _after_api_error(mail: OutgoingEmail, error: AnymailAPIError) -> Outcome:
    """A provider's answer about the message is final; anything else is trouble with the provider as such."""
    accepted = tuple(mail.delivered_to)
    if is_about_the_message(error):
        return Outcome(accepted, _short(str(error)))
    unreachable = isinstance(error, requests.ConnectionError)
    return Outcome(accepted, _short(str(error)), again=True, server_gone=True, unreachable=unreachable)


def _after_no_connection(mail: OutgoingEmail, error: Exception) -> Outcome:
    """There is no server, or it takes no connection, or refuses the sign-in: whatever it is, the mail has no part in it."""
    if not isinstance(error, OSError):
        logger.error("the mail server cannot be spoken to", exc_info=error)
    said = _answer(error) if isinstance(error, smtplib.SMTPResponseException) else f"{type(error).__name__}: {error}"
    return Outcome(tuple(mail.delivered_to), _short(said), again=True, server_gone=True, unreachable=True)


def _after_trouble(mail: OutgoingEmail, error: Exception) -> Outcome:
    """Nobody got it. An answer 5xx about the content is final, as is an address that cannot be written.

    A refused sign-in or sender is the installation's trouble, not the mail's, so it is tried again.
    """
    accepted = tuple(mail.delivered_to)
    said = f"{type(error).__name__}: {error}"
    match error:
        case smtplib.SMTPDataError(smtp_code=code):
            return Outcome(accepted, _answer(error), again=code < 500, server_gone=code == CLOSING)
        case smtplib.SMTPResponseException():
            return Outcome(accepted, _answer(error), again=True, server_gone=True)
        case OSError():
            return Outcome(accepted, _short(said), again=True, server_gone=True)
        case ValueError():
            return Outcome(accepted, _short(said))
        case _:
            logger.error("mail %s could not be handed over", mail.pk, exc_info=error)
            return Outcome(accepted, _short(said), again=True, is_mishap=True)


def _answer(error: smtplib.SMTPResponseException) -> str:
    return _short(f"{error.smtp_code} {_text(error.smtp_error)}")


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _short(text: str) -> str:
    return mask(" ".join(text.split()))[:500]
