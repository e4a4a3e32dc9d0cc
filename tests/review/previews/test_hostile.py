"""Documents made to do harm: each ends as a sentence within the bounds, and the process that asked is none the worse."""

import json
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pypdf
import pytest

from review.previews.results import Outcome
from tests.review.previews import samples
from tests.review.previews.rendering import all_text, rendered

ENTITIES = '<!DOCTYPE d [<!ENTITY a "{}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'


def measured(documents: list[str]) -> dict:
    """What rendering them costs a process that does nothing else."""
    command = [sys.executable, "-m", "tests.review.previews.measured", *documents]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)


def locked_pdf(tmp_path: Path) -> bytes:
    (tmp_path / "open.pdf").write_bytes(samples.pdf())
    writer = pypdf.PdfWriter(clone_from=tmp_path / "open.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    return (tmp_path / "locked.pdf").read_bytes()


def test_a_pdf_with_a_password_says_so(tmp_path):
    shown = rendered(locked_pdf(tmp_path), "pdf")
    assert shown.outcome == Outcome.PROTECTED
    assert "protected with a password" in shown.sentence


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_an_office_file_with_a_password_says_so(kind):
    """Such a file is an old compound file around the encrypted one."""
    assert rendered(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), kind).outcome == Outcome.PROTECTED


def test_a_pdf_of_5000_pages_costs_one_page():
    source = samples.pdf(pages=5_000)
    started = time.monotonic()
    shown = rendered(source, "pdf", page=4_321)
    assert shown.place == "Page 4321 of 5000"
    assert shown.picture is not None
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 1), (1, 1), (200_000, 200_000)])
def test_a_page_of_absurd_size_is_drawn_small(size):
    shown = rendered(samples.pdf(size=size), "pdf")
    assert shown.outcome == Outcome.SHOWN
    assert (
        1 <= min(shown.picture.width, shown.picture.height) <= max(shown.picture.width, shown.picture.height) <= 1_600
    )


def test_a_pdf_nested_deeply_or_in_a_circle_ends():
    deep = samples.pdf(extra=b"/Deep " + b"[" * 50_000 + b"]" * 50_000)
    circle = samples.pdf().replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    for source in (deep, circle):
        assert rendered(source, "pdf").outcome in {Outcome.SHOWN, Outcome.DAMAGED}


def test_a_pdf_that_draws_without_end_is_ended_in_time():
    started = time.monotonic()
    shown = rendered(samples.endless_pdf(), "pdf")
    assert shown.outcome in {Outcome.TOO_SLOW, Outcome.TOO_LARGE, Outcome.SHOWN}
    assert time.monotonic() - started < 13


@pytest.mark.parametrize(
    "kind", ["pdf", "png", "jpg", "gif", "tif", "bmp", "docx", "xlsx", "pptx", "xls", "msg", "rtf", "csv"]
)
def test_nothing_but_zeros_is_refused_or_harmless(kind):
    assert rendered(bytes(5_000), kind).outcome in {Outcome.DAMAGED, Outcome.SHOWN}


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("pdf", samples.pdf(pages=3)),
        ("png", samples.picture("PNG", size=(900, 900))),
        ("jpg", samples.upside_down_photo()),
        ("tif", samples.picture("TIFF", more=2)),
        ("docx", samples.word()),
        ("xlsx", samples.workbook()),
        ("pptx", samples.slides("One")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_truncated_file_ends_in_a_sentence_or_in_what_is_left(kind, source):
    for share in (0.2, 0.6):
        shown = rendered(source[: int(len(source) * share)], kind)
        assert shown.outcome in {Outcome.DAMAGED, Outcome.SHOWN}
        assert shown.sentence or shown.picture


def test_a_picture_that_unpacks_to_a_billion_pixels_is_not_unpacked():
    bomb = samples.png_bomb(30_000)
    assert len(bomb) < 200_000
    assert rendered(bomb, "png").outcome == Outcome.TOO_LARGE


def test_a_jpeg_that_says_it_is_huge_is_not_unpacked():
    honest = bytearray(samples.picture("JPEG"))
    place = honest.index(b"\xff\xc0")
    honest[place + 5 : place + 9] = b"\xff\xdc\xff\xdc"
    assert rendered(bytes(honest), "jpg").outcome in {Outcome.TOO_LARGE, Outcome.DAMAGED}


def test_a_picture_inside_a_pdf_that_unpacks_to_gigabytes_does_no_harm():
    side = 30_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(side * 3)) for _ in range(side // 30)) + packer.flush()
    image = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (side, side, len(packed), packed)
    )
    source = samples.pdf(content=b"q 500 0 0 500 0 0 cm /I Do Q")
    source = source.replace(b"/Font << /F1 4 0 R >>", b"/XObject << /I 4 0 R >>")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    assert rendered(source.replace(font, image), "pdf").outcome in {
        Outcome.TOO_LARGE,
        Outcome.TOO_SLOW,
        Outcome.SHOWN,
        Outcome.DAMAGED,
    }


