"""Every kind of document as its reader shows it, through the real child process."""

import io

import pytest
from PIL import Image

from kit.uploads import ACCEPTED_EXTENSIONS
from review.previews.child import PICTURES
from review.previews.limits import MAX_SIDE
from review.previews.results import Outcome
from review.previews.showing import _NEVER_SHOWN
from tests.review.previews import samples
from tests.review.previews.compound import message, old_workbook
from tests.review.previews.rendering import all_text, opened, rendered


def test_a_pdf_shows_the_wanted_page_as_a_picture_with_its_text():
    shown = rendered(samples.pdf(pages=7), "pdf", page=2)
    assert (shown.outcome, shown.place) == (Outcome.SHOWN, "Page 2 of 7")
    assert (shown.previous_page, shown.next_page) == (1, 3)
    assert shown.text == "Page of proof"
    picture = opened(shown)
    assert picture.size == (shown.picture.width, shown.picture.height)
    assert max(picture.size) == MAX_SIDE
    assert len(picture.convert("L").getcolors(256)) > 1, "the page is blank"


def test_a_page_beyond_the_end_is_the_last_one():
    shown = rendered(samples.pdf(pages=3), "pdf", page=99)
    assert (shown.page, shown.next_page) == (3, None)


def test_a_filled_form_field_of_a_pdf_is_drawn():
    form = b"/AcroForm << /Fields [5 0 R] /DA (/Helv 24 Tf 0 g) /DR << /Font << /Helv 4 0 R >> >> >>"
    plain = samples.pdf(content=b"q Q", extra=form)
    field = (
        b"/Annots [<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Signed) /F 4 /Rect [50 700 400 760] "
        b"/DA (/Helv 24 Tf 0 g) >>] /Parent"
    )
    filled = plain.replace(b"/Type /Page /Parent", b"/Type /Page " + field)
    blank, drawn = rendered(plain, "pdf"), rendered(filled, "pdf")
    assert len(opened(blank).convert("L").getcolors(256)) == 1
    assert len(opened(drawn).convert("L").getcolors(256)) > 1


@pytest.mark.parametrize(
    ("kind", "form"), [("png", "PNG"), ("jpg", "JPEG"), ("gif", "GIF"), ("tif", "TIFF"), ("bmp", "BMP")]
)
def test_a_picture_is_encoded_anew(kind, form):
    shown = rendered(samples.picture(form), kind)
    red, green, blue = opened(shown).convert("RGB").getpixel((100, 100))
    assert shown.outcome == Outcome.SHOWN
    assert max(red, abs(green - 128), abs(blue - 128)) < 10


def test_a_large_picture_is_made_small_and_keeps_its_shape():
    shown = rendered(samples.picture("PNG", size=(4000, 1000)), "png")
    assert (shown.picture.width, shown.picture.height) == (MAX_SIDE, MAX_SIDE // 4)


def test_a_photo_stands_upright_and_loses_its_notes():
    source = samples.upside_down_photo()
    assert source.count(b"SECRET") == 2
    shown = rendered(source, "jpg")
    assert (shown.picture.width, shown.picture.height) == (200, 400)
    assert b"SECRET" not in shown.picture.data
    assert not {b"EXIF", b"ICCP", b"XMP "} & {shown.picture.data[at : at + 4] for at in range(12, 64)}


@pytest.mark.parametrize(("kind", "form"), [("tif", "TIFF"), ("gif", "GIF")])
def test_the_pictures_of_one_file_are_its_pages(kind, form):
    source = samples.picture(form, more=2)
    first, last = rendered(source, kind), rendered(source, kind, page=3)
    assert (first.place, last.place) == ("Page 1 of 3", "Page 3 of 3")
    assert opened(first).convert("RGB").getpixel((9, 9)) != opened(last).convert("RGB").getpixel((9, 9))


def test_transparent_and_deep_pictures_are_seen():
    clear, deep = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "PNG")
    Image.new("I;16", (50, 50), 32_768).save(deep, "PNG")
    assert opened(rendered(clear.getvalue(), "png")).convert("L").getpixel((25, 25)) > 250
    assert 110 < opened(rendered(deep.getvalue(), "png")).convert("L").getpixel((25, 25)) < 145


def test_a_word_file_is_read_in_its_order_with_header_footer_and_tables():
    shown = rendered(samples.word(), "docx")
    said = [(block.kind, block.text) for block in shown.blocks]
    assert said[:3] == [
        ("text", "Header: Fabrikam Consulting"),
        ("heading", "Statement of Work"),
        ("text", "Paragraph 0 of the work."),
    ]
    assert said[-2:] == [("text", "Signed by both."), ("text", "Footer: Confidential")]
    table = next(block for block in shown.blocks if block.kind == "table")
    assert table.rows == (("Milestone", "Date"), ("Go-live", "March 1, 2026\ninner cell"))


