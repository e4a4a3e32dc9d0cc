"""An SMTP server that takes everything and keeps nothing, until its standard input closes: ``python -m benchmarks.sender_sink 2525``."""

import sys
from typing import Any

from aiosmtpd.controller import Controller

from demo.ports import LOOPBACK


class Sink:
    """Takes every message."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "250 OK"


if __name__ == "__main__":
    controller = Controller(Sink(), hostname=LOOPBACK, port=int(sys.argv[1]), enable_SMTPUTF8=True)
    controller.start()
    sys.stdin.read()
    controller.stop()
