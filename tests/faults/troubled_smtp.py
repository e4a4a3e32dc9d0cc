"""An SMTP server whose answer depends on the recipient: later@…, never@…, hang@… and reset@… get what they ask for.

As a process of its own (``python -m tests.faults.troubled_smtp PORT LOG DELAY``) it writes a line of JSON for each message
that it took, before it says so.
"""

import asyncio
import email
import json
import re
import sys
import time
from dataclasses import dataclass, field
from email.policy import default as modern
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.ports import LOOPBACK

HANGS_SECONDS = 60
LINK = re.compile(r"/consent/([\w-]{43})/")


@dataclass
class TroubledSmtp:
    """Takes what is addressed to anybody else; ``took`` gets the recipients, Message-ID and link of each."""

    log: Path | None = None
    delay: float = 0.0
    took: list[dict[str, str]] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("never"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        who = envelope.rcpt_tos[0]
        if who.startswith("later"):
            return "451 Try later"
        if who.startswith("hang"):
            await asyncio.sleep(HANGS_SECONDS)
        if who.startswith(("reset", "hang")):
            server.transport.abort()
            return "421 Gone"
        await asyncio.sleep(self.delay)
        self._take(who, envelope)
        return "250 OK"

    def _take(self, who: str, envelope: Envelope) -> None:
        message = email.message_from_bytes(envelope.original_content or b"", policy=modern)
        body = message.get_body(("plain",))
        link = LINK.search(str(body.get_content()) if body else "")
        self.took.append(
            {"to": who, "id": str(message["Message-ID"]), "link": link[1] if link else "", "at": str(time.time())}
        )
        if self.log:
            with self.log.open("a") as lines:
                lines.write(json.dumps(self.took[-1]) + "\n")

    def listening(self, port: int) -> Controller:
        """Start listening; stop with ``stop()``."""
        controller = Controller(self, hostname=LOOPBACK, port=port, enable_SMTPUTF8=True)
        controller.start()
        return controller


if __name__ == "__main__":
    controller = TroubledSmtp(Path(sys.argv[2]), float(sys.argv[3])).listening(int(sys.argv[1]))
    sys.stdin.read()
    controller.stop()
