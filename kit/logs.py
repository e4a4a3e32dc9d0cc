"""Logs without secrets: the token in a consent, invitation or calendar link is a key, so no log line may carry it."""

import logging
import re

_SECRET = re.compile(r"((?:/|%2F)(?:consent|join|calendar)(?:/|%2F))(?!privacy\b)[^/\s\"'?#<>%&]+", re.IGNORECASE)


def mask(text: str) -> str:
    """Return ``text`` with the token of every such link replaced by «***»."""
    return _SECRET.sub(r"\1***", text)


class MaskingFormatter(logging.Formatter):
    """A formatter that masks the finished line, hence its arguments and traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
