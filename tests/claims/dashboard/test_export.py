"""Exports: read again and compared with the claims; nothing in them is a formula; memory does not grow."""

import csv
import io
import tracemalloc
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.export import CLAIM_HEADS, HISTORY_HEADS, claims_csv, claims_xlsx
from claims.history import record_event
from claims.listing import claims_of
from claims.models import Claim
from kit.spreadsheets import formula_safe
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    ProductFactory,
    ReviewerFactory,
    SubscriptionFactory,
    WorkloadFactory,
)

pytestmark = pytest.mark.django_db
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", 'a "quoted", line\nand another; Ünïcödé 🎉']


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


def get(client, **query):
    response = client.get(reverse("claims-export-file"), query)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment;")
    return b"".join(response.streaming_content)


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read names right"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Claims", "History"]
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def some_claims(membership):
    product = ProductFactory()
    claims = [
        ClaimFactory(
            organization=membership.organization,
            created_by=membership.user,
            name=name,
            last_activity_at=NOW - timedelta(hours=n),
        )
        for n, name in enumerate(HOSTILE)
    ]
    subscription = SubscriptionFactory(product=product)
    claims.append(
        ClaimFactory(
            organization=membership.organization, solution_area="business_applications", activities=["pre_sales", "usage"],
            products=[product, ProductFactory()], subscriptions=[subscription], status=ClaimStatus.ACTION_REQUIRED, action_due_at=NOW,
            review_due_on=NOW.date(), last_activity_at=NOW - timedelta(days=3),
        )
    )  # fmt: skip
    DocumentFactory.create_batch(2, claim=claims[-1])
    DocumentFactory(claim=claims[-1], removed_at=NOW)
    return claims, subscription


def test_the_csv_holds_every_claim_of_the_list_in_its_order(client, membership):
    claims, subscription = some_claims(membership)
    ClaimFactory(name="Secret of a rival")
    ClaimFactory(organization=membership.organization, status=ClaimStatus.DISCARDED)
    head, *rows = read_csv(get(client, file="claims"))
    assert head == list(CLAIM_HEADS)
    assert [int(row[0]) for row in rows] == [claim.pk for claim in claims]
    last = dict(zip(head, rows[-1], strict=True))
    claim = claims[-1]
    assert last["Claim"] == claim.name
    assert last["Status"] == "Partner action required"
    assert last["Activity"] == "Pre-sales / Usage"
    assert last["Programs"] == "OSA Sell; OSU - Business Applications"
    assert last["Location"] == claim.location.label
    assert last["MPN ID"] == str(claim.location.mpn_id)
    assert last["Customer tenant ID"] == str(claim.tenant.tenant_id).upper()
    assert last["Products"] == "2"
    assert last["Proof of execution documents"] == "2"
    assert last["Subscriptions"] == subscription.shown_id
    assert last["Action due (UTC)"] == "2026-11-24 10:00:00"
    assert last["Review due"] == "2026-11-24"
    assert last["Decided (UTC)"] == ""


def test_no_cell_of_the_csv_is_a_formula_and_all_else_is_as_typed(client, membership):
    some_claims(membership)
    rows = read_csv(get(client, file="claims"))
    names = [row[1] for row in rows[1 : len(HOSTILE) + 1]]
    assert names == [f"'{name}" for name in HOSTILE[:-1]] + HOSTILE[-1:]
    for row in rows:
        assert not [cell for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (0, 0), (-5, -5), ("-5", "'-5"), ("plain", "plain"), ("", ""), ("\n=1", "'\n=1")]
)
def test_numbers_stay_numbers_and_texts_that_act_get_an_apostrophe(value, cell):
    assert formula_safe(value) == cell


def test_the_workbook_says_the_same_as_the_csv_and_its_dates_are_dates(client, membership):
    claims, _ = some_claims(membership)
    sheet, history = read_xlsx(get(client, file="xlsx"))
    table = read_csv(get(client, file="claims"))
    assert sheet[0] == table[0]
    assert [int(row[0]) for row in sheet[1:]] == [int(row[0]) for row in table[1:]]
    assert [row[1] for row in sheet[1:]] == [claim.name for claim in claims]
    due = dict(zip(sheet[0], sheet[-1], strict=True))["Action due (UTC)"]
    assert due.isoformat() == "2026-11-24T10:00:00"
    assert history[0] == list(HISTORY_HEADS)
    assert get(client, file="nonsense")[:2] == b"PK"


