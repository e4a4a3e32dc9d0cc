"""No log line carries the token of a consent link."""

import logging
import sys

import pytest

from kit.logs import MaskingFormatter, mask


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /consent/s3cr3t_-Token/ 200", "GET /consent/***/ 200"),
        ("https://p.example/consent/s3cr3t/survey/?x=1", "https://p.example/consent/***/survey/?x=1"),
        (
            '"GET /consent/s3cr3t?done HTTP/1.1" ref "http://p/consent/0ther/"',
            '"GET /consent/***?done HTTP/1.1" ref "http://p/consent/***/"',
        ),
        ("/consent/privacy/ and /incentives/1000001/", "/consent/privacy/ and /incentives/1000001/"),
        ("/consent/", "/consent/"),
        ("GET /join/s3cr3t_-Token/ 200", "GET /join/***/ 200"),
        ("GET /accounts/login/?next=%2Fjoin%2Fs3cr3t%2F 200", "GET /accounts/login/?next=%2Fjoin%2F***%2F 200"),
        ("GET /calendar/s3cr3t_-T0ken.ics 304", "GET /calendar/*** 304"),
        ("webcal://p.example/calendar/s3cr3t.ics?x=1", "webcal://p.example/calendar/***?x=1"),
        (
            "POST /incentives/customer-associations/calendar/ 200",
            "POST /incentives/customer-associations/calendar/ 200",
        ),
    ],
)
def test_the_token_is_masked_and_nothing_else(said, kept):
    assert mask(said) == kept


def test_arguments_and_tracebacks_are_masked_too():
    def fail(path):
        raise ValueError(f"cannot serve {path}")

    try:
        fail("/consent/s3cr3t/")
    except ValueError:
        trouble = sys.exc_info()
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/consent/s3cr3t/",), trouble
    )
    line = MaskingFormatter("%(levelname)s %(message)s").format(record)
    assert line.startswith("ERROR Internal Server Error: /consent/***/")
    assert "cannot serve /consent/***/" in line
    assert "s3cr3t" not in line


def test_the_portals_loggers_print_through_the_masking_formatter():
    handlers = {name: logging.getLogger(name).handlers for name in ("", "django", "django.server", "django.request")}
    formatters = [handler.formatter for found in handlers.values() for handler in found if handler.formatter]
    ours = [f for f in formatters if isinstance(f, MaskingFormatter)]
    assert ours
    assert all("django" not in type(f).__module__ for f in formatters)
