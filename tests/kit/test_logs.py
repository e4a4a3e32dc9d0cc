"""No log line carries a key or a person: tokens of links, codes, passwords, addresses, rows that were refused."""

import json
import logging
import time

import pytest

from kit.logs import MaskingFormatter, log_settings, mask, mask_all


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
        ("POST /consent/center/enter/s3cr3t/code/ 200", "POST /consent/center/enter/***/code/ 200"),
        ("next=%2Fconsent%2Fcenter%2Fenter%2Fs3cr3t%2F", "next=%2Fconsent%2Fcenter%2Fenter%2F***%2F"),
        ("POST /consent/center/12/deny/ 302", "POST /consent/center/12/deny/ 302"),
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


def record_of(message, *arguments, error=None):
    return logging.LogRecord("x", logging.ERROR, __file__, 1, message, arguments, error and (type(error), error, None))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /accounts/password/reset/key/4f-d3adb33f-11/ 200", "GET /accounts/password/reset/key/***/ 200"),
        (f"nothing for {'a-_9' * 10}xyz here", "nothing for *** here"),
        ("?code=482913&next=/home/", "?code=***&next=/home/"),
        ("<QueryDict: {'code': ['482913'], 'area': ['m365']}>", "<QueryDict: {'code': ***, 'area': ['m365']}>"),
        ('{"password": "let me in", "a": 1}', '{"password": ***, "a": 1}'),
        ("sent header Authorization: Bearer abcdef0123456789", "sent header Authorization: Bearer ***"),
        ("refused for ola.demmo+x@fabrikam.example: 550", "refused for ***@fabrikam.example: 550"),
        ("postgresql://portal:h3mlig@db.example/portal", "postgresql://portal:***@db.example/portal"),
        ("next=ola%40fabrikam.example", "next=***@fabrikam.example"),
        ("Invalid request from ip=203.0.113.7: nonsense", "Invalid request from ip=***: nonsense"),
        (
            "violates constraint\nDETAIL:  Failing row contains (7, Ola Demmo,\n x).\nHINT:  look\n",
            "violates constraint\nDETAIL: ***\nHINT:  look\n",
        ),
        ("mail 12 (consent.request): sent", "mail 12 (consent.request): sent"),
        ("claim 1000001 at 2026-11-23T10:00:00Z took 12 ms", "claim 1000001 at 2026-11-23T10:00:00Z took 12 ms"),
    ],
)
def test_personal_data_and_codes_are_masked_too(said, kept):
    assert mask_all(said) == kept


def test_a_long_hostile_text_is_masked_quickly():
    for text in ("a" * 200_000, "@" * 200_000, "'code': [" * 20_000, "DETAIL:" * 20_000, "/consent/" * 20_000):
        started = time.perf_counter()
        mask_all(text)
        assert time.perf_counter() - started < 2, text[:10]


@pytest.mark.parametrize("style", ["lines", "json"])
def test_arguments_and_tracebacks_are_masked_in_both_styles(style):
    error = ValueError('cannot serve "/consent/s3cr3t" to ola@fabrikam.example\nat all')
    record = record_of("Internal Server Error: %s", "/consent/s3cr3t/", error=error)
    line = MaskingFormatter(style=style).format(record)
    for secret in ("s3cr3t", "ola@"):
        assert secret not in line
    if style == "json":
        told = json.loads(line)
        assert "\n" not in line
        assert told["event"] == "Internal Server Error: /consent/***/"
        assert 'cannot serve "/consent/***" to ***@fabrikam.example\nat all' in told["exception"]
    else:
        assert "ERROR x: Internal Server Error: /consent/***/\n" in line
        assert 'cannot serve "/consent/***" to ***@fabrikam.example' in line


def test_an_unknown_style_stops_the_start_up():
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        log_settings(level="INFO", style="xml")


def test_the_portals_loggers_print_through_the_masking_formatter():
    names = ("", "django", "django.server", "django.request", "celery", "gunicorn.error", "portal.requests")
    handlers = {name: logging.getLogger(name).handlers for name in names}
    formatters = [handler.formatter for found in handlers.values() for handler in found if handler.formatter]
    ours = [f for f in formatters if isinstance(f, MaskingFormatter)]
    assert ours
    assert all("django" not in type(f).__module__ for f in formatters)