def test_the_history_names_no_reviewer_and_tells_each_action_once(client, membership):
    claim = ClaimFactory(organization=membership.organization)
    reviewer = ReviewerFactory(full_name="Hidden Reviewer")
    record_event(claim, ClaimAction.COMMENT, actor=Actor.partner(membership.user, membership.organization), now=NOW)
    record_event(
        claim, ClaimAction.REQUEST_ACTION, actor=Actor.reviewer(reviewer), now=NOW, from_status="under_review",
        to_status="partner_action_required", data={"message": "=Please add a signature."},
    )  # fmt: skip
    foreign = ClaimFactory()
    record_event(foreign, ClaimAction.COMMENT, actor=Actor.system(), now=NOW)
    content = get(client, file="history")
    head, *rows = read_csv(content)
    assert head == list(HISTORY_HEADS)
    assert [row[3] for row in rows] == [membership.user.get_full_name(), "Microsoft"]
    assert rows[1][4:] == [
        "asked for more information.",
        "Under review",
        "Partner action required",
        "'=Please add a signature.",
    ]
    assert b"Hidden" not in content
    assert read_xlsx(get(client, file="xlsx"))[1][2][3:] == [
        "Microsoft", "asked for more information.", "Under review", "Partner action required", "=Please add a signature.",
    ]  # fmt: skip


def test_filters_and_order_of_the_list_hold_for_the_files(client, membership):
    first = ClaimFactory(organization=membership.organization, name="Beta", status=ClaimStatus.APPROVED, decided_at=NOW)
    second = ClaimFactory(
        organization=membership.organization, name="alpha", status=ClaimStatus.APPROVED, decided_at=NOW
    )
    ClaimFactory(organization=membership.organization)
    rows = read_csv(get(client, file="claims", status="approved", sort="name"))
    assert [int(row[0]) for row in rows[1:]] == [second.pk, first.pk]
    rows = read_csv(get(client, file="claims", status="approved", sort="-name"))
    assert [int(row[0]) for row in rows[1:]] == [first.pk, second.pk]


def test_the_answer_says_how_many_rows_will_come(client, membership):
    some_claims(membership)
    response = client.get(reverse("claims-export-file"), {"file": "claims"})
    assert int(response.headers["X-Export-Rows"]) == len(read_csv(b"".join(response.streaming_content))) - 1
    empty = client.get(reverse("claims-export-file"), {"file": "history", "q": "nothing is named so"})
    assert empty.headers["X-Export-Rows"] == "0"
    assert read_csv(b"".join(empty.streaming_content)) == [list(HISTORY_HEADS)]


def test_the_dialog_counts_what_the_filters_leave_and_hands_them_on(client, membership):
    ClaimFactory(organization=membership.organization, name="Wanted <b>")
    ClaimFactory(organization=membership.organization)
    page = client.get(reverse("claims-export"), {"q": "Wanted <b>", "sort": "name"}).content.decode()
    assert '<strong class="num">1</strong> claim fits the filters' in page
    assert '<input type="hidden" name="q" value="Wanted &lt;b&gt;">' in page
    assert '<input type="hidden" name="sort" value="name">' in page
    part = client.get(reverse("claims-export"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert '<strong class="num">2</strong> claims: all of your organization.' in part


@pytest.mark.parametrize("file", ["xlsx", "claims", "history"])
def test_an_export_reads_in_pieces_with_a_fixed_number_of_queries(client, membership, django_assert_num_queries, file):
    def export():
        client.get(reverse("claims-export-file"), {"file": file}).getvalue()

    workload = WorkloadFactory()
    ClaimFactory(organization=membership.organization, products=[workload])
    with django_assert_num_queries({"xlsx": 6, "claims": 6, "history": 5}[file]):
        export()
    for _ in range(2):
        ClaimFactory(organization=membership.organization, products=[WorkloadFactory()])
    with django_assert_num_queries({"xlsx": 6, "claims": 6, "history": 5}[file]):
        export()


def test_memory_does_not_grow_with_the_number_of_claims(membership, monkeypatch):
    monkeypatch.setattr("claims.export.CHUNK", 50)
    template = ClaimFactory(organization=membership.organization, products=[])

    def copies(number):
        Claim.objects.bulk_create(
            [
                Claim(
                    **{
                        field.attname: getattr(template, field.attname)
                        for field in Claim._meta.concrete_fields
                        if field.name != "id"
                    }
                )
                for _ in range(number)
            ]
        )

    def peak(write):
        tracemalloc.start()
        write()
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    def write_all():
        for _ in claims_csv(claims_of(membership.organization)):
            pass
        claims_xlsx(claims_of(membership.organization)).close()

    copies(300)
    write_all()
    few = peak(write_all)
    copies(1_200)
    many = peak(write_all)
    assert many < few * 1.5, f"{few} bytes for 300 claims, {many} for 1,500"
