"""On the sample data: charts against a count by hand, exports against the pages of the table."""

import csv
import html
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import User
from claims.charts import approvals_chart, status_chart
from claims.models import Claim, ClaimEvent
from claims.statistics import TimeRange, numbers_for
from partners.models import PartnerOrganization
from tests.demo.sample.by_hand import count
from tests.demo.sample.known import NOW

pytestmark = [pytest.mark.usefixtures("loaded", "db"), pytest.mark.long(3, together="sample data")]


@pytest.mark.parametrize("time_range", TimeRange, ids=lambda each: each.label)
def test_every_number_of_every_partners_charts_is_the_one_counted_by_hand(time_range: TimeRange) -> None:
    seen = 0
    for organization in PartnerOrganization.objects.all():
        numbers = numbers_for(organization, time_range=time_range, now=NOW)
        by_hand: dict[str, Any] = count(organization, time_range.code, NOW)
        for area, approvals in numbers.approvals.items():
            assert dict(zip(numbers.buckets, approvals, strict=True)) == {
                bucket: by_hand["approvals"][area.value][bucket] for bucket in numbers.buckets
            }
            assert sum(approvals) == by_hand["approvals"][area.value].total()
            assert numbers.statuses[area] == by_hand["statuses"][area.value]
        assert numbers.workloads == by_hand["workloads"]
        assert numbers.activities == by_hand["activities"]
        assert approvals_chart(numbers).total == sum(counter.total() for counter in by_hand["approvals"].values())
        assert status_chart(numbers).total == sum(counter.total() for counter in by_hand["statuses"].values())
        seen += approvals_chart(numbers).total
    assert seen, "the sample data have approvals in every range"


@pytest.fixture
def ola() -> Client:
    client = Client()
    client.force_login(User.objects.get(email="ola.demmo@fabrikam.example"))
    return client


def table_of(client: Client, **query: str) -> list[list[str]]:
    """Every row of the table, read from page after page as a browser gets them."""
    rows, address = [], reverse("associations")
    page = client.get(address, query).content.decode()
    while True:
        for row in re.findall(r"<tr>\s*<td data-label=\"Claim\">(.*?)</tr>", page, re.DOTALL):
            cells = [" ".join(html.unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in row.split("</td>")][:-1]
            rows.append(cells)
        following = re.search(r'href="([^"]+after=[^"]+)"[^>]*>Next', page)
        if not following:
            return rows
        page = client.get(html.unescape(following.group(1))).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "name"},
        {"status": "approved", "area": "business_applications", "sort": "-created"},
        {"q": "microsoft.com"},
    ],
    ids=["all", "by name", "approved BA", "search"],
)
def test_the_export_holds_just_the_rows_of_the_table_in_its_order(ola: Client, query: dict[str, str]) -> None:
    shown = table_of(ola, **query)
    assert shown
    answer = ola.get(reverse("claims-export-file"), {**query, "file": "claims"})
    text = answer.getvalue().decode("utf-8-sig")
    exported = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [
        [
            f"{row['Claim']}ID: {row['Claim ID']}",
            row["Solution area"],
            row["Customer domain name"],
            row["Products"],
            row["Status"],
        ]
        for row in exported
    ] == [[row[0], row[1], row[2], row[3], row[6]] for row in shown]
    assert int(answer.headers["X-Export-Rows"]) == len(shown)


def test_the_workbook_holds_every_claim_and_its_whole_history(ola: Client, fabrikam: PartnerOrganization) -> None:
    content = ola.get(reverse("claims-export-file"), {"file": "xlsx"}).getvalue()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    claims, history = (book.get_sheet_by_name(name).to_python() for name in ("Claims", "History"))
    own = Claim.objects.filter(organization=fabrikam).exclude(status="discarded")
    assert {int(row[0]) for row in claims[1:]} == set(own.values_list("pk", flat=True))
    assert len(history) - 1 == ClaimEvent.objects.filter(claim__in=own).count()
    reviewers = set(User.objects.filter(is_staff=True).values_list("full_name", flat=True))
    assert not reviewers & {row[3] for row in history}