def test_a_long_word_file_comes_in_parts_without_a_gap():
    source = samples.word(paragraphs=450)
    parts = [rendered(source, "docx", page=number) for number in (1, 2, 3)]
    assert [part.place for part in parts] == ["Part 1 of 3", "Part 2 of 3", "Part 3 of 3"]
    together = "\n".join(all_text(part) for part in parts)
    assert [f"Paragraph {n} of" in together for n in range(450)] == [True] * 450


def test_word_text_that_was_deleted_is_hidden_and_pictures_are_said_to_be_left_out():
    body = "<w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:t>Gone</w:t></w:r></w:del><w:r><w:drawing/></w:r></w:p>"
    shown = rendered(samples.word_of(body), "docx")
    assert all_text(shown) == "Kept"
    assert shown.notes == ("The document holds pictures, which are not shown here, such as a scanned signature.",)


def test_each_sheet_of_a_workbook_is_a_page_with_letters_and_numbers():
    source = samples.workbook(columns=28)
    shown = rendered(source, "xlsx", page=2)
    assert (shown.place, shown.title) == ("Sheet 2 of 2", "Dates")
    assert shown.blocks[0].rows[2][27] == "Dates 2/27"
    assert shown.blocks[0].letters[-2:] == ["AA", "AB"]
    assert shown.notes == ()


def test_a_large_sheet_is_cut_and_says_what_is_left_out():
    shown = rendered(samples.workbook(rows=1_250, columns=45, sheets=("Large",)), "xlsx")
    assert (len(shown.blocks[0].rows), len(shown.blocks[0].rows[0])) == (200, 30)
    assert shown.notes == (
        "The first 200 of 1,250 rows are shown. Download the file to see all.",
        "The first 30 of 45 columns are shown. Download the file to see all.",
    )


def test_an_empty_sheet_says_so():
    shown = rendered(samples.workbook(rows=0, sheets=("Nothing",)), "xlsx")
    assert (shown.notes, shown.blocks) == (("This sheet is empty.",), ())


@pytest.mark.parametrize(
    "text",
    [
        "Name;Amount\nCafé;12,50\n".encode(),
        "Name;Amount\nCafé;12,50\n".encode("cp1252"),
        b"Name\tAmount\nCaf\xc3\xa9\t12,50",
    ],
)
def test_a_csv_file_is_a_table_whatever_its_separator_and_encoding(text):
    assert rendered(text, "csv").blocks[0].rows == (("Name", "Amount"), ("Café", "12,50"))


def test_a_long_csv_file_is_cut_and_counted():
    shown = rendered(b"a,b\n" * 5_000, "csv")
    assert len(shown.blocks[0].rows) == 200
    assert shown.notes == ("The first 200 of 5,000 rows are shown. Download the file to see all.",)


def test_slides_come_in_the_order_of_the_presentation_with_their_notes():
    source = samples.slides("Kick-off", "Milestones", "Thanks")
    first, last = rendered(source, "pptx"), rendered(source, "pptx", page=3)
    assert (first.place, last.place) == ("Slide 1 of 3", "Slide 3 of 3")
    assert [(block.kind, block.text or block.rows) for block in first.blocks] == [
        ("heading", "Kick-off"),
        ("table", (("cell",),)),
        ("text", "Speaker notes: Say hello"),
    ]
    assert "Thanks" in all_text(last)


def test_rich_text_shows_what_is_read_and_nothing_of_its_machinery():
    assert [block.text for block in rendered(samples.RTF, "rtf").blocks] == ["Hello world", "Café € 😀 end", "{braces}"]


def test_a_message_shows_who_wrote_what_to_whom_and_names_its_attachments():
    shown = rendered(message(), "msg")
    assert shown.blocks[0].rows == (
        ("Subject", "Order confirmed"),
        ("From", "Joseph Jones joseph@contoso.example"),
        ("To", "Pat Partner"),
        ("Attachments", "Order.pdf"),
    )
    assert [block.text for block in shown.blocks[1:]] == ["Dear Pat,", "we order Intune."]


def test_an_old_workbook_is_shown_as_well():
    shown = rendered(old_workbook(), "xls")
    assert (shown.place, shown.title) == ("Sheet 1 of 1", "Prices")
    assert shown.blocks[0].rows == (("Intune", "12.5"),)


@pytest.mark.parametrize("kind", ["msg", "xls"])
def test_a_compound_file_that_is_none_is_damaged(kind):
    assert rendered(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000), kind).outcome == Outcome.DAMAGED


@pytest.mark.parametrize("kind", ["doc", "ppt", "xps"])
def test_kinds_that_cannot_be_shown_say_so(kind):
    shown = rendered(b"anything", kind)
    assert shown.sentence == "This kind cannot be previewed. Download it."


def test_every_kind_that_may_be_uploaded_is_either_shown_or_said_not_to_be():
    shown = PICTURES | {"pdf", "docx", "pptx", "xlsx", "xls", "csv", "rtf", "msg"}
    assert shown.isdisjoint(_NEVER_SHOWN)
    assert shown | _NEVER_SHOWN | {"jpeg", "tiff", "oxps"} == set(ACCEPTED_EXTENSIONS)
