"""The sender's notes on rows: what came of an attempt, and that the next one begins.

One SQL statement writes both and is its own transaction. Made by the ORM the same would take six, and the sender would
spend most of its time on them; ``benchmarks/sender.py`` has the figures.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from notifications.applying import apply_kept_reports
from notifications.fates import Fate
from notifications.models import MailFate, OutgoingEmail
from notifications.telling import tell_fates_of

logger = logging.getLogger(__name__)
Status = OutgoingEmail.Status
TELL_AFTER_SECONDS = 2.0
_MAIL, _FATE = OutgoingEmail._meta.db_table, MailFate._meta.db_table
_COLUMNS = {
    "delivered_to", "last_error", "mishaps", "provider_message_id", "next_attempt_at", "sent_at", "text", "html",
}  # fmt: skip
# What was superseded during an attempt that came to nothing is not tried again, and nobody has to hear of it.
_STATUS = "CASE WHEN superseded AND %(new_status)s IN ('queued', 'failed') THEN 'withheld' ELSE %(new_status)s END"
_OURS = "status = 'leased' AND leased_until = %({name}_until)s"


@dataclass(frozen=True, slots=True)
class Note:
    """What came of an attempt: the changes to the row, and what became of the mail if that is settled, and why."""

    mail: OutgoingEmail
    changes: dict[str, object]
    at: datetime
    fate: Fate | None = None
    reason: str = ""
    about_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Whether the row was still this sender's when the note was written, and whether the next attempt was begun."""

    settled: bool = False
    begun: bool = False


def begin(mail: OutgoingEmail, *, now: datetime, until: datetime) -> bool:
    """Count an attempt and let the lease start anew. False when the lease ran out and another has it."""
    return write(None, begin=mail, now=now, until=until).begun


def write(
    note: Note | None, *, now: datetime, begin: OutgoingEmail | None = None, until: datetime | None = None
) -> Written:
    """Write what came of one mail, and begin the attempt on another. The end of a lease tells whose a mail is."""
    parts: dict[str, str] = {}
    values: dict[str, Any] = {}
    if note:
        _settle(note, parts, values)
    if begin:
        values |= {"begun_id": begin.pk, "begun_until": begin.leased_until, "now": now, "until": until}
        parts["begun"] = (
            f"UPDATE {_MAIL} SET attempts = attempts + 1, leased_until = %(until)s, attempt_started_at = %(now)s "  # noqa: S608  # unread
            f"WHERE id = %(begun_id)s AND {_OURS.format(name='begun')} RETURNING id"  # unread
        )
    if not parts:
        return Written()
    named = ", ".join(f"{name} AS ({statement})" for name, statement in parts.items())
    wanted = ", ".join(f"EXISTS (SELECT FROM {name})" if name in parts else "false" for name in ("settled", "begun"))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} SELECT {wanted}", values)
        written = Written(*cursor.fetchone())
    if begin:
        begin.attempts += 1
        begin.leased_until = until
    if note:
        logger.info(
            "mail %s (%s): %s %s", note.mail.pk, note.mail.kind, note.changes["status"], note.changes["last_error"]
        )
    return written


def _settle(note: Note, parts: dict[str, str], values: dict[str, Any]) -> None:
    columns = _COLUMNS & set(note.changes)
    values |= {f"new_{name}": note.changes[name] for name in columns}
    values |= {"settled_id": note.mail.pk, "settled_until": note.mail.leased_until}
    values |= {"new_status": note.changes["status"], "at": note.at}
    changes = ", ".join(f"{name} = %(new_{name})s" for name in sorted(columns))
    parts["settled"] = (
        f"UPDATE {_MAIL} SET leased_until = NULL, attempt_started_at = NULL, {changes}, status = {_STATUS}, "  # noqa: S608  # unread
        f"given_up_at = CASE WHEN {_STATUS} IN ('failed', 'withheld') THEN %(at)s END "  # unread
        f"WHERE id = %(settled_id)s AND {_OURS.format(name='settled')} RETURNING id, sending, status"  # unread
    )
    if note.fate:
        values |= {"fate": note.fate.value, "reason": note.reason[:700]}
        values["about_recipient"] = note.about_recipient
        parts["noted"] = (
            f"INSERT INTO {_FATE} (mail_id, fate, sending, at, reason, about_recipient, tries) "  # noqa: S608
            "SELECT id, %(fate)s, sending, %(at)s, %(reason)s, %(about_recipient)s, 0 FROM settled "
            "WHERE status <> 'withheld' ON CONFLICT DO NOTHING"
        )


@dataclass
class Followers:
    """What follows a note, for some mails at once: reports that came early, and telling the rooms above.

    It can wait some seconds, as nothing of it is lost: a fate is told by the sweep when this process is killed before.
    """

    clock: Callable[[], datetime]
    sent: int = 0
    untold: list[int] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    def add(self, note: Note | None, written: Written) -> None:
        """Remember what was written, and count the mail when by it one is sent."""
        if note is None or not written.settled:
            return
        self.sent += note.fate is Fate.SENT
        if note.fate:
            self.untold.append(note.mail.pk)
        else:
            apply_kept_reports([note.mail.pk])
        if time.monotonic() - self.since > TELL_AFTER_SECONDS:
            self.tell()

    def tell(self) -> None:
        """Tell what is remembered."""
        self.since = time.monotonic()
        waiting, self.untold = self.untold, []
        tell_fates_of(waiting, now=self.clock())
