"""The one door of `manage.py` into the demo: get ready for a command before the settings are read."""

import sys

from demo.data_dir import DataDir
from demo.embedded import EmbeddedServers
from demo.environment import end_properly_when_told, name_servers
from demo.supervisor import Supervisor

_supervisors: list[Supervisor] = []


def prepare(command: str) -> None:
    """Attach to the embedded servers, started if need be, and name them in os.environ. Raises DemoError.

    The servers are left when this process ends. For the command `demo` its first steps are taken.
    """
    data = DataDir.from_environment()
    if command == "demo":
        supervisor = Supervisor(data)
        supervisor.begin()
        _supervisors.append(supervisor)
        return
    end_properly_when_told()
    servers = EmbeddedServers(data)
    servers.attach(tell=lambda name: print(f"Starting {name} of {data.root} …", file=sys.stderr, flush=True))
    name_servers(servers)


def begun_supervisor() -> Supervisor:
    """Return the supervisor that ``prepare("demo")`` has begun."""
    return _supervisors[-1]
