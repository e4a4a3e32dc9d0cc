"""A real SMTP server on loopback that does as the test says."""

import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.ports import LOOPBACK, free_port


@dataclass(frozen=True)
class Received:
    """One message the server accepted."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    def body(self, kind: str) -> str:
        """The text of the part `plain` or `html`."""
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


@dataclass
class SmtpServer:
    """Accepts everything until told otherwise. Counts what it was offered."""

    port: int = field(default_factory=free_port)
    received: list[Received] = field(default_factory=list)
    offered: int = 0
    answer: str = "250 OK"
    refused: dict[str, str] = field(default_factory=dict)
    _hanging: threading.Event | None = None

    def answer_with(self, answer: str) -> None:
        """Answer each message with this line from now on, such as «451 Try later» or «550 No such user»."""
        self.answer = answer

    def accept(self) -> None:
        """Accept everything again, and let go who is kept waiting."""
        self.answer = "250 OK"
        self.refused.clear()
        self._let_go()

    def refuse(self, recipient: str, answer: str = "550 No such user") -> None:
        """Refuse one recipient, take the others."""
        self.refused[recipient] = answer

    def hang(self) -> None:
        """Say nothing to the next messages until ``accept`` or the end of the test."""
        self._hanging = threading.Event()

    def _let_go(self) -> None:
        if self._hanging is not None:
            self._hanging.set()
            self._hanging = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.offered += 1
        if (hanging := self._hanging) is not None:
            await server.loop.run_in_executor(None, hanging.wait)
        if self.answer.startswith("2"):
            message = email.message_from_bytes(envelope.original_content or b"", policy=modern)
            self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        return self.answer

    @contextmanager
    def listening(self) -> Iterator["SmtpServer"]:
        """Listen for the length of a ``with`` block."""
        controller = Controller(self, hostname=LOOPBACK, port=self.port, enable_SMTPUTF8=True)
        controller.start()
        try:
            yield self
        finally:
            self._let_go()
            controller.stop()

    def mailers(self, *, backend: str, timeout: int = 2) -> dict[str, Any]:
        """The MAILERS setting that sends to this server."""
        options = {"host": LOOPBACK, "port": self.port, "timeout": timeout}
        return {"default": {"BACKEND": backend, "OPTIONS": options}}
