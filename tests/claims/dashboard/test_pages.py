"""«Customer Associations» as a page: whole or in parts, with what its address says."""

import re

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import SavedView
from tests.factories import NOW, ClaimFactory, MembershipFactory, UserFactory, WorkloadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


@pytest.fixture
def show(client, membership):
    def get(target="", **query):
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        response = client.get(reverse("associations"), query, headers=headers)
        assert response.status_code == 200
        return response

    return get


def own(membership, **fields):
    return ClaimFactory(organization=membership.organization, **fields)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_title_actions_and_columns_are_those_of_the_process_description(show, membership):
    claim = own(membership, name="Dynamics for CompanyX", products=[WorkloadFactory(), WorkloadFactory()])
    html = show().content.decode()
    assert "<h1>Customer Associations</h1>" in html
    for action in ("Customer association", "Download claim guide", "Export claims data"):
        assert action in html
    heads = re.findall(r'<a class="sort-link"[^>]*>([^<]+)<', html)
    assert heads == [
        "Claim",
        "Solution area",
        "Customer domain name",
        "Products",
        "Last activity",
        "Date created",
        "Status",
    ]
    assert f'<span class="claim-id">ID: {claim.pk}</span>' in html
    assert '<td data-label="Products" class="num">2</td>' in html
    seen = text_of(show())
    assert f"{claim.created_by.get_full_name()} on November 23, 2026" in seen, "the person's own name (R029)"
    assert html.count('aria-sort="descending"') == 1
    assert html.count("aria-sort") == 1
    assert re.findall(r'name="range" value="(\w+)"', html) == ["30d", "3m", "6m", "12m"]
    assert "Association status for claims created in selected time period" in html


@pytest.mark.parametrize(
    ("target", "holds", "lacks"),
    [
        (
            "claims-table",
            ['id="claims-table"', 'id="claim-views"', "hx-swap-oob"],
            ["<html", 'id="claims-filter"', 'id="charts"'],
        ),
        ("claims", ['id="claims"', 'id="claims-filter"', 'id="claims-table"'], ["<html", "hx-swap-oob", 'id="charts"']),
        ("charts", ['id="charts"', "Approved associations over time"], ["<html", 'id="claims-table"']),
        ("anything", ['id="claims-table"'], ["<html", 'id="charts"']),
    ],
)
def test_htmx_gets_the_part_it_replaces(show, membership, target, holds, lacks):
    own(membership)
    response = show(target)
    html = response.content.decode()
    assert all(each in html for each in holds)
    assert not [each for each in lacks if each in html]
    assert html.count('id="claim-views"') <= 1
    assert response.headers["HX-Retarget"] == ("#claims-table" if target == "anything" else f"#{target}")


def test_a_part_is_what_the_whole_page_shows(show, membership):
    own(membership)
    whole = show(q="M365", sort="name", range="3m").content.decode()
    part = show("claims-table", q="M365", sort="name", range="3m").content.decode()
    table = re.search(r"<table.*?</table>", part, re.DOTALL).group()
    assert table in whole


def test_the_address_is_kept_without_what_is_empty_or_wrong(show, membership):
    own(membership)
    response = show(
        "claims-table", q="", status="approved", location="", area="nonsense", sort="name", range="12m", extra="x"
    )
    assert response.headers["HX-Push-Url"] == "/incentives/customer-associations/?status=approved&sort=name&range=12m"
    assert response.headers["HX-Retarget"] == "#claims", "the sentence stands beside the field"
    assert show("charts", range="30d").headers["HX-Push-Url"] == "/incentives/customer-associations/"


def test_what_was_typed_stays_with_the_sentence_beside_it(show, membership):
    own(membership)
    for response in (
        show(created_from="soon", q="<script>alert(1)</script>"),
        show("claims-table", created_from="soon"),
    ):
        html = response.content.decode()
        assert "Enter a date such as 2026-11-24." in html
        assert 'value="soon"' in html
        assert "<script>alert" not in html
        assert '<details class="filters__more" open>' in html


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 5000},
        {"after": "\0_1"},
        {"before": "9_9"},
        {"sort": "--"},
        {"range": "\0"},
        {"status": "\0"},
        {"customer": "\0"},
    ],
)
def test_hostile_addresses_get_a_page(show, membership, query):
    own(membership)
    show(**query)
    show("claims-table", **query)
    show("charts", **query)


def test_nothing_found_by_filters_is_told_apart_from_having_nothing(show, membership):
    assert "No associations yet" in text_of(show())
    own(membership)
    assert "No claim fits these filters" in text_of(show(q="nothing is named so"))
    assert "No associations yet" not in text_of(show(q="nothing is named so"))


def test_charts_without_numbers_say_so(show, membership):
    shown = text_of(show())
    assert "No association was approved since" in shown
    assert "No claim was created since" in shown
    assert shown.count("association yet.") == 2


