"""`make demo`: start everything step by step, watch over it, and stop everything again."""

import atexit
import os
import signal
import time
import urllib.request
from contextlib import suppress

from demo import PASSWORD, children, environment
from demo.children import Child
from demo.data_dir import DataDir, DemoError
from demo.embedded import EmbeddedServers
from demo.locks import FileLock
from demo.ports import LOOPBACK, choose_port, port_is_free
from demo.processes import end, remember, remembered
from kit.texts import Text

STEPS = 9
READY_SECONDS = 90
WATCH_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """One running demo. ``begin`` comes before the settings are read, ``run`` after it."""

    def __init__(self, data: DataDir) -> None:
        self.data = data
        self.port = environment.web_port()
        self.servers = EmbeddedServers(data)
        self._alone = FileLock(data.run / "demo.lock")
        self._address_file = data.run / "demo.address"
        self._process_file = data.run / "demo.processes"
        self._web = children.web(data, self.port)
        self._children: list[Child] = []
        self._stopped = False
        self._step = 0

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return f"http://{LOOPBACK}:{self.port}"

    def begin(self) -> None:
        """Refuse what cannot work, then start the servers and name them in os.environ. Raises DemoError."""
        if os.environ.get("DATABASE_URL"):
            raise DemoError("DATABASE_URL is set, and the demo brings a database of its own: unset it first.")
        environment.end_properly_when_told()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for us after `make demo &`
        environment.most_claims()
        self.data.create()
        if not self._alone.take(alone=True, wait=False):
            raise DemoError(f"{demo_runs(self.data)} Stop it there with Ctrl-C, or name another PORTAL_DATA_DIR.")
        end_leftovers(self.data)
        if not port_is_free(self.port):
            raise DemoError(f"Port {self.port} is in use: name another one, as in `PORT=8001 make demo`.")
        self._address_file.write_text(self.address)
        self._say(f"Data directory {self.data.root}")
        self._say("Starting PostgreSQL and Valkey")
        self.servers.attach()
        atexit.register(self._stop)  # should the settings not be readable, for one
        choose_port(self.data.run / "mail.port")
        environment.name_servers(self.servers)
        self._say("Starting the mail sink")
        self._start(children.mail_sink(self.data, environment.mail_port(self.data)))
        if self.data.static_stamp.exists():  # likely still right, and the web server needs seconds to start
            self._start(self._web)

    def run(self, *, sign_ins: list[dict[str, Text]]) -> None:
        """Bring the data up to date, start the portal's processes, and watch them until told to stop.

        Prints the address and the sign-ins once the portal is ready. Returns when told to stop. Raises
        DemoError when a process ends by itself. Either way everything is stopped.
        """
        try:
            self._start_all()
            self._announce(sign_ins)
            self._watch()
        except (KeyboardInterrupt, SystemExit):
            return
        finally:
            self._stop()

    # --- how ---

    def _start_all(self) -> None:
        from django.core.management import call_command
        from django.utils import timezone

        from demo.static_files import collect_if_changed
        from operations.sweeps import wait_anew

        self._say("Collecting the static files")
        if collect_if_changed(self.data.static_stamp):
            children.stop_all([self._web])
        self._say(f"Starting the web server on port {self.port}")
        if self._web.pid is None:
            self._start(self._web)
        self._say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("Loading the catalogue and the demo data, when there are none")
        call_command("load_demo")
        self._say("Waiting until the portal is ready")
        self._wait_until_ready()
        self._say("Starting the Celery worker and beat")
        wait_anew(now=timezone.now())  # the first start takes minutes
        self._start(children.worker(self.data))
        self._start(children.beat(self.data))

    def _start(self, child: Child) -> None:
        if child not in self._children:
            self._children.append(child)
        child.start()
        remember(self._process_file, {one.name: one.pid for one in self._children if one.pid})

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            self._complain_of_the_dead()
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/readyz?for=web", timeout=5):  # noqa: S310 - ours
                return
            time.sleep(0.1)
        log = self.data.logs / "web.log"
        raise DemoError(f"The portal did not become ready within {READY_SECONDS} seconds; see {log}.")

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            self._complain_of_the_dead()

    def _complain_of_the_dead(self) -> None:
        for child in self._children:
            if child.exit_code is not None:
                raise DemoError(f"The {child.name} ended by itself (exit code {child.exit_code}); see {child.log}.")
        if dead := self.servers.died():
            raise DemoError(f"{dead[0]} ended by itself; see {dead[1]}.")

    def _stop(self) -> None:
        """Stop everything this demo runs. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        for number in SIGNALS:  # stopping takes seconds, and has an end: a second Ctrl-C must not leave half of it
            signal.signal(number, signal.SIG_IGN)
        say("\nStopping …")
        children.stop_all([child for child in self._children if child.name != children.MAIL_SINK])
        children.stop_all(self._children)  # the sink last: the worker may still have been sending
        self._process_file.unlink(missing_ok=True)
        self._address_file.unlink(missing_ok=True)
        stopped = self.servers.leave()
        self._alone.leave()
        say("Everything is stopped." if stopped else "Stopped; another command still uses PostgreSQL and Valkey.")

    def _announce(self, sign_ins: list[dict[str, Text]]) -> None:
        width = max(len(one["email"]) for one in sign_ins)
        lines = [f"  {one['email']:<{width}}  {one['role']}" for one in sign_ins]
        say(
            f"\nThe portal is ready: {self.address}\n"
            f"Mail it sends:       {self.address}/demo/mailbox/\n\n"
            f"Sign in with the password {PASSWORD} as\n" + "\n".join(lines) + "\n\n"
            f"Logs: {self.data.logs}. Ctrl-C stops everything; the data stays."
        )

    def _say(self, text: str) -> None:
        self._step += 1
        say(f"[{self._step}/{STEPS}] {text}")


def say(text: str) -> None:
    """Print a line. A terminal that was closed meanwhile must not keep us from stopping what runs."""
    with suppress(OSError):
        print(text, flush=True)


def demo_runs(data: DataDir) -> str:
    """The sentence that a demo runs with this data directory, and where."""
    note = data.run / "demo.address"
    return f"The demo already runs with {data.root}" + (f", at {note.read_text()}." if note.exists() else ".")


def end_leftovers(data: DataDir) -> None:
    """End processes of a demo that was killed and could not stop them itself."""
    note = data.run / "demo.processes"
    for process in remembered(note).values():
        end(process)
    note.unlink(missing_ok=True)
