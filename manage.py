#!/usr/bin/env python
"""The portal's commands: `manage.py help` lists them.

With DATABASE_URL unset they use the embedded servers of PORTAL_DATA_DIR, which are started when needed.
"""

import importlib.util
import os
import sys

HELP = {"help", "version", "-h", "--help", "--version"}


def main():
    """Run one command."""
    if sys.version_info < (3, 12):  # noqa: UP036 - says it before a newer syntax does
        fail("The portal needs Python 3.12 or newer, and this one is older: " + sys.version.split()[0])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if HELP & {command, *sys.argv[2:]}:
        describe_only()
    else:
        prepare(command)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def describe_only():
    """Let the settings be read without any server: a help text needs none."""
    os.environ.setdefault("SECRET_KEY", "help needs no secret")
    os.environ.setdefault("DATABASE_URL", "postgresql:///portal")
    os.environ.setdefault("PORTAL_DEMO", "1" if importlib.util.find_spec("demo") else "0")


def prepare(command):
    """Fill the environment with the embedded servers, unless a database is named there."""
    if os.environ.get("DATABASE_URL") and command != "demo":
        return
    try:
        from demo import start
        from demo.data_dir import DemoError
    except ModuleNotFoundError as error:
        fail(f"DATABASE_URL is not set, and there are no embedded servers here (no module '{error.name}').")
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
