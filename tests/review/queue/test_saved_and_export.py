"""Filters kept under a name, and the list as a file."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from claims.enums import ClaimStatus
from review.models import Bar, SavedQueue
from review.queue import export
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    ClaimFactory,
    MembershipFactory,
    OrganizationFactory,
    ReviewerFactory,
)

pytestmark = pytest.mark.django_db
SAVE, EXPORT = "/admin/claims/saved/", "/admin/claims/export/"


def waiting(**fields):
    fields = {
        "status": ClaimStatus.SUBMITTED,
        "submissions": 1,
        "submitted_at": NOW,
        "queue_due_on": NOW.date(),
    } | fields
    return ClaimFactory(**fields)


def test_filters_are_kept_under_a_name_for_their_owner_alone(desk, reviewer, client):
    response = desk.post(
        SAVE, {"name": " Late  at Microsoft 365 ", "query": "tab=nobody&area=microsoft_365&overdue=1&bad=x"}
    )
    kept = SavedQueue.objects.get()
    assert (kept.owner, kept.name) == (reviewer, "Late at Microsoft 365")
    assert kept.query == "tab=nobody&area=microsoft_365&overdue=1"
    assert response.headers["Location"] == f"/admin/claims/?{kept.query}"
    assert "Late at Microsoft 365" in desk.get("/admin/claims/").content.decode()
    client.force_login(ReviewerFactory())
    assert "Late at Microsoft 365" not in client.get("/admin/claims/").content.decode()
    assert client.post(f"{SAVE}{kept.pk}/delete/").status_code == 404
    client.force_login(reviewer)
    client.post(f"{SAVE}{kept.pk}/delete/")
    assert not SavedQueue.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("  ", "tab=mine", "Give these filters a name."),
        ("x" * 61, "tab=mine", "Choose a name of at most 60 characters."),
        ("MINE", "tab=mine", "You already have saved filters named «MINE». Choose another name."),
        ("Whole", "", "Set a filter or choose another list first; without them this is the whole queue."),
        ("<b>", "", "Set a filter or choose another list first; without them this is the whole queue."),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field_and_stays_typed(desk, reviewer, name, query, sentence):
    SavedQueue.objects.create(owner=reviewer, name="mine", query="tab=mine", created_at=NOW)
    response = desk.post(SAVE, {"name": name, "query": query})
    assert response.status_code == 422
    assert (response.context["save_error"], response.context["save_name"]) == (sentence, name)
    assert 'id="save-error"' in response.content.decode()
    assert "<b>" not in response.content.decode()
    assert SavedQueue.objects.count() == 1


def test_the_twenty_first_is_refused_and_auditors_keep_none(desk, reviewer, client):
    for number in range(20):
        SavedQueue.objects.create(owner=reviewer, name=f"List {number}", query="tab=mine", created_at=NOW)
    assert "You have 20 saved filters." in desk.post(SAVE, {"name": "More", "query": "tab=mine"}).context["save_error"]
    client.force_login(AuditorFactory())
    assert client.post(SAVE, {"name": "More", "query": "tab=mine"}).status_code == 403
    assert SavedQueue.objects.count() == 20


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return text.splitlines()


def test_the_list_leaves_as_csv_in_its_order_with_its_filters_and_harmless(desk, reviewer, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 2)
    person = ReviewerFactory(full_name="Robin Field", email="robin@microsoft.example")
    late = waiting(name="=HYPERLINK(1)", queue_due_on=NOW.date() - timedelta(days=9), reviewer=person)
    others = [waiting() for _ in range(4)]
    barred, _decided = waiting(), ClaimFactory(status=ClaimStatus.REJECTED, submissions=1, decided_at=NOW)
    Bar.objects.create(reviewer=reviewer, organization=barred.organization, reason="Family", set_at=NOW)
    head, *rows = rows_of(desk.get(EXPORT))
    assert head.startswith("Claim ID,Claim,Status,Place in the queue,Act by,Reviewer,Reviewer email,Partner,")
    assert [int(row.split(",")[0]) for row in rows] == [claim.pk for claim in (late, *others)]
    assert (
        f"{late.pk},'=HYPERLINK(1),Submitted,First submission,2026-11-15,Robin Field,robin@microsoft.example,"
        in rows[0]
    )
    (_, only) = rows_of(desk.get(EXPORT, {"who": str(person.pk)}))
    assert only.startswith(f"{late.pk},")


def test_the_export_asks_no_more_for_three_rows_than_for_one(desk, django_assert_num_queries):
    waiting()
    rows_of(desk.get(EXPORT))
    for _ in range(2):
        with django_assert_num_queries(8):
            rows_of(desk.get(EXPORT))
        waiting(reviewer=ReviewerFactory())
        waiting(organization=OrganizationFactory())


def test_the_workbook_holds_texts_as_texts_and_refuses_to_grow_without_bound(desk, monkeypatch):
    claim = waiting(name="=1+1")
    response = desk.get(EXPORT, {"file": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    (_, row) = book.get_sheet_by_name("Claims").to_python()
    assert row[:3] == [claim.pk, "=1+1", "Submitted"]
    monkeypatch.setattr("review.views.queue_actions.MOST_IN_A_WORKBOOK", 1)
    waiting()
    response = desk.get(EXPORT, {"file": "xlsx", "area": "microsoft_365"}, follow=True)
    assert "A workbook takes at most 1 claims." in response.content.decode()


def test_the_export_is_for_those_who_read_the_desk(client):
    waiting(name="Secret plans")
    assert client.get(EXPORT).status_code == 302
    for person, status in ((AuditorFactory(), 200), (CatalogueManagerFactory(), 403), (MembershipFactory().user, 403)):
        client.force_login(person)
        assert client.get(EXPORT, follow=True).status_code == status
