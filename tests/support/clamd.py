"""A server on loopback that speaks the protocol of a ClamAV daemon, and behaves as the test says.

It takes a file that holds ``MALWARE`` for malware. Commands begin with «z» and end with a zero byte; a streamed file comes in
pieces, each behind its length, and ends with a piece of no length.
"""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MALWARE = b"THE-WORST-MACRO-OF-ALL"
VERSION = "ClamAV 1.4.6/27812/Mon Nov 23 08:20:11 2026"


@dataclass
class Clamd:
    """What it was asked, and how it behaves: ``version``, the longest file, and a line instead of its finding."""

    url: str = ""
    version: str = VERSION
    most: int = 100 * 1024 * 1024
    says: str = ""
    hangs: bool = False
    files: list[bytes] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        clamd: Clamd = self.server.clamd  # type: ignore[attr-defined]
        command = self._line()
        if clamd.hangs:
            self.server.ended.wait(20)  # type: ignore[attr-defined]
        elif command == b"zVERSION":
            self._say(clamd.version)
        elif command == b"zINSTREAM":
            self._say(clamd.says or self._finding(clamd))
        else:
            self._say("UNKNOWN COMMAND")

    def _line(self) -> bytes:
        said = bytearray()
        while (piece := self.rfile.read(1)) not in {b"", b"\0"}:
            said += piece
        return bytes(said)

    def _finding(self, clamd: Clamd) -> str:
        content = bytearray()
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            if len(content) + length > clamd.most:
                return "INSTREAM size limit exceeded. ERROR"
            content += self.rfile.read(length)
        clamd.files.append(bytes(content))
        return "stream: Portal.Test.Macro-1 FOUND" if MALWARE in content else "stream: OK"

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\0")


@contextmanager
def clamd_server() -> Iterator[Clamd]:
    """Run one until the test is over."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        clamd = Clamd(f"tcp://127.0.0.1:{server.server_address[1]}")
        server.clamd = clamd  # type: ignore[attr-defined]
        server.ended = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield clamd
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
