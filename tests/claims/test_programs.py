"""Programs, the advisor, and the way from both into the wizard."""

import re

import pytest
from django.urls import reverse

from claims.enums import programs_for
from claims.models import ClaimDraft
from claims.programs import PROGRAMS, prefill_for
from partners.models import ProgramCode
from partners.standing import standings_of
from tests.claims.journey import BA, M365, NEW, text_of
from tests.factories import EnrollmentFactory, LocationFactory, MembershipFactory, ReviewerFactory

pytestmark = pytest.mark.django_db
PROGRAMS_PAGE = "/incentives/programs/"
ADVISOR = "/incentives/programs/advisor/"
OSA, OSU_M365, OSU_BA = "osa_sell", "osu_m365", "osu_ba"


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


def checked(content):
    """Values of the boxes and buttons that are ticked, and of the option that is selected."""
    boxes = re.findall(r"<input[^>]*\bchecked\b[^>]*>", content)
    options = re.findall(r'<option value="([^"]*)"[^>]*\bselected\b', content)
    return [re.search(r'value="([^"]*)"', box).group(1) for box in boxes] + options


class TestPage:
    def test_it_offers_the_three_programs_by_their_names(self, client, membership):
        content = client.get(PROGRAMS_PAGE).content.decode()
        for label in ("OSA Sell", "OSU - Microsoft 365", "OSU - Business Applications"):
            assert f">{label}</option>" in content
        assert "Customer Association</button>" in content

    @pytest.mark.parametrize(
        ("code", "area", "activity"),
        [
            (OSA, "Business Applications", "Pre-sales"),
            (OSU_M365, "Microsoft 365", "Usage"),
            (OSU_BA, "Business Applications", "Usage"),
        ],
    )
    def test_the_chosen_program_is_explained(self, client, membership, code, area, activity):
        content = client.get(PROGRAMS_PAGE, {"program": code}).content.decode()
        told = text_of(content)
        assert f"Solution area {area}" in told
        assert f"Activity {activity}" in told
        assert checked(content) == [code]

    def test_revenue_association_is_explained_under_osa_sell_only(self, client, membership):
        for code in PROGRAMS:
            content = client.get(PROGRAMS_PAGE, {"program": code}).content.decode()
            assert ("Start a revenue association" in content) == (code == OSA)

    def test_with_htmx_only_the_part_comes_back(self, client, membership):
        whole = client.get(PROGRAMS_PAGE, {"program": OSA})
        part = client.get(PROGRAMS_PAGE, {"program": OSA}, headers={"HX-Request": "true"})
        assert part.content.decode().strip().startswith('<div id="program"')
        assert part.content.decode().strip() in whole.content.decode()

    @pytest.mark.parametrize("odd", ["power_bi", "OSA_SELL", "<script>alert(1)</script>", "x" * 5000, "osa_sell\0"])
    def test_an_unknown_program_gets_a_sentence_beside_the_field(self, client, membership, odd):
        response = client.get(PROGRAMS_PAGE, {"program": odd})
        content = response.content.decode()
        assert response.status_code == 422
        assert "There is no such program. Select one from the list." in content
        assert 'aria-describedby="program-error"' in content
        assert "<script>alert" not in content

    def test_no_program_at_all_is_fine(self, client, membership):
        response = client.get(PROGRAMS_PAGE, {"program": ""})
        assert response.status_code == 200
        assert "no such program" not in response.content.decode()

    @pytest.mark.parametrize("path", [PROGRAMS_PAGE, ADVISOR, "/incentives/co-op/", "/incentives/overview/"])
    def test_strangers_sign_in_first_and_others_need_a_role(self, client, path):
        assert client.get(path)["Location"].startswith(reverse("account_login"))
        client.force_login(ReviewerFactory())
        assert client.get(path).status_code == 403

    @pytest.mark.parametrize("path", [PROGRAMS_PAGE, ADVISOR, "/incentives/co-op/"])
    def test_they_take_no_post(self, client, membership, path):
        assert client.post(path).status_code == 405


