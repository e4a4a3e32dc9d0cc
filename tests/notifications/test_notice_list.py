"""The list of notices as a person works with it: filter, mark, page, count."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notice
from notifications.notices import PAGE, group_by_day, mark_read
from tests.factories import NOW, UserFactory
from tests.notifications.test_notices import tell

pytestmark = pytest.mark.django_db
LIST = "/notifications/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ola():
    return UserFactory()


@pytest.fixture
def signed_in(client, ola):
    client.force_login(ola)
    return client


def shown(page):
    return [int(pk) for pk in re.findall(r'id="notice-(\d+)"', page)]


class TestFilter:
    def test_unread_shows_only_what_was_not_read_and_only_the_persons_own(self, signed_in, ola):
        first, second = tell(ola, count=2)
        tell(UserFactory(), title="Secret of another partner")
        mark_read(second, now=NOW)
        page = signed_in.get(LIST, {"show": "unread"}).content.decode()
        assert shown(page) == [first.pk]
        assert "Secret of another partner" not in page
        assert shown(signed_in.get(LIST).content.decode()) == [second.pk, first.pk]

    def test_nothing_unread_is_said_differently_from_nothing_yet(self, signed_in, ola):
        assert "No notifications yet" in signed_in.get(LIST).content.decode()
        (notice,) = tell(ola)
        mark_read(notice, now=NOW)
        page = signed_in.get(LIST, {"show": "unread"}).content.decode()
        assert "You are up to date" in page
        assert "No notifications yet" not in page

    @pytest.mark.parametrize("show", ["", "all", "UNREAD", "<b>", "x" * 3000, "\x00"])
    def test_any_other_filter_shows_everything(self, signed_in, ola, show):
        (notice,) = tell(ola)
        mark_read(notice, now=NOW)
        page = signed_in.get(LIST, {"show": show}).content.decode()
        assert shown(page) == [notice.pk]
        assert "<b>" not in page.replace("<body", "")

    def test_htmx_gets_the_list_with_focus_words_and_the_bell(self, signed_in, ola):
        tell(ola, count=2)
        answer = signed_in.get(LIST, {"show": "unread"}, headers=HTMX)
        part = answer.content.decode()
        assert part.lstrip().startswith('<section class="stack" id="notices"')
        assert "2 unread notifications shown." in part
        assert 'aria-current="true" data-focus>Unread' in part
        assert part.count('hx-swap-oob="true"') == 1
        assert "HX-Request" in answer["Vary"]

    def test_the_page_behind_back_is_whole(self, signed_in, ola):
        tell(ola)
        headers = {**HTMX, "HX-History-Restore-Request": "true"}
        page = signed_in.get(LIST, headers=headers).content.decode()
        assert "<html" in page
        assert "hx-swap-oob" not in page


class TestMark:
    def mark(self, client, notice, go, headers=None, **more):
        return client.post(f"{LIST}{notice.pk}/mark/", {"go": go, **more}, headers=headers or {})

    def test_read_and_unread_again_without_leaving_the_list(self, signed_in, ola):
        (notice,) = tell(ola)
        answer = self.mark(signed_in, notice, "read")
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}#notice-{notice.pk}")
        notice.refresh_from_db()
        assert notice.read_at
        answer = self.mark(signed_in, notice, "unread", show="unread", before="77")
        assert answer["Location"] == f"{LIST}?show=unread&before=77#notice-{notice.pk}"
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_htmx_gets_the_row_and_the_bell_with_the_new_count(self, signed_in, ola):
        notice, _ = tell(ola, count=2)
        part = self.mark(signed_in, notice, "read", headers=HTMX).content.decode()
        assert shown(part) == [notice.pk]
        assert "<html" not in part
        assert 'data-announce="Marked as read."' in part
        assert "Notifications, 1 unread" in part
        assert re.search(r"<button[^>]* data-focus>Mark as unread", part)
        assert "notice--unread" not in part
        back = self.mark(signed_in, notice, "unread", headers=HTMX).content.decode()
        assert "Notifications, 2 unread" in back
        assert "notice--unread" in back

    def test_a_row_marked_read_in_the_unread_list_stays_in_sight(self, signed_in, ola):
        (notice,) = tell(ola)
        part = self.mark(signed_in, notice, "read", headers=HTMX, show="unread").content.decode()
        assert shown(part) == [notice.pk]
        assert 'name="show" value="unread"' in part
        assert "Notifications, none unread" in part

    @pytest.mark.parametrize("go", ["", "delete", "read " * 999, "<script>"])
    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
    def test_anything_else_is_refused_and_changes_nothing(self, signed_in, ola, go, headers):
        (notice,) = tell(ola)
        assert self.mark(signed_in, notice, go, headers=headers).status_code == 400
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_the_notice_of_another_is_not_found(self, signed_in):
        (notice,) = tell(UserFactory())
        assert self.mark(signed_in, notice, "read").status_code == 404
        assert self.mark(signed_in, notice, "read", headers=HTMX).status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_an_id_beyond_all_ids_is_not_found(self, signed_in):
        assert signed_in.post(f"{LIST}{2**63}/mark/", {"go": "read"}).status_code == 404

    def test_looking_changes_nothing(self, signed_in, ola):
        (notice,) = tell(ola)
        assert signed_in.get(f"{LIST}{notice.pk}/mark/").status_code == 405

    def test_all_read_by_htmx_brings_the_list_back_and_says_how_many(self, signed_in, ola):
        newest = tell(ola, count=3)[-1]
        part = signed_in.post(f"{LIST}read/", {"upto": newest.pk}, headers=HTMX).content.decode()
        assert "3 notifications marked as read." in part
        assert "Notifications, none unread" in part
        assert "Mark all as read" not in part

    def test_all_read_in_the_unread_list_returns_there(self, signed_in, ola):
        newest = tell(ola)[-1]
        answer = signed_in.post(f"{LIST}read/", {"upto": newest.pk, "show": "unread"}, follow=True)
        assert answer.redirect_chain == [(f"{LIST}?show=unread", 302)]
        assert "1 notification marked as read." in answer.content.decode()


class TestPaging:
    def test_htmx_appends_the_older_ones_and_the_next_link(self, signed_in, ola):
        written = tell(ola, count=2 * PAGE + 1)
        first = signed_in.get(LIST).content.decode()
        link = re.search(r'hx-get="([^"]+before=\d+)" hx-target="#notices-older"', first)[1].replace("&amp;", "&")
        part = signed_in.get(link, headers=HTMX).content.decode()
        assert shown(first) + shown(part) == [notice.pk for notice in reversed(written)][: 2 * PAGE]
        assert "<html" not in part
        assert "Show older" in part
        assert f"{PAGE} older notifications shown." in part
        assert part.count("data-focus") == 1
        assert "hx-swap-oob" not in part

    def test_the_same_link_opens_a_whole_page_without_scripts(self, signed_in, ola):
        written = tell(ola, count=PAGE + 1)
        page = signed_in.get(LIST, {"before": written[1].pk}).content.decode()
        assert shown(page) == [written[0].pk]
        assert "<html" in page
        assert "Newest" in page
        assert "Show older" not in page

    def test_the_filter_goes_along(self, signed_in, ola):
        tell(ola, count=PAGE + 1)
        page = signed_in.get(LIST, {"show": "unread"}).content.decode()
        assert re.search(r'href="/notifications/\?show=unread&amp;before=\d+"', page)

    def test_beyond_the_oldest_the_way_back_is_shown(self, signed_in, ola):
        (only,) = tell(ola)
        page = signed_in.get(LIST, {"before": only.pk}).content.decode()
        assert "No older notifications" in page
        assert 'href="/notifications/"' in page


class TestDays:
    def test_notices_are_grouped_by_day_newest_first(self, ola):
        moments = [NOW, NOW - timedelta(hours=9, minutes=59), NOW - timedelta(days=1), NOW - timedelta(days=40)]
        notices = [Notice(user=ola, created_at=at) for at in moments]
        days = group_by_day(notices, now=NOW)
        assert [(day.label, len(day.notices)) for day in days] == [
            ("Today", 2), ("Yesterday", 1), ("October 15, 2026", 1),
        ]  # fmt: skip

    def test_the_page_prints_the_days(self, signed_in, ola):
        now = timezone.now()
        tell(ola, now=now - timedelta(days=1))
        tell(ola, now=now)
        page = signed_in.get(LIST).content.decode()
        assert page.index(">Today</h2>") < page.index(">Yesterday</h2>")


class TestKinds:
    def test_each_kind_brings_its_tag_and_tone_and_an_unknown_one_does_no_harm(self, signed_in, ola):
        tell(ola, kind="claim.request_action")
        tell(ola, kind="from.an.older.version")
        page = signed_in.get(LIST).content.decode()
        assert "notice__icon--warning" in page
        assert '<span class="tag">Action needed</span>' in page
        assert "notice__icon--info" in page


class TestBell:
    @pytest.mark.parametrize(
        ("count", "words"), [(0, "none unread"), (1, "1 unread"), (99, "99 unread"), (100, "more than 99 unread")]
    )
    def test_the_bell_tells_the_count_in_words(self, signed_in, ola, count, words):
        tell(ola, count=count)
        answer = signed_in.get(f"{LIST}bell/").content.decode()
        assert f"Notifications, {words}" in answer
        assert ("99+" in answer) == (count > 99)
        assert "hx-swap-oob" not in answer

    def test_the_bell_costs_four_queries(self, signed_in, ola, django_assert_num_queries):
        tell(ola, count=3)
        with django_assert_num_queries(4):  # session, person, membership, unread count
            signed_in.get(f"{LIST}bell/")
