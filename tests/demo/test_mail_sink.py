import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo.data_dir import REPOSITORY
from demo.mailbox import letters
from demo.ports import LOOPBACK, free_port
from tests.support.processes import wait_until


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The real sink in its own process: its port and its Maildir."""
    port, directory = free_port(), tmp_path / "mailbox"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.mail_sink", str(port), str(directory)],
        cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("listening")
    yield port, directory
    process.terminate()
    assert process.wait(10) == 0


def test_a_message_sent_over_smtp_can_be_read(sink: tuple[int, Path]) -> None:
    port, directory = sink
    message = EmailMessage()
    message["From"] = "Partner Center <no-reply@partnercenter.example>"
    message["To"] = "Zoë <zoe@contoso.example>"
    message["Cc"] = "admin@contoso.example"
    message["Subject"] = "Consent to Fabrikam’s association"
    message.set_content("Read https://portal.example/consent/abc/\n.\nA line with a dot above.\n")
    message.add_alternative("<p>Read <a href='https://portal.example/consent/abc/'>this</a></p>", subtype="html")
    with smtplib.SMTP(LOOPBACK, port, timeout=10) as client:
        client.send_message(message, to_addrs=["zoe@contoso.example", "admin@contoso.example", "hidden@x.example"])
    wait_until(lambda: letters(directory))
    (letter,) = letters(directory)
    assert letter.subject == "Consent to Fabrikam’s association"
    assert letter.to == "Zoë <zoe@contoso.example>"
    assert letter.cc == "admin@contoso.example"
    assert "hidden@x.example" in letter.delivered_to
    assert letter.text == "Read https://portal.example/consent/abc/\n.\nA line with a dot above.\n"
    assert "<a href=" in letter.html
    assert letters(directory, recipient="HIDDEN@") == [letter]
    assert letters(directory, recipient="nobody@") == []
