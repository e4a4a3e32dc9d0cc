import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from demo.mailbox import find_letter, letters

HOSTILE = "<script>document.title='run'</script><img src=x onerror=alert(1)><form action=https://evil.example>"


@pytest.fixture
def mailbox(settings: object, tmp_path: Path) -> Path:
    """The mailbox the views read, empty."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    directory = tmp_path / "mailbox"
    for room in ("new", "cur", "tmp"):
        (directory / room).mkdir(parents=True)
    return directory


def keep(mailbox: Path, content: bytes, *, key: str = "1.a", at: int = 1_700_000_000) -> str:
    path = mailbox / "new" / key
    path.write_bytes(content)
    os.utime(path, (at, at))
    return key


def mail(
    *, to: str = "a@contoso.example", subject: str = "Hello", html: str = "<p>Hello</p>", text: str = "Hello"
) -> bytes:
    message = EmailMessage()
    message["From"] = "no-reply@partnercenter.example"
    message["To"] = to
    message["Cc"] = "copy@contoso.example"
    message["Date"] = "Tue, 24 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = "<1@portal.example>"
    message["Subject"] = subject
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.mark.django_db
def test_anybody_sees_the_list_newest_first(client: Client, mailbox: Path) -> None:
    keep(mailbox, mail(subject="Older"), key="1.a", at=1_700_000_000)
    keep(mailbox, mail(subject="Newer"), key="2.b", at=1_700_000_100)
    page = client.get(reverse("demo_mailbox")).content.decode()
    assert page.index("Newer") < page.index("Older")
    assert "a@contoso.example" in page
    assert "copy@contoso.example" in page


@pytest.mark.django_db
def test_an_empty_mailbox_says_so(client: Client, mailbox: Path) -> None:
    assert "No messages" in client.get(reverse("demo_mailbox")).content.decode()


@pytest.mark.django_db
def test_the_list_can_be_searched_by_recipient(client: Client, mailbox: Path) -> None:
    keep(mailbox, mail(to="zoe@contoso.example", subject="For Zoe"), key="1.a")
    keep(mailbox, mail(to="max@litware.example", subject="For Max"), key="2.b")
    page = client.get(reverse("demo_mailbox"), {"to": "LITWARE"}).content.decode()
    assert "For Max" in page
    assert "For Zoe" not in page


@pytest.mark.django_db
def test_the_list_is_paged_and_keeps_the_search(client: Client, mailbox: Path) -> None:
    for number in range(26):
        keep(mailbox, mail(subject=f"No. {number:02}"), key=f"{number}.a", at=1_700_000_000 + number)
    first = client.get(reverse("demo_mailbox"), {"to": "contoso"}).content.decode()
    assert "No. 25" in first
    assert "No. 00" not in first
    assert "to=contoso&amp;page=2" in first
    second = client.get(reverse("demo_mailbox"), {"to": "contoso", "page": "2"}).content.decode()
    assert "No. 00" in second
    assert "No. 25" not in second


@pytest.mark.django_db
def test_a_message_shows_its_headers_and_clickable_text(client: Client, mailbox: Path) -> None:
    key = keep(mailbox, mail(text="See http://127.0.0.1:8000/consent/abc/ please"))
    page = client.get(reverse("demo_letter", args=[key])).content.decode()
    for value in ("no-reply@partnercenter.example", "copy@contoso.example", "24 Nov 2026", "&lt;1@portal.example&gt;"):
        assert value in page
    assert '<a href="http://127.0.0.1:8000/consent/abc/"' in page


@pytest.mark.django_db
def test_hostile_html_stays_in_its_sandbox(client: Client, mailbox: Path) -> None:
    key = keep(mailbox, mail(html=HOSTILE, text=HOSTILE, subject=HOSTILE, to="a@contoso.example"))
    page = client.get(reverse("demo_letter", args=[key]))
    assert "<script>document" not in page.content.decode()
    assert "onerror=alert" not in page.content.decode().replace("&lt;img src=x onerror=alert", "")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"' in (
        page.content.decode()
    )
    frame = client.get(reverse("demo_letter_html", args=[key]))
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    sandbox = next(part.split() for part in policy.split("; ") if part.startswith("sandbox"))
    assert set(sandbox) == {
        "sandbox", "allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation",
    }  # fmt: skip
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_the_pages_own_policy_stays_strict(client: Client, mailbox: Path) -> None:
    key = keep(mailbox, mail())
    for address in (reverse("demo_mailbox"), reverse("demo_letter", args=[key])):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy


@pytest.mark.django_db
def test_links_of_the_message_open_in_the_whole_window(client: Client, mailbox: Path) -> None:
    key = keep(mailbox, mail(html="<!doctype html><html><head></head><body><a href='https://x.example'>x</a></body>"))
    frame = client.get(reverse("demo_letter_html", args=[key])).content.decode()
    assert frame.startswith('<!doctype html><base target="_top">')


@pytest.mark.django_db
def test_smuggled_headers_stay_text_of_one_line(client: Client, mailbox: Path) -> None:
    raw = b"To: a@contoso.example\r\nSubject: =?utf-8?q?Hi=0D=0ABcc:_evil=40x.example?=\r\nFrom: x\r\n\r\nbody\r\n"
    key = keep(mailbox, raw)
    letter = find_letter(mailbox, key)
    assert letter is not None
    assert "\n" not in letter.subject
    assert letter.header("Bcc") == ""
    assert client.get(reverse("demo_letter", args=[key])).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe not a message",
        b"Content-Type: text/html; charset=no-such-thing\r\n\r\n<p>\xff</p>",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"To: =?utf-8?b?////?=, <<<>>>\r\nDate: yesterday\r\n\r\nx",
    ],
)
def test_a_broken_message_breaks_no_page(client: Client, mailbox: Path, content: bytes) -> None:
    key = keep(mailbox, content)
    assert client.get(reverse("demo_mailbox"), {"to": ""}).status_code == 200
    assert client.get(reverse("demo_mailbox"), {"to": "x"}).status_code == 200
    assert client.get(reverse("demo_letter", args=[key])).status_code == 200
    assert client.get(reverse("demo_letter_html", args=[key])).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["..", "nothing", "%2e%2e%2fsecret-key", ".hidden", "a\x00b"])
def test_a_key_that_is_none_finds_nothing(client: Client, mailbox: Path, key: str) -> None:
    (mailbox.parent / "secret-key").write_text("secret")
    (mailbox / "new" / ".hidden").write_text("secret")
    assert find_letter(mailbox, key) is None
    assert client.get(f"/demo/mailbox/{key}/").status_code == 404


@pytest.mark.django_db
def test_only_a_post_deletes_all_messages(client: Client, mailbox: Path) -> None:
    keep(mailbox, mail())
    assert client.get(reverse("demo_mailbox_empty")).status_code == 405
    assert len(letters(mailbox)) == 1
    answer = client.post(reverse("demo_mailbox_empty"), follow=True)
    assert letters(mailbox) == []
    assert "1 message deleted." in answer.content.decode()


@pytest.mark.django_db
def test_deleting_needs_the_token_of_the_page(mailbox: Path) -> None:
    keep(mailbox, mail())
    assert Client(enforce_csrf_checks=True).post(reverse("demo_mailbox_empty")).status_code == 403
    assert len(letters(mailbox)) == 1
