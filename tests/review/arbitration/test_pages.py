"""Pages of cases: the list, side by side, scores, the question, the decision; for reviewers, auditors and strangers."""

import pytest
from django.urls import reverse

from claims.enums import ClaimStatus
from claims.models import ActionRequest
from review.models import ArbitrationCase, Bar, CaseDecision, CaseScore, RubricCriterion
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    MembershipFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
)
from tests.review.arbitration.rivals import filed, fresh, holding, running, under_review

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> & «x» {{ 1 }}"


@pytest.fixture
def tenant():
    return TenantFactory(display_name="Contoso")


@pytest.fixture
def intune():
    return WorkloadFactory(name="INTUNE", code="INTUNE")


@pytest.fixture
def reviewer():
    return ReviewerFactory(full_name="Robin Reviewer")


@pytest.fixture
def desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def contest(tenant, intune):
    """A holder and a rival, in one case."""
    holder, rival = holding(tenant, intune), under_review(tenant, intune)
    (case,) = running()
    return case, holder, rival


def at(name, case, *more):
    return reverse(f"admin:review-{name}", args=[case.pk, *more])


def text_of(response):
    return response.content.decode()


def typed(desk, case, winner, **more):
    """The decision form as the browser would send it, with one party selected everywhere."""
    page = desk.get(at("case-decide", case))
    form = page.context["form"]
    party = next(column.party for column in page.context["page"].columns if column.claim.pk == winner.pk)
    data = {"seen": page.context["seen"], "reason": "It is newer and signed."}
    data |= {f"item_{item.pk}": party.pk for item in page.context["page"].items}
    data |= {each["letter"].html_name: each["letter"].value() for each in form.parties()}
    return data | more


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


def test_scores_are_weighted_into_a_total(desk, contest, reviewer):
    case, holder, _rival = contest
    party = case.parties.get(claim=holder)
    recency, signature = RubricCriterion.objects.order_by("position")[:2]
    data = {f"points_{recency.pk}": "4", f"note_{recency.pk}": HOSTILE, f"points_{signature.pk}": "0"}
    assert desk.post(at("case-score", case, party.pk), data).status_code == 302
    assert set(CaseScore.objects.values_list("criterion__code", "points", "by")) == {
        (recency.code, 4, reviewer.pk), (signature.code, 0, reviewer.pk)
    }  # fmt: skip
    text = text_of(desk.get(at("case", case)))
    assert "50 %" in text
    assert "<script>alert" not in text
    assert desk.post(at("case-score", case, party.pk), data | {f"points_{recency.pk}": ""}).status_code == 302
    assert CaseScore.objects.count() == 1


def test_wrong_scores_come_back_with_a_sentence_and_what_was_typed(desk, contest):
    case, holder, _rival = contest
    party, criterion = case.parties.get(claim=holder), RubricCriterion.objects.first()
    data = {f"points_{criterion.pk}": "9", f"note_{criterion.pk}": "x" * 501}
    response = desk.post(at("case-score", case, party.pk), data)
    assert response.status_code == 422
    assert "Points go from 0 to 4." in text_of(response)
    assert "at most 500 characters" in text_of(response)
    assert "x" * 501 in text_of(response)
    assert not CaseScore.objects.exists()


def test_all_parties_are_asked_the_same_until_the_same_moment(desk, tenant, intune, contest):
    case, holder, rival = contest
    waiting = filed(tenant, intune)
    reason = desk.get(at("case-ask", case)).context["form"].fields["reasons"].queryset.get(code="dates_missing")
    response = desk.post(at("case-ask", case), {"reasons": [reason.pk], "message": "Show both dates."}, follow=True)
    assert "3 partners were asked the same" in text_of(response)
    requests = ActionRequest.objects.all()
    assert {request.claim_id for request in requests} == {holder.pk, rival.pk, waiting.pk}
    assert len({request.due_at for request in requests}) == 1
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.APPROVED, ClaimStatus.ACTION_REQUIRED)
    assert "Waiting for answers" in text_of(desk.get(at("case", case)))
    again = desk.post(at("case-ask", case), {"reasons": [reason.pk], "message": "Again."})
    assert again.status_code == 409
    assert "Nobody can be asked now." in text_of(again)
    assert "Again." in text_of(again)


