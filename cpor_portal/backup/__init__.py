"""Backup and restore of the whole installation: the database and every stored document, in one archive.

``making`` writes an archive, ``restoring`` reads one back; ``archive`` and ``manifest`` say what is in it.
"""


class BackupError(Exception):
    """Something an operator can mend; its text is the one sentence they read."""
