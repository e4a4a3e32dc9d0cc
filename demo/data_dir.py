"""The data directory: everything the demo keeps, under names that `make demo-reset` knows."""

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
KEPT = ("postgres", "postgres.new", "valkey", "mailbox", "documents", "static", "logs", "run", "secret-key")


class DemoError(Exception):
    """Something a person can mend; its text is the one sentence they read."""


@dataclass(frozen=True)
class DataDir:
    """Paths inside the data directory."""

    root: Path

    @classmethod
    def from_environment(cls) -> "DataDir":
        """The directory named by PORTAL_DATA_DIR, default `.data` beside manage.py."""
        named = os.environ.get("PORTAL_DATA_DIR") or str(REPOSITORY / ".data")
        return cls(Path(named).expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def mailbox(self) -> Path:
        return self.root / "mailbox"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def static_stamp(self) -> Path:
        """Says which static files were collected, see demo/static_files.py."""
        return self.root / "static" / ".collected"

    @property
    def run(self) -> Path:
        return self.root / "run"

    def create(self) -> None:
        """Make the directory and its rooms. Raises DemoError when that is not allowed."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for room in (self.logs, self.run, self.valkey):
                room.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise DemoError(
                f"The data directory {self.root} cannot be made ({error.strerror}): name another in PORTAL_DATA_DIR."
            ) from error
        if not all(os.access(room, os.W_OK | os.X_OK) for room in (self.root, self.logs, self.run, self.valkey)):
            raise DemoError(
                f"The data directory {self.root} belongs to another user: name your own in PORTAL_DATA_DIR."
            )

    def secret_key(self) -> str:
        """Return this directory's secret key; the first call makes it, readable by its owner only."""
        path = self.root / "secret-key"
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
        return path.read_text()


def let_others_through(path: Path) -> None:
    """Let other users pass through the parents of ``path``, not list them: PostgreSQL under root needs it."""
    for parent in path.parents:
        with suppress(OSError):
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)
