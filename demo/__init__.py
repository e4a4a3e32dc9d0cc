"""The one-command demo: embedded servers, a mail sink, sample data. Absent from a production installation."""

PASSWORD = "cpor-demo"  # noqa: S105 - printed on purpose: every demo sign-in has it
