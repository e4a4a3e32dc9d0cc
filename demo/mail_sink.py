"""An SMTP server on loopback that takes every message and delivers none: each becomes a file of a Maildir.

`python -m demo.mail_sink PORT DIRECTORY` runs it until SIGTERM or SIGINT.
"""

import asyncio
import mailbox
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.ports import LOOPBACK

LARGEST_MESSAGE = 50 * 1024 * 1024


class Keeper:
    """Writes each accepted message into the Maildir, headed by the addresses of its SMTP envelope."""

    def __init__(self, directory: Path) -> None:
        self._maildir = mailbox.Maildir(directory, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message and accept it."""
        recipients = "".join(f"Delivered-To: {address}\r\n" for address in envelope.rcpt_tos)
        content = envelope.original_content or b""
        key = self._maildir.add(f"Return-Path: <{envelope.mail_from}>\r\n{recipients}".encode() + content)
        print(f"kept {key} for {', '.join(envelope.rcpt_tos)}", flush=True)
        return "250 OK, kept"


async def serve(port: int, directory: Path) -> None:
    """Listen until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    keeper = Keeper(directory)

    def greet() -> SMTP:
        return SMTP(keeper, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    server = await loop.create_server(greet, LOOPBACK, port)
    print(f"listening on {LOOPBACK}:{port}, keeping mail in {directory}", flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
