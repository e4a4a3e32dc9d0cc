"""What may go wrong outside of the portal, told in one sentence instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError

from cpor_portal.backup import BackupError


@contextmanager
def told_as_sentences() -> Iterator[None]:
    """Turn failures of database, storage and disk into a CommandError, which ends the command with exit code 1."""
    try:
        yield
    except BackupError as refusal:
        raise CommandError(str(refusal)) from refusal
    except (DatabaseError, InterfaceError) as error:
        raise CommandError(f"The database does not answer as it should: {_first_line(error)}") from error
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"The storage does not answer as it should: {_first_line(error)}") from error
    except OSError as error:
        raise CommandError(f"{error.filename or 'A file'}: {error.strerror or error}.") from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
