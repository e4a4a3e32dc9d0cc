"""The tests' mail server with two more wishes: refusing the sender, and counting the connections."""

from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.smtp import SmtpServer

BACKEND = "notifications.smtp.TellingSmtpBackend"


@dataclass
class ScriptedSmtp(SmtpServer):
    """``sender_answer`` is what every sender hears, when set."""

    sender_answer: str = ""
    connections: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname  # type: ignore[assignment]
        self.connections += 1
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if not self.sender_answer:
            envelope.mail_from = address
        return self.sender_answer or "250 OK"
