#!/usr/bin/env python
"""The portal's commands: `manage.py help` lists them.

With DATABASE_URL unset they use the embedded servers of PORTAL_DATA_DIR, which are started when needed.
"""

import os
import sys


def main():
    """Run one command."""
    if sys.version_info < (3, 12):  # noqa: UP036 - says it before a newer syntax does
        fail("The portal needs Python 3.12 or newer, and this one is older: " + sys.version.split()[0])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if not {"help", "version", "-h", "--help", "--version"} & {command, *sys.argv[2:]}:
        prepare(command)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def prepare(command):
    """Fill the environment with the embedded servers, unless a database is named there."""
    if os.environ.get("DATABASE_URL") and command != "demo":
        return
    try:
        from demo import start
        from demo.data_dir import DemoError
    except ModuleNotFoundError as error:
        fail(
            f"DATABASE_URL is not set, and the embedded servers are not installed (no module '{error.name}')."
        )
    try:
        start.prepare(command)
    except DemoError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)


def fail(sentence):
    """Say why nothing was done, exit 2."""
    sys.stderr.write(str(sentence) + "\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
