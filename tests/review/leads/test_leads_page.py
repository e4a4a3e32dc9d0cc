"""The leads' page and its file: who may read them, what they say, what they cost."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from claims.enums import ClaimAction
from claims.models import Claim
from claims.statistics import TimeRange
from tests.factories import (
    AuditorFactory,
    CatalogueManagerFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    StaffFactory,
    claim_under_review,
)
from tests.review.leads.happened import event, reviewed

pytestmark = pytest.mark.django_db
PAGE = "/admin/leads/"
FILE = "/admin/leads/export/"
HTMX = {"HX-Request": "true"}


def rows_of(answer):
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


@pytest.fixture
def lead(client):
    person = LeadFactory(full_name="Lena Lead")
    client.force_login(person)
    return person


def some_past(number=1):
    now = timezone.now()
    for _ in range(number):
        claim = reviewed(
            now - timedelta(days=2), now - timedelta(hours=1), ClaimAction.REJECT, reasons=["no_signature"],
            by=ReviewerFactory(),
        )  # fmt: skip
        Claim.objects.filter(pk=claim.pk).update(submitted_at=now - timedelta(days=20))
        event(claim, ClaimAction.DISPUTE, now)
        Claim.objects.filter(pk=claim_under_review().pk).update(
            reviewer=ReviewerFactory(), queue_due_on=now.date() - timedelta(days=10)
        )


class TestWhoMayRead:
    @pytest.mark.parametrize("address", [PAGE, FILE])
    def test_leads_and_auditors_only(self, client, address):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
        for factory, status in (
            (LeadFactory, 200), (AuditorFactory, 200), (ReviewerFactory, 403), (CatalogueManagerFactory, 403),
            (StaffFactory, 403),
        ):  # fmt: skip
            client.force_login(factory())
            answer = client.get(address)
            assert answer.status_code == status, factory
            if status == 403:
                assert (
                    "Only leads and auditors see the figures of the review and how the portal runs."
                    in answer.content.decode()
                )
        client.force_login(MembershipFactory().user)
        assert client.get(address, follow=True).status_code == 403

    @pytest.mark.parametrize("factory", [LeadFactory, AuditorFactory])
    def test_leads_and_auditors_see_the_figures_and_who_has_how_much_to_do(self, client, factory):
        ReviewerFactory(full_name="Nina Named")
        client.force_login(factory())
        content = client.get(PAGE).content.decode()
        for words in ("Time to begin", "Time to answer", "Workload", "Nina Named"):
            assert words in content, words
        assert "Nina Named" in str(rows_of(client.get(FILE)))

    @pytest.mark.parametrize("factory", [LeadFactory, AuditorFactory])
    def test_nothing_can_be_sent_there(self, client, factory):
        client.force_login(factory())
        assert client.post(PAGE).status_code == client.post(FILE).status_code == 405

    def test_the_navigation_shows_it_to_those_who_may(self, client):
        for factory, shown in ((LeadFactory, True), (AuditorFactory, True), (ReviewerFactory, False)):
            client.force_login(factory())
            assert (f'<a href="{PAGE}">Leads</a>' in client.get("/admin/second-looks/").content.decode()) is shown


class TestPage:
    def test_an_empty_desk_says_so_in_every_part(self, client, lead):
        content = client.get(PAGE).content.decode()
        for words in (
            "Nothing was decided in this time.", "No review was begun in this time.", "Nothing was answered in this time.", "No claim waits.",
            "No reason was given in this time.", "Too few to say: 0 looked at", "Lena Lead",
        ):  # fmt: skip
            assert words in content, words

    def test_figures_stand_in_the_page(self, client, lead):
        some_past()
        content = client.get(PAGE).content.decode()
        for words in ("1 of 1 within 5 business days", "Outcome changed", "1 without reviewer", "no_signature"):
            assert (words in content) is (words != "1 without reviewer"), words
        assert content.count('role="img"') == 3
        assert content.count("Show the numbers") == 4

    @pytest.mark.parametrize("given", ["", "5y", "30d ", "\x00", "<script>alert(1)</script>", "9" * 3000])
    def test_an_odd_range_is_the_first(self, client, lead, given):
        answer = client.get(PAGE, {"range": given})
        content = answer.content.decode()
        assert '<a href="?range=30d" hx-get="?range=30d" hx-target="#figures" hx-swap="outerHTML" hx-push-url="true" aria-current="page">' in content  # fmt: skip
        assert "<script>alert" not in content

    @pytest.mark.parametrize("each", list(TimeRange), ids=lambda each: each.code)
    def test_each_range_marks_itself_and_keeps_its_file(self, client, lead, each):
        some_past()
        content = client.get(PAGE, {"range": each.code}).content.decode()
        assert content.count('aria-current="page">' + each.label) == 1
        assert f"{FILE}?range={each.code}" in content

    def test_page_and_part_are_one(self, client, lead):
        some_past()
        whole = client.get(PAGE, {"range": "3m"})
        part = client.get(PAGE, {"range": "3m"}, headers=HTMX)
        assert part.content.decode().lstrip().startswith('<div id="figures">')
        assert part.content.decode().strip() in whole.content.decode()
        assert "HX-Request" in part["Vary"]

    def test_hostile_names_are_text(self, client, lead):
        ReviewerFactory(full_name="<script>alert(1)</script>")
        assert "<script>alert(1)" not in client.get(PAGE).content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_it_costs_nineteen_queries(self, client, lead, django_assert_num_queries, number):
        some_past(number)
        with django_assert_num_queries(19):  # session, person, two for permissions, membership, fourteen for figures
            client.get(PAGE, {"range": "12m"})


class TestFile:
    def test_every_number_has_a_row(self, client, lead):
        some_past()
        answer = client.get(FILE, {"range": "3m"})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert f"-{'3m'}.csv" in answer["Content-Disposition"]
        rows = rows_of(answer)
        assert rows[0] == ["Section", "Figure", "Of", "Value", "Unit"]
        found = {tuple(row[:3]): row[3] for row in rows[1:]}
        assert len(found) == len(rows) - 1
        assert found["Queue now", "Overdue", "All"] == "1"
        assert found["Beginnings", "Begun", ""] == "2"
        assert found["Beginnings", "Share in time", ""] == "50.0"
        assert found["Answers", "Given", ""] == "1"
        assert found["Answers", "Share in time", ""] == "100.0"
        assert found["Disputes", "Filed", ""] == "1"
        assert found["Second looks", "Agreement", "All"] == "too few (under 5)"
        assert sum(int(value) for key, value in found.items() if key[0] == "Decisions per week") == 1
        assert found["Reasons", "Rejected", "no_signature (no_signature)"] == "1"
        assert found["Workload", "Open claims", "Lena Lead"] == "0"
        assert found["Workload", "Open cases", "Lena Lead"] == "0"
        assert found["Workload", "Second looks that wait", "Nobody yet"] == "0"

    def test_namesakes_have_rows_of_their_own(self, client, lead):
        for email in ("a@x.example", "b@x.example"):
            ReviewerFactory(full_name="Ada", email=email)
        rows = rows_of(client.get(FILE))
        assert len({tuple(row[:3]) for row in rows}) == len(rows)
        assert {"Ada (a@x.example)", "Ada (b@x.example)"} <= {row[2] for row in rows}

    def test_a_name_is_no_formula(self, client, lead):
        ReviewerFactory(full_name="=cmd|' /C calc'!A0")
        names = {row[2] for row in rows_of(client.get(FILE))}
        assert "'=cmd|' /C calc'!A0" in names
        assert "=cmd|' /C calc'!A0" not in names