class TestEnrollments:
    def test_the_own_active_locations_are_counted_per_program(self, client, membership):
        organization = membership.organization
        first = LocationFactory(organization=organization, city="Bezons")
        LocationFactory(organization=organization, city="Munich")
        inactive = LocationFactory(organization=organization, city="Lyon", is_active=False)
        for location in (first, inactive):
            EnrollmentFactory(location=location, program=ProgramCode.OSA_SELL)
        EnrollmentFactory(location=LocationFactory(city="Secret"), program=ProgramCode.OSA_SELL)
        overview = text_of(client.get(PROGRAMS_PAGE).content.decode())
        assert overview.count("1 of 2 enrolled") == 1
        assert overview.count("None of 2 enrolled") == 2
        told = text_of(client.get(PROGRAMS_PAGE, {"program": OSA}).content.decode())
        assert "BEZONS" in told
        assert "MUNICH" in told
        assert "LYON" not in told
        assert "SECRET" not in told

    def test_only_locations_the_person_has_access_to_count(self, membership):
        own = LocationFactory(organization=membership.organization)
        LocationFactory(organization=membership.organization)
        membership.locations.add(own)
        standing = standings_of(membership)[OSA]
        assert (standing.total, list(standing.others)) == (1, [own])

    def test_without_a_location_it_says_so(self, client, membership):
        assert "You have no active MPN location." in client.get(PROGRAMS_PAGE, {"program": OSA}).content.decode()

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize("query", [{}, {"program": OSA}])
    def test_its_queries_do_not_grow_with_the_locations(
        self, rows, query, client, membership, django_assert_num_queries
    ):
        for _ in range(rows):
            EnrollmentFactory(location=LocationFactory(organization=membership.organization), program=OSA)
        client.get(PROGRAMS_PAGE, query)
        with django_assert_num_queries(7):
            client.get(PROGRAMS_PAGE, query)


class TestStart:
    @pytest.mark.parametrize(
        ("code", "area", "activity"), [(OSA, BA, "pre_sales"), (OSU_M365, M365, "usage"), (OSU_BA, BA, "usage")]
    )
    def test_a_program_fills_in_solution_area_and_activity(self, journey, code, area, activity):
        journey.at = f"{NEW}?program={code}"
        assert checked(journey.page()) == [area]
        assert not ClaimDraft.objects.exists()
        journey.at = journey.client.get(journey.at).context["address"]
        journey.post(solution_area=area)
        assert journey.step() == "activity"
        assert checked(journey.page()) == [activity]
        draft = ClaimDraft.objects.get()
        assert "activity" not in draft.answers  # filled in, not answered

    def test_the_filled_in_steps_are_still_asked(self, journey):
        journey.at = f"{NEW}?program={OSA}"
        journey.post(solution_area=BA)
        draft = ClaimDraft.objects.get()
        response = journey.client.get(reverse("association-new-step", args=[draft.pk, "customer"]))
        assert response["Location"].endswith("/activity/")
        assert journey.post(solution_area=BA).status_code == 422  # no activity posted

    def test_nothing_posted_is_refused_although_filled_in(self, journey):
        journey.at = f"{NEW}?program={OSA}"
        response = journey.post()
        assert response.status_code == 422
        assert "Select a solution area." in response.content.decode()
        assert not ClaimDraft.objects.exists()

    def test_back_shows_the_choice(self, journey):
        journey.at = f"{NEW}?program={OSU_BA}"
        journey.post(solution_area=BA)
        journey.post(activities=["usage"])
        journey.post(go="back")
        assert checked(journey.page()) == ["usage"]
        journey.post(go="back", activities=["usage"])
        assert checked(journey.page()) == [BA]

    def test_another_solution_area_than_the_programs_drops_its_activity(self, journey):
        journey.at = f"{NEW}?program={OSA}"
        journey.post(solution_area=M365)
        assert checked(journey.page()) == ["usage"]

    def test_going_back_to_another_solution_area_drops_it_too(self, journey):
        journey.at = f"{NEW}?program={OSA}"
        journey.post(solution_area=BA)
        journey.post(go="back", activities=["pre_sales"])
        journey.post(solution_area=M365)
        assert checked(journey.page()) == ["usage"]

    @pytest.mark.parametrize("odd", ["", "power_bi", "<b>", "x" * 5000])
    def test_an_unknown_program_starts_plain(self, journey, odd):
        response = journey.client.get(NEW, {"program": odd, "activity": "usage"})
        assert response.status_code == 200
        assert checked(response.content.decode()) == []
        assert response.context["address"] == NEW

    def test_posted_on_its_own_a_program_leads_to_the_first_step(self, journey):
        response = journey.client.post(NEW, {"program": OSA})
        assert response["Location"] == reverse("association-new", query={"program": OSA, "activity": "pre_sales"})
        assert checked(journey.client.get(response["Location"]).content.decode()) == [BA]
        assert not ClaimDraft.objects.exists()

    def test_the_dialog_keeps_the_program_in_its_address(self, journey):
        response = journey.client.get(NEW, {"program": OSA}, headers={"HX-Request": "true"})
        assert response["HX-Push-Url"] == reverse("association-new", query={"program": OSA, "activity": "pre_sales"})

    def test_revenue_association_can_be_filled_in_under_osa_sell(self, journey):
        journey.at = f"{NEW}?program={OSA}&activity=revenue_association"
        journey.post(solution_area=BA)
        assert checked(journey.page()) == ["revenue_association"]