def test_claims_of_others_appear_nowhere_on_the_page(show, membership):
    own(membership, status=ClaimStatus.APPROVED, decided_at=NOW)
    foreign = ClaimFactory(name="Rival secret", status=ClaimStatus.APPROVED, decided_at=NOW)
    html = show(range="12m").content.decode()
    for secret in (
        "Rival secret",
        str(foreign.pk),
        foreign.customer_domain,
        foreign.location.label + f" ({foreign.location.mpn_id})",
        foreign.lines.get().product.code,
    ):
        assert secret not in html


@pytest.mark.parametrize(("target", "queries"), [("", 16), ("claims-table", 6), ("claims", 9), ("charts", 7)])
def test_the_number_of_queries_is_the_same_for_one_claim_and_for_three(
    show, membership, django_assert_num_queries, target, queries
):
    claim = own(membership)
    with django_assert_num_queries(queries):
        show(target)
    for _ in range(2):
        own(membership, location=claim.location, created_by=membership.user)
    with django_assert_num_queries(queries):
        show(target)


class TestSavedViews:
    ADDRESS = "claim-views"

    def save(self, client, name, query="status=approved", **kwargs):
        return client.post(reverse(self.ADDRESS), {"name": name, "query": query}, **kwargs)

    def test_a_view_keeps_the_filters_under_a_name(self, client, show, membership):
        response = self.save(client, "  My   approved ", "status=approved&sort=name&after=x&evil=1&area=wrong")
        assert response.headers["Location"] == "/incentives/customer-associations/?status=approved&sort=name"
        view = SavedView.objects.get()
        assert (view.name, view.query, view.owner) == ("My approved", "status=approved&sort=name", membership.user)
        html = show(status="approved", sort="name").content.decode()
        assert re.search(r'aria-current="true">My approved<', html)

    def test_the_dialog_leads_on_for_htmx(self, client, membership):
        response = self.save(client, "Mine", headers={"HX-Request": "true"})
        assert response.status_code == 204
        assert response.headers["HX-Redirect"] == "/incentives/customer-associations/?status=approved"

    @pytest.mark.parametrize(
        ("name", "query", "sentence"),
        [
            ("", "status=approved", "Give the view a name."),
            ("   ", "status=approved", "Give the view a name."),
            ("x" * 61, "status=approved", "Ensure this value has at most 60 characters (it has 61)."),
            ("a\0b", "status=approved", "Null characters are not allowed."),
            ("Everything", "", "Set a filter or another order first; without them this is the list of all claims."),
            (
                "Everything",
                "status=nonsense",
                "Set a filter or another order first; without them this is the list of all claims.",
            ),
            ("taken", "status=approved", "You already have a saved view named «taken». Choose another name."),
        ],
    )
    def test_a_refusal_is_told_and_what_was_typed_stays(self, client, membership, name, query, sentence):
        self.save(client, "Taken")
        for headers in ({}, {"HX-Request": "true"}):
            response = self.save(client, name, query, headers=headers)
            assert response.status_code == 422
            html = response.content.decode()
            assert sentence in html
            if name.strip() and "\0" not in name and query == "status=approved":
                assert f'value="{name}"' in html
        assert SavedView.objects.count() == 1

    def test_hostile_names_are_shown_as_text(self, client, show, membership):
        self.save(client, "<img src=x onerror=alert(1)>")
        html = show().content.decode()
        assert "&lt;img src=x" in html
        assert "<img src=x" not in html

    def test_there_are_twenty_at_most(self, client, membership):
        for number in range(20):
            self.save(client, f"View {number}")
        response = self.save(client, "One more")
        assert "You have 20 saved views. Delete one first." in response.content.decode()
        assert SavedView.objects.count() == 20

    def test_a_view_can_be_deleted_by_its_owner_only(self, client, membership):
        self.save(client, "Mine")
        view = SavedView.objects.get()
        colleague = MembershipFactory(organization=membership.organization)
        stranger = MembershipFactory()
        for other in (colleague, stranger):
            client.force_login(other.user)
            assert client.post(reverse("claim-view-delete", args=[view.pk])).status_code == 404
            assert "Mine" not in client.get(reverse("claim-views")).content.decode()
        client.force_login(membership.user)
        assert client.get(reverse("claim-view-delete", args=[view.pk])).status_code == 405
        assert client.post(reverse("claim-view-delete", args=[view.pk])).status_code == 302
        assert not SavedView.objects.exists()

    def test_two_people_may_use_the_same_name(self, client, membership):
        self.save(client, "Mine")
        colleague = MembershipFactory(organization=membership.organization)
        client.force_login(colleague.user)
        assert self.save(client, "mine").status_code == 302
        assert SavedView.objects.count() == 2

    def test_the_number_of_queries_does_not_grow_with_the_views(self, client, membership, django_assert_num_queries):
        for number in (1, 3):
            SavedView.objects.all().delete()
            for each in range(number):
                self.save(client, f"View {each}")
            with django_assert_num_queries(5):
                client.get(reverse(self.ADDRESS))


@pytest.mark.parametrize("name", ["associations", "claims-export", "claims-export-file", "claim-views"])
def test_strangers_are_sent_to_sign_in_and_people_without_a_role_are_refused(client, name):
    address = reverse(name)
    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(address).status_code == 403
