"""The advisor: three questions that tell what to claim, under which program."""

import pytest

from claims.advisor import Family, Wish, Work, advise
from claims.enums import ACTIVITIES_OF, Activity
from claims.programs import prefill_for
from customers.enums import SolutionArea
from tests.claims.journey import text_of
from tests.claims.test_programs import ADVISOR, OSA, OSU_BA, OSU_M365, checked
from tests.factories import LocationFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


class TestAdvice:
    @pytest.mark.parametrize(
        ("answers", "activities", "programs"),
        [
            ((Family.DYNAMICS, Work.SELECTION, Wish.INCENTIVES), [Activity.PRE_SALES], [OSA]),
            ((Family.DYNAMICS, Work.USAGE, Wish.INCENTIVES), [Activity.USAGE], [OSU_BA]),
            ((Family.DYNAMICS, Work.BOTH, Wish.INCENTIVES), [Activity.PRE_SALES, Activity.USAGE], [OSA, OSU_BA]),
            ((Family.DYNAMICS, Work.USAGE, Wish.RECOGNITION), [Activity.REVENUE], [OSA]),
            ((Family.MICROSOFT_365, Work.USAGE, Wish.INCENTIVES), [Activity.USAGE], [OSU_M365]),
            ((Family.MICROSOFT_365, Work.SELECTION, Wish.RECOGNITION), [Activity.USAGE], [OSU_M365]),
        ],
    )
    def test_three_answers_tell_activity_and_program(self, answers, activities, programs):
        family, work, wish = answers
        advice = advise(family=family, work=work, wish=wish)
        assert (list(advice.prefill.activities), list(advice.programs)) == (activities, programs)

    @pytest.mark.parametrize("family", [Family.POWER_BI, Family.OTHER])
    def test_what_is_not_claimed_here_gets_no_start(self, family):
        for work in Work:
            assert advise(family=family, work=work, wish=Wish.INCENTIVES).prefill is None

    def test_every_advice_can_be_started_as_it_is_given(self):
        for family in (Family.DYNAMICS, Family.MICROSOFT_365):
            for work in Work:
                for wish in Wish:
                    prefill = advise(family=family, work=work, wish=wish).prefill
                    assert prefill_for(prefill.program, [each.value for each in prefill.activities]) == prefill
                    assert set(prefill.activities) <= set(ACTIVITIES_OF[SolutionArea(prefill.solution_area)])

    def test_the_page_answers_and_leads_into_the_wizard(self, client, membership):
        content = client.get(ADVISOR, {"family": "dynamics", "work": "both", "wish": "incentives"}).content.decode()
        assert "Claim under Business Applications: Pre-sales and Usage" in content
        assert "OSA Sell and OSU - Business Applications" in text_of(content)
        assert "program=osa_sell&amp;activity=pre_sales&amp;activity=usage" in content
        assert checked(content) == ["dynamics", "both", "incentives"]

    def test_an_untouched_page_complains_of_nothing(self, client, membership):
        response = client.get(ADVISOR)
        assert response.status_code == 200
        assert "field__error" not in response.content.decode()

    def test_missing_and_unknown_answers_get_a_sentence_each_and_the_others_stay(self, client, membership):
        response = client.get(ADVISOR, {"family": "dynamics", "work": "<b>x</b>", "ask": "1"})
        content = response.content.decode()
        assert response.status_code == 422
        assert "Select one of the answers." in content
        assert "Select what you want." in content
        assert "Check what you entered" in content
        assert checked(content) == ["dynamics"]
        assert "<b>x" not in content

    def test_power_bi_is_sent_elsewhere(self, client, membership):
        content = client.get(ADVISOR, {"family": "power_bi", "work": "usage", "wish": "incentives"}).content.decode()
        assert "It stays with the Digital Partner of Record (DPOR)." in content
        assert "program=" not in content.split('id="advisor"')[1].split("</main>")[0]

    def test_with_htmx_only_the_part_comes_back(self, client, membership):
        part = client.get(ADVISOR, {"ask": "1"}, headers={"HX-Request": "true"})
        assert part.status_code == 422
        assert part.content.decode().strip().startswith('<div id="advisor"')

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_queries_do_not_grow(self, rows, client, membership, django_assert_num_queries):
        LocationFactory.create_batch(rows, organization=membership.organization)
        client.get(ADVISOR)
        with django_assert_num_queries(4):
            client.get(ADVISOR)