class TestPrefill:
    @pytest.mark.parametrize(
        ("program", "asked", "expected"),
        [
            (OSA, [], ["pre_sales"]),
            (OSA, ["revenue_association"], ["revenue_association"]),
            (OSA, ["usage", "pre_sales"], ["pre_sales", "usage"]),
            (OSA, ["usage"], ["pre_sales"]),
            (OSA, ["revenue_association", "usage"], ["pre_sales"]),
            (OSU_BA, ["revenue_association"], ["usage"]),
            (OSU_M365, ["pre_sales"], ["usage"]),
            (OSU_M365, ["usage", "nonsense"], ["usage"]),
        ],
    )
    def test_only_activities_of_the_program_that_go_together_are_filled_in(self, program, asked, expected):
        assert [each.value for each in prefill_for(program, asked).activities] == expected

    def test_every_program_fits_what_it_fills_in(self):
        assert set(PROGRAMS) == set(ProgramCode.values)
        for code, program in PROGRAMS.items():
            prefill = prefill_for(code)
            assert program.code in programs_for(prefill.solution_area, [each.value for each in prefill.activities])


class TestCoop:
    def test_it_says_that_co_op_claims_are_made_elsewhere_and_what_belongs_here(self, client, membership):
        told = text_of(client.get("/incentives/co-op/").content.decode())
        assert "not handled in this portal" in told
        assert "What belongs here" in told


class TestSidebar:
    def test_every_item_is_a_link_that_answers(self, client, membership):
        content = client.get("/").content.decode()
        nav = content[content.index('<nav class="nav"') :].split("</nav>")[0]
        links = re.findall(r'class="nav__item" href="([^"]+)"', nav)
        assert len(links) == nav.count('class="nav__item"')
        for name in ("home", "overview", "programs", "coop", "associations"):
            assert reverse(name) in links
        for link in links:
            assert client.get(link).status_code == 200, link

    def test_the_two_foreign_groups_say_that_they_are_not_part_of_this_portal(self, client, membership):
        told = text_of(client.get("/incentives/co-op/").content.decode())
        for group in ("WINDOWS", "CROSS-DEVICE EXPERIENCES"):
            assert f"{group} Not part of this portal" in told

    @pytest.mark.parametrize(
        ("path", "item", "mark"),
        [
            ("/", "Home", "page"),
            (PROGRAMS_PAGE, "Programs", "page"),
            (ADVISOR, "Programs", "true"),
            ("/incentives/overview/", "Overview", "page"),
            (NEW, "Customer associations", "true"),
        ],
    )
    def test_the_place_in_the_sidebar_is_marked_once(self, client, membership, path, item, mark):
        content = client.get(path).content.decode()
        nav = content[content.index('<nav class="nav"') :].split("</nav>")[0]
        marked = re.findall(r'<a class="nav__item"[^>]*aria-current="(\w+)">(.*?)</a>', nav, re.S)
        assert [(value, text_of(label).strip()) for value, label in marked] == [(mark, item)]
