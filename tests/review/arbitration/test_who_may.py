"""Who may open and change cases: partners, auditors, catalogue managers, barred people."""

import pytest
from django.urls import reverse

from review.models import Bar, CaseDecision, CaseScore
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    MembershipFactory,
)
from tests.review.arbitration.pages import ALL, address, at, text_of
from tests.review.arbitration.rivals import fresh

pytestmark = pytest.mark.django_db


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