def test_a_question_needs_a_reason_and_keeps_what_was_typed(desk, contest):
    response = desk.post(at("case-ask", contest[0]), {"message": HOSTILE})
    assert response.status_code == 422
    assert "Choose at least one reason" in text_of(response)
    assert "&lt;script&gt;" in text_of(response)
    assert not ActionRequest.objects.exists()


def test_a_decision_is_previewed_proposed_and_confirmed_by_another(desk, client, contest, reviewer):
    case, holder, rival = contest
    data = typed(desk, case, rival)
    preview = desk.post(at("case-decide", case), data | {"preview": "1"})
    assert preview.status_code == 200
    assert "Propose to a second reviewer" in text_of(preview)
    assert "We compared the proof of execution" in text_of(preview)
    assert not CaseDecision.objects.exists()
    back = desk.post(at("case-decide", case), data | {"back": "1"})
    assert "It is newer and signed." in text_of(back)
    assert desk.post(at("case-decide", case), data | {"send": "1"}).status_code == 302
    decision = CaseDecision.objects.get()
    own = text_of(desk.get(at("case", case)))
    assert "You cannot confirm your own proposal." in own
    assert "Confirm and carry out" not in own
    refused = desk.post(at("case-settle", case, decision.pk), {"act": "confirm"})
    assert refused.status_code == 409
    assert fresh(holder).status == ClaimStatus.APPROVED
    client.force_login(ReviewerFactory(full_name="Sam Second"))
    assert "Confirm and carry out" in text_of(client.get(at("case", case)))
    assert client.post(at("case-settle", case, decision.pk), {"act": "confirm"}).status_code == 302
    assert (fresh(holder).status, fresh(rival).status) == (ClaimStatus.ENDED, ClaimStatus.APPROVED)
    closed = text_of(client.get(at("case", case)))
    assert "confirmed by Sam Second" in closed
    assert "It is newer and signed." in closed


def test_a_proposal_is_returned_with_a_comment_or_taken_back(desk, client, contest):
    case, _holder, rival = contest
    data = typed(desk, case, rival) | {"send": "1"}
    desk.post(at("case-decide", case), data)
    decision = CaseDecision.objects.get()
    reviewer = decision.proposed_by
    client.force_login(ReviewerFactory())
    empty = client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": " "})
    assert empty.status_code == 422
    assert "Say why you return the proposal." in text_of(empty)
    long = client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": "x" * 2001})
    assert "at most 2,000 characters" in text_of(long)
    assert "x" * 2001 in text_of(long)
    assert client.post(at("case-settle", case, decision.pk), {"act": "dance"}).status_code == 409
    assert client.post(at("case-settle", case, decision.pk), {"act": "return", "comment": HOSTILE}).status_code == 302
    assert fresh(decision).state == "returned"
    assert "<script>alert" not in text_of(client.get(at("case", case)))
    client.force_login(reviewer)
    client.post(at("case-decide", case), typed(client, case, rival) | {"send": "1"})
    latest = CaseDecision.objects.first()
    assert client.post(at("case-settle", case, latest.pk), {"act": "take-back"}).status_code == 302
    assert fresh(latest).state == "taken_back"


def test_an_incomplete_decision_comes_back_with_sentences_and_what_was_typed(desk, contest):
    case, holder, rival = contest
    data = typed(desk, case, rival, reason=" ")
    letter = f"letter_{case.parties.get(claim=holder).pk}"
    item = f"item_{case.items.get().pk}"
    response = desk.post(at("case-decide", case), data | {letter: " ", item: "0", "send": "1"})
    text = text_of(response)
    assert response.status_code == 422
    assert "Write down why you decide so." in text
    assert "Select one of the partners that claim or hold" in text
    only_letter = text_of(desk.post(at("case-decide", case), data | {letter: "", "reason": HOSTILE, "send": "1"}))
    assert "why it was not selected" in only_letter
    assert "&lt;script&gt;" in only_letter
    long = text_of(desk.post(at("case-decide", case), data | {letter: "x" * 4001, "reason": "y" * 4001}))
    assert long.count("at most 4,000 characters") == 2
    assert "x" * 4001 in long
    assert not CaseDecision.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "{}", '{"case": "a", "claims": {}}', '{"case": 1, "claims": []}', "[1]"])
