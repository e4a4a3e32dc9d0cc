"""The list of cases and the page of one, side by side."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.submitting import add_comment, withdraw
from review.arbitration.questions import refusals_to_ask
from review.arbitration.room import changes_since, room_of, state_of
from review.arbitration.rubric import active_criteria, record_of, score_party
from review.models import ArbitrationCase
from tests.factories import (
    NOW,
    ReviewerFactory,
    TenantFactory,
    partner_actor,
)
from tests.review.arbitration.pages import at, text_of, typed
from tests.review.arbitration.rivals import filed, fresh, running

pytestmark = pytest.mark.django_db
ASK_PAGE, STALE_DECISION, INCOMPLETE_DECISION = 18, 33, 19


def test_the_list_shows_a_case_with_its_parties_items_and_state(desk, contest, tenant):
    case, holder, rival = contest
    text = text_of(desk.get(reverse("admin:review-cases")))
    for part in (f"Case {case.pk}", "Contoso", holder.organization.name, rival.organization.name, "INTUNE", "Holder"):
        assert part in text
    assert "Ready to decide" in text


@pytest.mark.parametrize(
    ("show", "found"),
    [("running", True), ("ready", True), ("mine", False), ("answers", False), ("confirmation", False),
     ("closed", False), ("nonsense", True)],
)  # fmt: skip
def test_the_filters_show_what_they_say(desk, contest, show, found):
    text = text_of(desk.get(reverse("admin:review-cases"), {"show": show}))
    assert (f"Case {contest[0].pk}<" in text) is found


def test_the_list_is_one_template_for_the_page_and_for_htmx(desk, contest):
    address = reverse("admin:review-cases")
    page, part = desk.get(address), desk.get(address, headers={"HX-Request": "true"})
    assert "<html" in text_of(page)
    assert "<html" not in text_of(part)
    assert text_of(part).strip() in text_of(page)


def test_pages_go_on_by_key_and_a_wrong_key_begins_at_the_start(desk, intune, monkeypatch):
    from review.arbitration import listing

    monkeypatch.setattr(listing.case_page, "__kwdefaults__", {**listing.case_page.__kwdefaults__, "size": 1})
    for _ in range(2):
        tenant = TenantFactory()
        filed(tenant, intune), filed(tenant, intune)
    first, second = running()
    page = desk.get(reverse("admin:review-cases"))
    assert [row.case for row in page.context["page"].rows] == [first]
    later = desk.get(reverse("admin:review-cases"), {"after": page.context["page"].next_key})
    assert [row.case for row in later.context["page"].rows] == [second]
    for key in ("x", "2026-01-01_x", "9999-99-99_1", f"2026-01-01_{10**30}", "2026-01-01T00:00_1"):
        again = desk.get(reverse("admin:review-cases"), {"after": key})
        assert [row.case for row in again.context["page"].rows] == [first]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three_cases(desk, intune, rows, django_assert_num_queries):
    for _ in range(rows):
        tenant = TenantFactory()
        filed(tenant, intune), filed(tenant, intune)
    with django_assert_num_queries(8):
        desk.get(reverse("admin:review-cases"))


@pytest.mark.parametrize("rivals", [2, 4])
def test_the_page_of_a_case_costs_the_same_for_two_and_four_parties(
    desk, tenant, intune, rivals, django_assert_num_queries
):
    for _ in range(rivals):
        filed(tenant, intune)
    (case,) = running()
    reason = desk.get(at("case-ask", case)).context["form"].fields["reasons"].queryset.get(code="dates_missing")
    desk.post(at("case-ask", case), {"reasons": [reason.pk]})
    with django_assert_num_queries(19):
        desk.get(at("case", case))


def a_case_with(tenant, intune, number):
    """A case of so many contenders, each with a score."""
    claims = [filed(tenant, intune) for _ in range(number)]
    (case,) = running()
    for party in case.parties.all():
        score_party(party, points={active_criteria()[0].pk: 3}, notes={}, by=ReviewerFactory(), now=NOW)
    return case, claims


@pytest.mark.parametrize("rivals", [2, 4])
def test_the_page_that_asks_all_costs_the_same_for_two_and_four_parties(
    desk, tenant, intune, rivals, django_assert_num_queries
):
    case, _claims = a_case_with(tenant, intune, rivals)
    with django_assert_num_queries(ASK_PAGE):
        assert desk.get(at("case-ask", case)).status_code == 200


@pytest.mark.parametrize("rivals", [2, 4])
def test_reading_a_decision_before_it_is_carried_out_costs_the_same_for_two_and_four_parties(
    desk, tenant, intune, rivals, django_assert_num_queries
):
    case, claims = a_case_with(tenant, intune, rivals)
    data = typed(desk, case, claims[0])
    for claim in claims:
        add_comment(claim, text="Something new.", actor=partner_actor(claim), now=NOW)
    with django_assert_num_queries(STALE_DECISION):
        stale = desk.post(at("case-decide", case), data | {"send": "1"})
    assert stale.status_code == 409
    assert text_of(stale).count("added a comment.") >= rivals
    incomplete = typed(desk, case, claims[0], reason="")
    with django_assert_num_queries(INCOMPLETE_DECISION):
        assert desk.post(at("case-decide", case), incomplete).status_code == 422


def test_a_decision_costs_of_each_further_party_only_what_its_own_rejection_does(desk, intune):
    costs = []
    for rivals in (2, 3, 4):
        tenant = TenantFactory()
        case, claims = a_case_with(tenant, intune, rivals)
        data = typed(desk, case, claims[0]) | {"send": "1"}
        with CaptureQueriesContext(connection) as asked:
            assert desk.post(at("case-decide", case), data).status_code == 302
        costs.append(len(asked))
    assert costs[2] - costs[1] == costs[1] - costs[0] <= 45  # two moves with history, notices and mails


@pytest.mark.parametrize("rivals", [2, 4])
def test_what_was_read_and_scored_is_asked_once_for_all_parties(tenant, intune, rivals, django_assert_num_queries):
    case, _claims = a_case_with(tenant, intune, rivals)
    room = room_of(case)
    seen, criteria = state_of(room), active_criteria()
    with django_assert_num_queries(1):
        assert changes_since(room, seen) == []
    with django_assert_num_queries(1):
        kept = record_of(room.parties, criteria=criteria)
    assert len(kept) == rivals
    with django_assert_num_queries(1):
        assert refusals_to_ask(room.parties) == {}


def test_a_case_shows_its_parties_side_by_side(desk, contest):
    case, holder, rival = contest
    page = desk.get(at("case", case))
    text = text_of(page)
    for claim in (holder, rival):
        assert claim.organization.name in text
        assert reverse("admin:review-claim", args=[claim.pk]) in text
        assert reverse("admin:review-preview", args=[claim.pk, claim.documents.get().pk]) in text
    assert [column.party.role for column in page.context["page"].columns] == ["holder", "contender"]
    assert "Most recent" in text


def test_a_closed_case_shows_nothing_of_what_a_partner_took_back(desk, tenant, intune):
    stays, leaves = filed(tenant, intune, name="Stays"), filed(tenant, intune, name="Hush name")
    (case,) = running()
    withdraw(leaves, actor=partner_actor(leaves), now=NOW)
    leaves.documents.update(name="Hush file.pdf")
    text = text_of(desk.get(at("case", case)))
    assert f"<p>Claim {leaves.pk}</p>" in text
    assert text.count("The partner took this claim back.") == 1
    assert "Hush" not in text
    assert reverse("admin:review-claim", args=[leaves.pk]) not in text
    assert reverse("admin:review-claim", args=[stays.pk]) in text


def test_a_reviewer_takes_and_releases_a_case(desk, contest, reviewer):
    case = contest[0]
    assert desk.post(at("case-take", case)).status_code == 302
    assert fresh(case).reviewer == reviewer
    assert f"Case {case.pk}<" in text_of(desk.get(reverse("admin:review-cases"), {"show": "mine"}))
    assert desk.post(at("case-release", case)).status_code == 302
    assert fresh(case).reviewer is None


def test_a_case_of_somebody_else_is_read_but_not_decided(desk, contest):
    case = contest[0]
    ArbitrationCase.objects.filter(pk=case.pk).update(reviewer=ReviewerFactory(full_name="Kim Other"))
    assert at("case-decide", case) not in text_of(desk.get(at("case", case)))
    data = typed(desk, case, contest[2])
    refused = desk.post(at("case-decide", case), data | {"send": "1"})
    assert refused.status_code == 409
    assert "This case is assigned to Kim Other." in text_of(refused)
    assert desk.post(at("case-take", case)).status_code == 409
