"""Logs without secrets and personal data, as lines for people or as JSON for machines.

The token in a consent, invitation, calendar or password link is a key, so no line may carry it; codes and passwords
neither. People stand in logs by the number of their account alone: no name, no address, no IP address.
"""

import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_SLASH = "(?:/|%2F)"
_PLACES = rf"(?:consent{_SLASH}center{_SLASH}enter|consent|join|calendar|verify|reset{_SLASH}key)"
_SECRET = re.compile(rf"({_SLASH}{_PLACES}{_SLASH})(?!(?:privacy|center)\b)[^/\s\"'?#<>%&\\]+", re.IGNORECASE)
# kit.links.new_token() makes 43 characters; whatever looks like that is one, wherever it stands.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)
_WORDS = r"(?:code|otp|token|csrfmiddlewaretoken|key|secret|sessionid|authorization|password\d?)"
_GIVEN = re.compile(rf"\b({_WORDS}=)[^\s&\"'<>;,)]+", re.IGNORECASE)
_QUOTED = re.compile(rf"""(["']{_WORDS}\\*["']\s*:\s*)(?:\[[^][]*\]|\\*'[^']*'|\\*"[^"]*"|\d+)""", re.IGNORECASE)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{12,}")

_EMAIL = re.compile(r"[^\s\"'<>()\[\]{},;:=@/\\|&?]{1,64}(?:@|%40)(?=[\w\[])")
_VISITOR = re.compile(r"\b(ip=)[\w.:]*\w", re.IGNORECASE)
# PostgreSQL quotes the row it refused: names, addresses, whatever somebody typed.
_DETAIL = re.compile(r"(DETAIL:).*?(?=\n(?:HINT|CONTEXT|QUERY|LINE)\b|\n\n(?:The above|During handling)|\Z)", re.DOTALL)


def mask(text: str) -> str:
    """Return ``text`` with what is a key replaced by «***»: tokens of links, tokens anywhere, codes, passwords."""
    text = _SECRET.sub(r"\1***", text)
    text = _GIVEN.sub(r"\1***", text)
    text = _QUOTED.sub(r"\1***", text)
    return _TOKEN.sub("***", _BEARER.sub(r"\1 ***", text))


def mask_all(text: str) -> str:
    """As ``mask``, and without personal data: e-mail addresses keep their domain alone, rows that were refused go."""
    text = _DETAIL.sub(r"\1 ***", mask(text))
    return _EMAIL.sub("***@", _VISITOR.sub(r"\1***", text))


# --- Whose line it is ------------------------------------------------------------------------------------------------
_request: ContextVar[Any] = ContextVar("request", default=None)


def begin_request(request: Any, request_id: str) -> None:
    """From now on lines of this thread carry the request's id, and its user's number once the user is known."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    _request.set(request)


def forget_request(**_: Any) -> None:
    """Lines of this thread belong to no request any more."""
    structlog.contextvars.clear_contextvars()
    _request.set(None)


def _add_user(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The number of the account, if the request has looked it up already: a log line asks nothing of the database."""
    number = getattr(getattr(_request.get(), "_cached_user", None), "pk", None)
    if number is not None:
        event["user_id"] = number
    return event


# --- How a line is written -------------------------------------------------------------------------------------------
def _hide(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {key: value if key.startswith("_") else _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _hidden(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(each) for each in value]
    return mask_all(str(value))


_STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    _add_user,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _hide,
]
_IN_PLACE = ("timestamp", "level", "logger", "event", "exception", "stack")


def as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """One JSON object in one line."""
    return json.dumps(event, default=str)


def as_line(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """A line for people: time, level, who says it, what, then the rest as key=value; a traceback below."""
    rest = "".join(f" {key}={value}" for key, value in event.items() if key not in _IN_PLACE)
    line = f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {event['event']}{rest}"
    return "\n".join([line, *(event[part] for part in ("exception", "stack") if event.get(part))])


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes records of the standard library and of structlog alike: with ids, without secrets and personal data."""

    def __init__(self, *, style: str = "lines") -> None:
        write = as_json if style == "json" else as_line
        last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, write]
        super().__init__(processors=last, foreign_pre_chain=_STEPS)


def log_settings(*, level: str, style: str) -> dict[str, Any]:
    """What ``LOGGING`` is; ``style`` is «json» or «lines». Also tells structlog to write through the standard library.

    Raises ValueError for another style.
    """
    if style not in {"json", "lines"}:
        raise ValueError(f"LOG_FORMAT is '{style}'; it must be 'json' or 'lines'.")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_STEPS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    # Django and gunicorn bring handlers of their own, which would print addresses, and with them secrets, unmasked.
    bare = ("django", "django.server", "gunicorn.error")
    # Tasks and requests are told already, by gunicorn with the visitor's address; two libraries are talkative about fonts.
    quiet = {"gunicorn.access": "CRITICAL", "django_structlog": "CRITICAL", "weasyprint": "ERROR", "fontTools": "ERROR"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "kit.logs.MaskingFormatter", "style": style}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in bare},
            **{name: {"level": quieter} for name, quieter in quiet.items()},
        },
    }