def test_a_decision_on_nothing_that_was_read_is_refused(desk, contest, seen):
    data = typed(desk, contest[0], contest[2], seen=seen)
    response = desk.post(at("case-decide", contest[0]), data | {"send": "1"})
    assert response.status_code in {409, 422}
    assert not CaseDecision.objects.exists()


def test_a_decision_on_an_older_state_says_what_changed_and_may_be_sent_again(desk, contest, tenant, intune):
    case, _holder, rival = contest
    data = typed(desk, case, rival)
    third = filed(tenant, intune)
    late = desk.post(at("case-decide", case), data | {"send": "1"})
    assert late.status_code == 409
    assert f"Claim {third.pk} of" in text_of(late)
    assert "It is newer and signed." in text_of(late)
    again = typed(desk, case, rival)
    assert desk.post(at("case-decide", case), again | {"send": "1"}).status_code == 302


ALL = [("cases", "get"), ("case", "get"), ("case-take", "post"), ("case-release", "post"), ("case-score", "post"),
       ("case-ask", "post"), ("case-decide", "post"), ("case-settle", "post")]  # fmt: skip


def address(name, case):
    if name == "cases":
        return reverse("admin:review-cases")
    more = {"case-score": [case.parties.first().pk], "case-settle": [0]}.get(name, [])
    return at(name, case, *more)


@pytest.mark.parametrize(("name", "method"), ALL)
def test_partners_and_anonymous_people_do_not_come_in(client, contest, name, method):
    case, holder, _rival = contest
    response = getattr(client, method)(address(name, case))
    assert response.status_code == 302
    assert "/login" in response["Location"]
    client.force_login(holder.created_by)
    refused = getattr(client, method)(address(name, case), follow=True)
    assert refused.status_code == 403
    assert b"Case" not in refused.content or str(case.pk).encode() not in refused.content


@pytest.mark.parametrize(("name", "method"), ALL)
def test_auditors_read_everything_and_change_nothing(client, contest, name, method):
    case, _holder, rival = contest
    client.force_login(AuditorFactory())
    before = (fresh(case).version, fresh(rival).version, CaseScore.objects.count(), CaseDecision.objects.count())
    response = getattr(client, method)(address(name, case), {"act": "confirm"})
    assert response.status_code == (200 if method == "get" else 403)
    text = text_of(client.get(at("case", case)))
    for button in ("Ask all parties", "Take this case", "Decide</a>", "Score<"):
        assert button not in text
    assert before == (
        fresh(case).version,
        fresh(rival).version,
        CaseScore.objects.count(),
        CaseDecision.objects.count(),
    )


def test_catalogue_managers_see_no_cases(client, contest):
    client.force_login(CatalogueManagerFactory())
    assert client.get(reverse("admin:review-cases")).status_code == 403
    assert client.get(at("case", contest[0])).status_code == 403


@pytest.mark.parametrize(("name", "method"), ALL[1:])
def test_who_is_barred_from_one_partner_opens_nothing_of_its_case(desk, contest, reviewer, name, method):
    case, holder, _rival = contest
    Bar.objects.create(reviewer=reviewer, organization=holder.organization, reason="Family", set_at=NOW)
    response = getattr(desk, method)(address(name, case))
    assert response.status_code == 403
    assert holder.organization.name not in text_of(response)
    assert f"Case {case.pk}<" not in text_of(desk.get(reverse("admin:review-cases")))


def test_a_case_or_party_that_is_not_there_is_404(desk, contest):
    case = contest[0]
    for name, more in (("case", []), ("case-decide", []), ("case-ask", [])):
        assert desk.get(reverse(f"admin:review-{name}", args=[case.pk + 99, *more])).status_code == 404
    assert desk.get(at("case-score", case, 0)).status_code == 404
    assert desk.post(at("case-settle", case, 0), {"act": "confirm"}).status_code == 404


def test_the_claims_page_leads_to_its_case(desk, contest):
    case, _holder, rival = contest
    assert at("case", case) in text_of(desk.get(reverse("admin:review-claim", args=[rival.pk])))


def test_a_member_of_the_rival_partner_is_no_reviewer(client, contest):
    client.force_login(MembershipFactory(organization=contest[2].organization).user)
    assert client.get(at("case", contest[0]), follow=True).status_code == 403
