"""The claim guide: what it tells, how it is made, and that it is drawn once."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.papers import guide
from claims.papers.facts import clocks, statuses
from kit.pdf import draw
from kit.pdf.fetching import OwnPictures
from partners.models import ProgramCode
from tests.claims.papers import is_tagged, open_pdf, structure_of, text_of
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
CHAPTERS = [
    "What CPOR is", "Who may claim", "The way of a claim", "Before you start", "Claiming Business Applications",
    "Claiming Microsoft 365", "The claim page, and submitting", "Proof of execution", "Statuses and clocks",
    "Edit, withdraw, dispute, disassociate", "When another partner claims the same", "What your customer sees",
    "Revenue association and PartnerSource", "Help and support",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept():
    guide._kept.cache_clear()
    yield
    guide._kept.cache_clear()


@pytest.fixture(scope="module")
def drawn(django_db_setup, django_db_blocker):
    """The guide, drawn once for all tests that only read it."""
    with django_db_blocker.unblock():
        return draw(guide.guide_html())


@pytest.fixture
def drawings(monkeypatch):
    """Count drawings instead of waiting for them."""
    texts = []

    def instead(html):
        texts.append(html)
        return f"%PDF {len(texts)}".encode()

    monkeypatch.setattr(guide, "draw", instead)
    return texts


class TestWhatItTells:
    def test_it_names_every_status_and_every_clock_as_the_settings_have_them(self, drawn):
        text = text_of(open_pdf(drawn))
        for fact in statuses():
            assert fact.label in text
            assert fact.meaning in text
        for clock in clocks():
            assert f"{clock.length}" in text
            assert clock.then in text
        assert [fact.status for fact in statuses()] == list(ClaimStatus)

    def test_a_changed_setting_changes_the_text(self, settings):
        before = guide.guide_html()
        for unlikely in ("41 days", "43 days", "47 days", "19 business days", "53 hours", "61 and 59 days"):
            assert unlikely not in before
        settings.ACTION_REQUIRED_DAYS, settings.OPT_OUT_DAYS, settings.DISPUTE_DAYS = 41, 43, 47
        settings.REVIEW_BUSINESS_DAYS, settings.SUBSCRIPTION_WAIT_HOURS = 19, 53
        settings.ACTION_REMINDER_DAYS = [61, 59]
        after = guide.guide_html()
        for expected in ("41 days", "43 days", "47 days", "19 business days", "53 hours", "61 and 59 days"):
            assert expected in after
        for former in ("30 days", "seven days", "five business days", "48 hours"):
            assert former not in after.replace("No response within 30 days", "")

    def test_it_tells_the_reviewers_reasons_as_staff_word_them(self):
        ReasonCode.objects.filter(code="dates_missing").update(text="Say <when> & where.")
        ReasonCode.objects.create(code="new_one", title="Written in crayon", text="Please use ink.")
        ReasonCode.objects.filter(code="poe_unreadable").update(is_active=False)
        html = guide.guide_html()
        assert "Say &lt;when&gt; &amp; where." in html
        assert "Written in crayon" in html
        assert "Proof of execution cannot be read" not in html

    def test_it_covers_what_partners_ask(self, drawn):
        text = text_of(open_pdf(drawn))
        for program in ProgramCode:
            assert program.label in text
        for said in (
            "Power BI is not claimed here", "DPOR", "Incentive Admin", "Incentive User", "This shows it",
            "not of a payment", "Doing nothing means consent", "PartnerSource", "AX/D365 Rev Rec", "CRM/D365 Rev Rec",
            "Contact Support", "Partner Incentives", "Refresh the proof", "Withdraw the submission",
        ):  # fmt: skip
            assert said in text, said

    def test_it_is_reached_with_one_query_for_the_reasons(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            guide.guide_html()


class TestItsForm:
    def test_chapters_stand_in_the_bookmarks_and_in_the_contents_with_their_pages(self, drawn):
        reader = open_pdf(drawn)
        top = [entry for entry in reader.outline if not isinstance(entry, list)]
        assert [entry.title for entry in top] == CHAPTERS
        contents = " ".join(reader.pages[1].extract_text().split())
        for number, entry in enumerate(top, start=1):
            page = reader.get_destination_page_number(entry) + 1
            title = CHAPTERS[number - 1]
            assert title in reader.pages[page - 1].extract_text().replace("\n", " ")
            assert f"{number}. {title} {page}" in contents

    def test_every_page_after_the_cover_says_where_it_is(self, drawn):
        reader = open_pdf(drawn)
        last = len(reader.pages)
        assert last > 10
        for number, page in enumerate(reader.pages, start=1):
            assert (f"Page {number} of {last}" in page.extract_text()) is (number > 1)
        assert "CPOR claim guide" in reader.pages[5].extract_text()
        assert "Edition FY20" in reader.pages[5].extract_text()

    def test_it_is_tagged_titled_and_in_english(self, drawn):
        reader = open_pdf(drawn)
        assert is_tagged(reader)
        assert reader.trailer["/Root"]["/Lang"] == "en-US"
        assert reader.metadata.title == "CPOR claim guide"

    def test_every_picture_has_words_instead(self, drawn, settings):
        reader = open_pdf(drawn)
        figures = [element for element in structure_of(reader) if element.get("/S") == "/Figure"]
        spoken = [str(figure["/Alt"]) for figure in figures if "/Alt" in figure]
        pictures = list((settings.BASE_DIR / "static" / "guide").iterdir())
        assert len(spoken) == len(pictures)
        assert min(map(len, spoken)) > 40
        assert len(set(spoken)) == len(spoken)

    def test_the_pictures_are_small_and_all_used(self, settings):
        folder = settings.BASE_DIR / "static" / "guide"
        html = guide.guide_html()
        assert sum(picture.stat().st_size for picture in folder.iterdir()) < 1_000_000
        for picture in folder.iterdir():
            assert f'"picture:guide/{picture.name}"' in html, picture.name
            if picture.suffix == ".png":
                with Image.open(picture) as image:
                    assert image.width > 800


class TestKeeping:
    def test_a_version_is_drawn_once_for_all_processes(self, drawings):
        first = guide.claim_guide()
        assert guide.claim_guide() == first
        guide._kept.cache_clear()  # another process, the same cache
        assert guide.claim_guide() == first
        assert len(drawings) == 1

    def test_a_changed_setting_makes_a_new_version_by_itself(self, drawings, settings):
        first = guide.claim_guide()
        settings.OPT_OUT_DAYS = 43
        assert guide.claim_guide() != first
        assert len(drawings) == 2

    def test_without_the_cache_each_process_draws_its_own(self, drawings, monkeypatch):
        monkeypatch.setattr(cache, "get", lambda *args, **kwargs: None)
        monkeypatch.setattr(cache, "set", lambda *args, **kwargs: None)
        first = guide.claim_guide()
        assert guide.claim_guide() == first
        assert len(drawings) == 1

    def test_it_is_downloaded_by_everybody_with_an_account_and_nobody_else(self, client, drawings):
        address = reverse("claim-guide")
        assert client.get(address).status_code == 302
        client.force_login(MembershipFactory(role="member").user)
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="CPOR claim guide.pdf"'
        assert client.post(address).status_code == 405


class TestFetching:
    def test_our_own_pictures_are_handed_out(self):
        answer = OwnPictures().fetch("picture:guide/way.svg")
        assert answer.content_type == "image/svg+xml"
        assert answer.read().startswith(b"<svg")

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1/x.png", "https://evil.example/x.png", "ftp://evil.example/x.png", "file:///etc/passwd",
            "file:///srv/static/guide/way.svg", "data:image/png;base64,AAAA", "picture:guide/none.png", "picture:",
            "picture:../manage.py", "picture:/etc/passwd", "picture:guide/../../claims/models/x.png", "guide/way.svg",
            "picture:css/tokens.css", "picture:guide",
        ],
    )  # fmt: skip
    def test_everything_else_is_refused(self, address):
        with pytest.raises(ValueError, match="not fetched"):
            OwnPictures().fetch(address)

    @pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
    @pytest.mark.parametrize("markup", ['<img src="{}" alt="x">', "<style>body {{ background: url({}) }}</style>"])
    def test_a_paper_that_asks_for_more_is_not_drawn(self, address, markup):
        with pytest.raises(FatalURLFetchingError):
            draw(f'<html lang="en"><title>x</title>{markup.format(address)}<p>x</p></html>')
