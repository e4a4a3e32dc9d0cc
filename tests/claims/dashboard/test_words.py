"""«Customer Associations», word for word: panels, who acted last, and what the time range leaves alone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.consenting import accept_denial
from claims.deciding import approve, start_review
from claims.enums import Activity, ClaimStatus
from customers.enums import SolutionArea
from customers.models import ConsentRequest
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    MembershipFactory,
    ProductFactory,
    UserFactory,
    WorkloadFactory,
    claim_under_review,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


@pytest.fixture
def show(client, membership):
    def get(**query):
        return client.get(reverse("associations"), query).content.decode()

    return get


def row_of(html, claim):
    """The cells of one claim, without the first."""
    found = re.search(rf"<tr>(?:(?!<tr>).)*?ID: {claim.pk}</span>.*?</tr>", html, re.DOTALL).group()
    return [" ".join(text_of(cell).split()) for cell in re.findall(r"<td.*?</td>", found, re.DOTALL)][1:]


def figure(html, name):
    return re.search(rf'<figure[^>]*aria-labelledby="{name}-(?:title|heading)">.*?</figure>', html, re.DOTALL).group()


def test_the_four_charts_have_the_headings_of_the_process(show, membership):
    html = show()
    assert [text_of(head).strip() for head in re.findall(r'<h3 id="[a-z]+-(?:title|heading)">.*?</h3>', html)] == [
        "Approved associations over time",
        "Association status for claims created in selected time period",
        "Number of associated customers per workload",
        "Number of associated customers per activity",
    ]


def test_workloads_are_counted_by_code_and_activities_in_capitals_with_a_hint_each(show, membership):
    approved = {"organization": membership.organization, "status": ClaimStatus.APPROVED, "decided_at": NOW}
    ClaimFactory(products=[WorkloadFactory(name="OFFICE 365 PROPLUS", code="PROPLUS")], **approved)
    ClaimFactory(
        solution_area=SolutionArea.BUSINESS_APPLICATIONS,
        activities=[Activity.PRE_SALES],
        products=[ProductFactory()],
        **approved,
    )
    html = show()
    for name, area, bar in (
        ("workloads", "Microsoft 365", "PROPLUS"),
        ("activities", "Business Applications", "PRE-SALES"),
    ):
        panel = figure(html, name)
        assert f'<p class="muted">{area}</p>' in panel
        assert re.findall(r'<th scope="row">([^<]+)</th>', panel) == [bar]
        assert '<details class="hint"><summary><svg class="icon"' in panel


def test_the_last_activity_names_the_own_person_microsoft_or_the_customer(show, membership):
    ola = UserFactory(full_name="Ola Demmo")
    own = {"organization": membership.organization, "created_by": ola}
    march = datetime(2020, 3, 25, 9, 0, tzinfo=UTC)
    ours = ClaimFactory(last_activity_at=march, **own)
    theirs = submitted_claim(**own)
    reviewer = reviewer_actor()
    start_review(theirs, actor=reviewer, now=march)
    denied = claim_under_review(**own)
    approve(denied, actor=reviewer, now=march)
    consent = ConsentRequest.objects.get(reference=str(denied.pk))
    consent.denial_reasons = ["unknown_partner"]
    accept_denial(consent, now=march)
    html = show()
    assert row_of(html, ours)[3] == "Ola Demmo on March 25, 2020"
    assert row_of(html, theirs)[3] == "Microsoft on March 25, 2020"
    assert (row_of(html, denied)[3], row_of(html, denied)[5]) == (
        "Customer on March 25, 2020",
        "Customer consent denied",
    )
    assert reviewer.name not in html


def test_the_time_range_narrows_the_charts_and_not_the_table(show, membership):
    old = ClaimFactory(organization=membership.organization, created_at=timezone.now() - timedelta(days=3000))
    for time_range in ("30d", "12m"):
        html = show(range=time_range)
        assert f"ID: {old.pk}" in html
        assert "No claim was created since" in text_of(html)


def test_the_charts_and_the_table_call_a_waiting_claim_by_their_own_names(show, membership):
    waiting = ClaimFactory(
        organization=membership.organization,
        status=ClaimStatus.ACTION_REQUIRED,
        action_due_at=timezone.now(),
        created_at=timezone.now(),
    )
    html = show()
    assert "PartnerActionRequired" in text_of(figure(html, "statuses"))
    assert row_of(html, waiting)[5] == "Partner action required"
