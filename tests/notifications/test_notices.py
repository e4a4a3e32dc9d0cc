"""Notices in the portal: writing, counting, the page."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from notifications.context import unread
from notifications.models import Notice
from notifications.notices import MOST_COUNTED, PAGE, mark_all_read, mark_read, notify, page_of_notices
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ola():
    return UserFactory()


@pytest.fixture
def signed_in(client, ola):
    client.force_login(ola)
    return client


def tell(*users, count=1, **changes):
    values = {
        "kind": "claim.approve",
        "title": "Claim approved",
        "body": "Microsoft approved your claim.",
        "url": "/notifications/",
        "reference": "1000001",
        "now": NOW,
        **changes,
    }
    return [notice for _ in range(count) for notice in notify(users=users, **values)]


class TestWriting:
    def test_each_person_is_told_once(self, ola):
        other = UserFactory()
        tell(ola, other, ola)
        assert sorted(Notice.objects.values_list("user", flat=True)) == sorted([ola.pk, other.pk])

    @pytest.mark.parametrize(
        "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
    )
    def test_a_notice_never_leads_out_of_the_portal(self, ola, url):
        with pytest.raises(ValidationError):
            tell(ola, url=url)
        assert not Notice.objects.exists()

    def test_the_first_reading_counts(self, ola):
        (notice,) = tell(ola)
        mark_read(notice, now=NOW)
        mark_read(notice, now=NOW + timedelta(days=1))
        notice.refresh_from_db()
        assert notice.read_at == NOW

    def test_marking_all_spares_what_came_later_and_what_is_others(self, ola):
        first, later = tell(ola, count=2)
        (others,) = tell(UserFactory())
        assert mark_all_read(ola, upto=first.pk, now=NOW) == 1
        assert set(Notice.objects.filter(read_at=None)) == {later, others}

    def test_pages_follow_each_other_without_gap_or_repeat(self, ola):
        written = tell(ola, count=PAGE + 2)
        first, older = page_of_notices(ola)
        second, end = page_of_notices(ola, before=older)
        assert [*first, *second] == list(reversed(written))
        assert end is None


class TestCount:
    def request(self, user):
        request = RequestFactory().get("/")
        request.user = user
        return request

    def test_the_frame_counts_unread_notices_of_this_person(self, ola):
        tell(ola, count=3)
        tell(UserFactory())
        mark_read(ola.notices.first(), now=NOW)
        assert unread(self.request(ola))["unread_notices"] == 2

    def test_a_page_that_does_not_show_the_number_asks_nothing_and_others_ask_once(self, ola):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            number = unread(self.request(ola))["unread_notices"]
            assert len(queries) == 0
            assert [str(number), bool(number)] == ["0", False]
            assert len(queries) == 1

    def test_counting_stops_at_100(self, ola):
        tell(ola, count=MOST_COUNTED + 5)
        assert unread(self.request(ola))["unread_notices"] == 100

    def test_strangers_have_none(self, rf):
        assert unread(rf.get("/"))["unread_notices"] == 0


class TestPage:
    def test_newest_first_unread_marked_and_reading_the_list_marks_nothing(self, signed_in, ola):
        tell(ola, title="Older")
        tell(ola, title="Newer <b>claim</b>")
        page = signed_in.get("/notifications/").content.decode()
        assert page.index("Newer &lt;b&gt;claim") < page.index("Older")
        assert page.count("Unread: ") == 2
        assert Notice.objects.filter(read_at=None).count() == 2

    @pytest.mark.parametrize("path", ["/notifications/", "/notifications/?show=unread"])
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_five_queries_for_one_notice_and_for_three(
        self, signed_in, ola, count, path, django_assert_num_queries
    ):
        tell(ola, count=count)
        with django_assert_num_queries(5):  # session, person, notices, unread count, membership
            signed_in.get(path)

    def test_nobody_sees_the_notices_of_others(self, signed_in):
        tell(UserFactory(), title="Secret of another partner")
        page = signed_in.get("/notifications/").content.decode()
        assert "Secret of another partner" not in page
        assert "No notifications yet" in page

    def test_older_pages_are_reached_by_link(self, signed_in, ola):
        oldest = tell(ola, title="The very first")
        tell(ola, count=PAGE)
        first = signed_in.get("/notifications/").content.decode()
        assert "The very first" not in first
        assert f"?before={oldest[0].pk + 1}" in first
        assert "The very first" in signed_in.get("/notifications/", {"before": oldest[0].pk + 1}).content.decode()

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "", "١"])
    def test_a_nonsense_page_shows_the_newest(self, signed_in, ola, before):
        tell(ola, title="Newest")
        assert "Newest" in signed_in.get("/notifications/", {"before": before}).content.decode()

    def test_opening_marks_read_and_leads_there(self, signed_in, ola):
        (notice,) = tell(ola, url="/incentives/customer-associations/1000001/")
        answer = signed_in.post(f"/notifications/{notice.pk}/open/")
        assert (answer.status_code, answer["Location"]) == (302, "/incentives/customer-associations/1000001/")
        notice.refresh_from_db()
        assert notice.read_at

    def test_opening_by_get_changes_nothing(self, signed_in, ola):
        (notice,) = tell(ola)
        assert signed_in.get(f"/notifications/{notice.pk}/open/").status_code == 405
        assert signed_in.get("/notifications/read/").status_code == 405
        assert Notice.objects.filter(read_at=None).count() == 1

    def test_the_notice_of_another_is_not_found(self, signed_in):
        (notice,) = tell(UserFactory())
        assert signed_in.post(f"/notifications/{notice.pk}/open/").status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_mark_all_marks_what_was_shown(self, signed_in, ola):
        shown = tell(ola, count=2)[-1]
        tell(ola, title="Came meanwhile")
        signed_in.post("/notifications/read/", {"upto": shown.pk})
        assert Notice.objects.get(read_at=None).title == "Came meanwhile"

    @pytest.mark.parametrize(
        ("method", "path"), [("get", ""), ("post", "read/"), ("post", "1/open/"), ("post", "1/mark/"), ("get", "bell/")]
    )
    def test_strangers_are_sent_to_sign_in(self, client, method, path):
        answer = getattr(client, method)(f"/notifications/{path}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
