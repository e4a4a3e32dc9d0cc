"""What the portal asks a scanner for malware, and what it makes of the answers."""

import io
import socket
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from kit.scanning import Scanner, ScannerAway, checked_url
from tests.support.clamd import MALWARE, Clamd, clamd_server


@pytest.fixture
def clamd():
    with clamd_server() as server:
        yield server


def found_in(clamd: Clamd, content: bytes) -> str:
    return Scanner(clamd.url, seconds=3).malware_in(io.BytesIO(content))


def test_a_file_reaches_the_scanner_whole_and_is_left_at_its_start(clamd):
    content = bytes(range(256)) * 1000
    stream = io.BytesIO(content)
    stream.seek(77)
    assert Scanner(clamd.url).malware_in(stream) == ""
    assert clamd.files == [content]
    assert stream.tell() == 0


def test_malware_is_named(clamd):
    assert found_in(clamd, b"x" * 70_000 + MALWARE) == "Portal.Test.Macro-1"


def test_an_empty_file_is_scanned_too(clamd):
    assert found_in(clamd, b"") == ""
    assert clamd.files == [b""]


@pytest.mark.parametrize(
    "answer", ["stream: Can't allocate memory ERROR", "OK", "stream: OK?", "", "COMMAND READ TIMED OUT"]
)
def test_what_is_not_plainly_clean_is_no_permission(clamd, answer):
    clamd.says = answer or "\0"
    with pytest.raises(ScannerAway):
        found_in(clamd, b"harmless")


def test_a_file_larger_than_the_scanner_takes_is_not_waved_through(clamd):
    clamd.most = 1000
    with pytest.raises(ScannerAway):
        found_in(clamd, b"x" * 5_000_000)


def test_a_scanner_that_hangs_or_is_gone_keeps_nobody_waiting(clamd):
    clamd.hangs = True
    with pytest.raises(ScannerAway):
        Scanner(clamd.url, seconds=0.3).malware_in(io.BytesIO(b"x"))
    with pytest.raises(ScannerAway):
        Scanner("tcp://127.0.0.1:1").malware_in(io.BytesIO(b"x"))
    with pytest.raises(ScannerAway):
        Scanner("unix:///there/is/none").malware_in(io.BytesIO(b"x"))


def test_a_socket_in_the_file_system_is_asked_as_well(tmp_path):
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        with pytest.raises(ScannerAway):  # it never answers, so the connection alone was made
            Scanner(f"unix://{path}", seconds=0.3).malware_in(io.BytesIO(b"x"))
        link, _ = listening.accept()
        with link:
            assert link.recv(10) == b"zINSTREAM\0"


def test_the_age_of_the_signatures_is_read(clamd):
    assert Scanner(clamd.url).signatures_made_at() == datetime(2026, 11, 23, 8, 20, 11, tzinfo=UTC)
    clamd.version = "ClamAV 1.4.6"
    assert Scanner(clamd.url).signatures_made_at() is None
    clamd.version = "HTTP/1.1 400 Bad Request"
    with pytest.raises(ScannerAway):
        Scanner(clamd.url).signatures_made_at()


@pytest.mark.parametrize("url", ["clamav:3310", "tcp://clamav", "http://clamav:3310", "unix://clamd.ctl", "unix://"])
def test_an_address_that_is_none_stops_the_start_up(url):
    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        checked_url(url)


@pytest.mark.parametrize("url", ["", "tcp://clamav:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_is_taken_as_it_is(url):
    assert checked_url(url) == url
