"""Every page of the desk for everybody at the desk: who opens it, who reads why not, and what odd addresses do."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from review.models import SecondLook
from tests.journeys.desk_scene import furnish
from tests.journeys.every_desk_page import OPEN_TO, ROLES, answers_of, desk_addresses, table_addresses

pytestmark = pytest.mark.django_db

HOSTILE = (
    "page=-1", "page=99999999999999999999", "tab=x", "q=%00", "q=%FF%FE", f"q={'long' * 1000}", "after=broken", "before=broken",
    "after=9999-99-99_1", "before=-1", "range=x", "show=x", "older=-1", "older=1e999", "product=99999999999999999999",
    "status=%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "who=%F0%9F%98%80", "overdue=maybe", "country=%00%00", "p=-1", "o=99.x",
)  # fmt: skip
LISTS = {"index", "review-similar", "review-queue", "review-cases", "review-second-looks", "review-leads"}
LISTS |= {"review-deadlines", "review-operations"}
FOR_LEADS = {"review-assign"}
PLACEHOLDER = re.compile(r"\{(claim|customer|partner|product|document|field)\}")


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """Rows for all tests of this file, which only read: each test's own transaction takes back what it wrote."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield furnish()
        transaction.set_rollback(True)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_whom_it_is_meant_and_tells_others_why_not(desk, role):
    client = signed_in(getattr(desk, role))
    for name, address in desk_addresses(desk):
        answer = client.get(address)
        if role in OPEN_TO[name]:
            assert answer.status_code == 200, f"{role} at {address}: {answer.status_code}"
            assert not PLACEHOLDER.search(answer.content.decode()), address
        else:
            assert answer.status_code == 403, f"{role} at {address}: {answer.status_code}"
            assert re.search(r"Your role |Only leads ", answer.content.decode()), address


@pytest.mark.parametrize("role", ROLES)
def test_a_form_that_comes_back_is_for_those_who_decide_alone(desk, role):
    client = signed_in(getattr(desk, role))
    for name, address, fields in answers_of(desk):
        answer = client.post(address, fields)
        if role in {"lead", "reviewer"} and not (role == "reviewer" and name in FOR_LEADS):
            assert answer.status_code in {200, 409, 422}, f"{role} at {name}: {answer.status_code}"
        else:
            assert answer.status_code == 403, f"{role} at {name}: {answer.status_code}"
            assert re.search(r"Your role |Only leads ", answer.content.decode()), name


@pytest.mark.parametrize("query", HOSTILE)
def test_odd_addresses_never_break_a_page(desk, query):
    client = signed_in(desk.lead)
    bare = {name: address.partition("?")[0] for name, address in desk_addresses(desk)}
    for name, address in bare.items():
        if name not in LISTS and not (name == "review-preview" and query.startswith("page=")) and query != "q=%00":
            continue  # it reads nothing from its address
        headers = {"HX-Request": "true"} if len(query) % 2 else {}
        answer = client.get(f"{address}?{query}", headers=headers)
        assert answer.status_code in {200, 302, 404}, f"{address}?{query[:60]}: {answer.status_code}"
        assert b"<script>alert(1)" not in answer.content
    for name in ("review-queue-export", "review-leads-export"):
        answer = client.get(f"{reverse(f'admin:{name}')}?{query}")
        assert answer.status_code in {200, 302}, f"{name}?{query[:60]}: {answer.status_code}"
        assert b"".join(answer) is not None


@pytest.mark.parametrize("role", [*ROLES, "administrator"])
def test_no_page_of_a_table_breaks_for_anybody(desk, role):
    client = signed_in(getattr(desk, role))
    answers = {address: (name, client.get(address).status_code) for name, address in table_addresses()}
    # The stock admin answers 404 for the list of a room in which the person may see nothing.
    allowed = {200, 403}
    wrong = {at: answer for at, answer in answers.items() if answer[1] not in allowed and answer != ("app_list", 404)}
    assert wrong == {}
    assert 200 in {status for _, status in answers.values()}


def test_a_barred_reviewer_reads_why_and_the_first_reviewer_learns_of_no_open_second_look(desk):
    client = signed_in(desk.reviewer)
    barred = client.get(reverse("admin:review-claim", args=[desk.claims["barred"].pk]))
    assert barred.status_code == 403
    assert "conflict of interest" in barred.content.decode()
    for name, address in desk_addresses(desk):
        assert "Zanzibar" not in client.get(address).content.decode(), name
    own = desk.looks["of the reviewer"]
    assert SecondLook.objects.filter(pk=own.pk, looked_at=None).exists()
    assert client.get(reverse("admin:review-second-look", args=[own.pk])).status_code == 404
    assert signed_in(desk.lead).get(reverse("admin:review-second-look", args=[own.pk])).status_code == 200
