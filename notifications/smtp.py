"""SMTP that tells who was refused.

Django's backend counts a mail as sent when the server took it for any recipient. A customer whose address was
refused while the copy was accepted would then pass as told.
"""

import smtplib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

Refusals = Mapping[str, tuple[int, bytes]]


class PartlyRefusedError(smtplib.SMTPException):
    """The server took the mail, but not for all. ``refusals`` maps each refused address to the server's
    answer.
    """

    def __init__(self, refusals: Refusals) -> None:
        super().__init__(f"{len(refusals)} recipients refused")
        self.refusals = refusals


class _Telling:
    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        refusals = super().sendmail(*args, **kwargs)  # type: ignore[misc]
        if refusals:
            raise PartlyRefusedError(refusals)
        return refusals


class _Smtp(_Telling, smtplib.SMTP):
    pass


class _SmtpOverTls(_Telling, smtplib.SMTP_SSL):
    pass


class TellingSmtpBackend(EmailBackend):
    """Django's SMTP backend, raising PartlyRefusedError when some but not all recipients were accepted."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp

    @lru_cache(maxsize=256)  # noqa: B019 - a backend lives as long as a batch, whose mails all have one sender
    def prep_address(self, address: str, force_ascii: bool = True) -> str:
        """The address for the envelope; parsing it takes longer than the server needs to answer."""
        written: str = super().prep_address(address, force_ascii)
        return written
