"""A mail as it is handed to a provider's API, and what its answer says."""

from anymail.exceptions import AnymailAPIError
from django.core.mail import EmailMultiAlternatives
from requests import RequestException

from notifications.models import OutgoingEmail
from notifications.providers import PROVIDERS

MARK = "portal_mail"  # Postmark takes names of at most 20 characters, values of at most 80
REFUSED = {"rejected", "invalid", "failed"}
_ABOUT_THE_MESSAGE = {400, 413, 415, 422}


class ProviderMessage(EmailMultiAlternatives):
    """The mail as queued, to those who have not got it. Its Message-ID travels as a header and as metadata, so that
    repeats can be recognised and reports find the row.
    """

    def __init__(self, mail: OutgoingEmail, *, waiting: list[str], provider: str) -> None:
        traits = PROVIDERS[provider.lower().replace(" ", "_")]
        to = [address for address in mail.to if address in waiting]
        cc = [address for address in mail.cc if address in waiting]
        headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **traits.headers}
        super().__init__(
            subject=mail.subject,
            body=mail.text,
            to=to or cc,
            cc=cc if to else [],
            reply_to=[mail.reply_to] if mail.reply_to else None,
            headers=headers if traits.takes_headers else {},
        )
        self.attach_alternative(mail.html, "text/html")
        if traits.takes_metadata:
            self.metadata = {MARK: mail.message_id}


def refusals_of(message: ProviderMessage) -> dict[str, str]:
    """Whom the provider refused by name, and its word for why."""
    answers = message.anymail_status.recipients  # type: ignore[attr-defined]  # written by the backend
    return {who: answer.status for who, answer in answers.items() if answer.status in REFUSED}


def message_id_of(message: ProviderMessage) -> str:
    """What the provider calls the message: of several names, as for one to each recipient, the first in To."""
    answers = message.anymail_status.recipients  # type: ignore[attr-defined]  # written by the backend
    names = [answers[who].message_id for who in message.to if who in answers]
    return next((str(name)[:200] for name in names if name), "")


def is_about_the_message(error: AnymailAPIError) -> bool:
    """Whether the provider refused this message as such. Too many requests, a wrong key, an unpaid bill, a fault of
    its own or of the network are not about it.
    """
    unanswered = isinstance(error, RequestException) and error.response is None
    return not unanswered and error.status_code in _ABOUT_THE_MESSAGE
