"""`make demo-reset`: delete what the demo keeps in the data directory, and nothing else."""

import shutil
import sys

from demo.data_dir import KEPT, DataDir
from demo.embedded import EmbeddedServers
from demo.locks import FileLock
from demo.supervisor import demo_runs, end_leftovers


def reset(data: DataDir) -> int:
    """Delete the demo's data after showing what goes; return the exit code.

    Refuses while a demo or another command uses the directory. Ends what a killed demo left running. Files the
    demo did not make stay.
    """
    present = [data.root / name for name in KEPT if (data.root / name).exists()]
    if not present:
        print(f"There is nothing to delete in {data.root}.")
        return 0
    data.create()
    demo, users = FileLock(data.run / "demo.lock"), FileLock(data.run / "servers.users")
    try:
        if not demo.take(alone=True, wait=False):
            return _refuse(f"{demo_runs(data)} Stop it with Ctrl-C first.")
        if not users.take(alone=True, wait=False):
            return _refuse(f"Another command still uses the servers of {data.root}: end it first.")
        end_leftovers(data)
        servers = EmbeddedServers(data)
        servers.valkey.stop()
        servers.postgres.stop()
        print(f"Deleting from {data.root}:")
        for path in present:
            print(f"  {path.name}{'/' if path.is_dir() else ''}")
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        print("Done. `make demo` starts over.")
        return 0
    finally:
        demo.leave()
        users.leave()


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(reset(DataDir.from_environment()))