@pytest.mark.parametrize(
    ("kind", "part"), [("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml"), ("pptx", "ppt/presentation.xml")]
)
def test_a_zip_that_promises_too_much_is_not_unpacked(kind, part):
    bomb = samples.zipped({part: b" " * (200 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    assert rendered(bomb, kind).outcome == Outcome.TOO_LARGE


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_a_zip_that_lies_about_its_size_does_no_harm(kind):
    part = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    bomb = samples.lying_zip(part, says=1_000, holds=150 * 1024 * 1024)
    assert rendered(bomb, kind).outcome in {Outcome.DAMAGED, Outcome.TOO_LARGE}


def test_shared_texts_that_fill_the_memory_end_the_child_alone():
    text = "<si><t>" + "x" * 100 + "</t></si>"
    many = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{text * 1_300_000}</sst>'.encode()
    book = samples.workbook(sheets=("One",))
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    outcome = rendered(samples.zipped(parts | {"xl/sharedStrings.xml": many}), "xlsx").outcome
    assert outcome in {Outcome.TOO_LARGE, Outcome.TOO_SLOW, Outcome.SHOWN}


def test_entities_are_neither_multiplied_nor_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET OF THE SERVER")
    laughs = samples.word_of("<w:p><w:r><w:t>&c;</w:t></w:r></w:p>", ENTITIES.format("ha" * 50_000))
    outside = f'<!DOCTYPE d [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    thief = samples.word_of("<w:p><w:r><w:t>&file;</w:t></w:r></w:p>", outside)
    for source in (laughs, thief):
        shown = rendered(source, "docx")
        assert shown.outcome == Outcome.DAMAGED
        assert "SECRET" not in all_text(shown)


def test_xml_nested_without_end_is_refused():
    source = samples.word_of("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)
    assert rendered(source, "docx").outcome == Outcome.DAMAGED


def test_rich_text_nested_without_end_is_read():
    assert rendered(b"{\\rtf1 " + b"{" * 1_000_000 + b"hello", "rtf").blocks[0].text == "hello"


def test_hostile_text_stays_text():
    shown = rendered(b"name,what\n<script>alert(1)</script>,=cmd|x\x00\x1b[31m\xe2\x80\xae\n", "csv")
    assert shown.blocks[0].rows[1] == ("<script>alert(1)</script>", "=cmd|x[31m")


def test_the_process_that_asked_neither_grows_nor_keeps_children(tmp_path):
    bombs = {
        "bomb.png": samples.png_bomb(30_000),
        "bomb.docx": samples.zipped({"word/document.xml": b" " * (100 * 1024 * 1024)}),
        "long.pdf": samples.pdf(pages=5_000),
        "large.png": samples.picture("PNG", size=(7_900, 8_000)),
    }
    for name, content in bombs.items():
        (tmp_path / name).write_bytes(content)
    documents = [f"{name.rpartition('.')[2]}={tmp_path / name}" for name in bombs]
    figures = measured(documents)
    assert figures["outcomes"] == ["TOO_LARGE", "TOO_LARGE", "SHOWN", "SHOWN"] * 2
    assert figures["grown"] < 8 * 1024 * 1024
    assert figures["children left"] == 0
    assert figures["largest child"] < 512 * 1024 * 1024
    assert figures["readers loaded"] == []
