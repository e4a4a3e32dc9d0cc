"""The programs' names, summaries and openness: kept by staff, read by partners everywhere at once."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit.errors import RuleViolation
from partners.enrolling import enroll
from partners.models import Enrollment, Program, ProgramCode
from partners.programs import program_names, program_texts, renew_copy, save_program
from tests.factories import (
    CatalogueManagerFactory,
    ClaimFactory,
    EnrollmentFactory,
    LocationFactory,
    MembershipFactory,
    ReviewerFactory,
)

pytestmark = pytest.mark.django_db
SELL = ProgramCode.OSA_SELL
NEW = "OSA <Sell> 2027"


def address(page="change"):
    row = Program.objects.get(code=SELL)
    return reverse(f"admin:partners_program_{page}", args=[] if page == "add" else [row.pk])


def form(**changes):
    row = Program.objects.get(code=SELL)
    values = {"name": row.name, "summary": row.summary, "guide_link": row.guide_link, "is_open": "on", "position": 1}
    return values | changes


@pytest.fixture
def manager(client):
    client.force_login(CatalogueManagerFactory())


@pytest.fixture
def renamed():
    program = Program.objects.get(code=SELL)
    program.name, program.summary = NEW, "All about & around selling."
    program.guide_link = "Read the new guide"
    program.save()
    renew_copy()


@pytest.fixture
def closed():
    Program.objects.filter(code=SELL).update(is_open=False)
    renew_copy()


class TestWords:
    def test_the_migration_filled_in_the_three_programs(self):
        assert {row.code: row.name for row in Program.objects.all()} == dict(ProgramCode.choices)
        assert all(row.summary.endswith(".") and row.is_open for row in Program.objects.all())

    @pytest.mark.parametrize("page", ["programs", "enrollments", "overview", "incentive-guides"])
    def test_a_new_name_stands_on_every_page(self, client, renamed, page):
        client.force_login(MembershipFactory().user)
        content = client.get(reverse(page)).content.decode()
        assert "OSA &lt;Sell&gt; 2027" in content
        assert ">OSA Sell<" not in content

    def test_the_programs_page_tells_the_new_words_and_leads_to_the_guide(self, client, renamed):
        client.force_login(MembershipFactory().user)
        content = client.get(reverse("programs"), {"program": SELL}).content.decode()
        assert "All about &amp; around selling." in content
        assert "enrolled in OSA &lt;Sell&gt; 2027." in content
        assert 'href="/resources/incentive-guides/#osa-sell">Read the new guide</a>' in content

    def test_the_claim_page_and_the_export_name_it_too(self, client, renamed):
        membership = MembershipFactory()
        claim = ClaimFactory(
            organization=membership.organization, solution_area="business_applications", activities=["pre_sales"]
        )
        client.force_login(membership.user)
        assert "OSA &lt;Sell&gt; 2027" in client.get(claim.get_absolute_url()).content.decode()
        file = client.get(reverse("claims-export-file"), {"file": "claims"})
        assert NEW in b"".join(file).decode()

    def test_the_order_is_staffs(self):
        Program.objects.filter(code=SELL).update(position=9)
        renew_copy()
        assert list(program_texts())[-1] == SELL

    def test_a_table_that_was_emptied_falls_back_to_the_codes(self):
        Program.objects.all().delete()
        cache.clear()
        assert program_names() == dict(ProgramCode.choices)


class TestCopy:
    def test_a_page_asks_the_database_only_when_the_cache_has_nothing(self):
        cache.clear()
        for expected in (1, 0):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                program_names()
            assert len(queries) == expected

    def test_after_the_commit_every_process_reads_the_new_words(self, django_capture_on_commit_callbacks):
        assert program_names()[SELL] == "OSA Sell"
        program = Program.objects.get(code=SELL)
        program.name = NEW
        with django_capture_on_commit_callbacks(execute=True):
            save_program(program)
            assert program_names()[SELL] == "OSA Sell"
        with CaptureQueriesContext(connection) as queries:
            assert program_names()[SELL] == NEW
        assert len(queries) == 0

    def test_a_slow_reader_does_not_put_old_words_over_new_ones(self, monkeypatch, django_capture_on_commit_callbacks):
        from partners import programs

        cache.clear()
        read = programs._read

        def slowly():
            old = read()
            monkeypatch.setattr(programs, "_read", read)
            Program.objects.filter(code=SELL).update(name=NEW)
            renew_copy()
            return old

        monkeypatch.setattr(programs, "_read", slowly)
        program_names()
        assert program_names()[SELL] == NEW


class TestAdmin:
    def test_staff_change_the_words_and_it_is_written_down(self, client, manager):
        assert client.post(address(), form(name=NEW, is_open="")).status_code == 302
        program = Program.objects.get(code=SELL)
        assert (program.name, program.is_open) == (NEW, False)
        history = client.get(address("history")).content.decode()
        assert "Name: OSA Sell → OSA &lt;Sell&gt; 2027" in history
        assert "Open for new enrollments: yes → no" in history

    def test_the_code_stays_and_no_program_is_added_or_deleted(self, client, manager):
        client.post(address(), form(code="osu_ba"))
        assert Program.objects.get(name="OSA Sell").code == SELL
        assert client.get(address("add")).status_code == 403
        assert client.post(address("delete"), {"post": "yes"}).status_code == 403

    @pytest.mark.parametrize(
        "changes",
        [{"name": ""}, {"name": "x" * 61}, {"summary": "x" * 301}, {"name": "OSU - Microsoft 365"}, {"position": "-1"}],
    )
    def test_bad_words_are_refused_beside_their_field_and_stay_typed(self, client, manager, changes):
        answer = client.post(address(), form(**changes))
        assert answer.status_code == 200
        ((name, typed),) = changes.items()
        assert answer.context["adminform"].form.errors[name]
        assert answer.context["adminform"].form[name].value() == typed
        assert Program.objects.get(code=SELL).name == "OSA Sell"

    def test_reviewers_read_them_only(self, client):
        client.force_login(ReviewerFactory())
        assert client.get(address()).status_code == 200
        assert client.post(address(), form(name=NEW)).status_code == 403


class TestClosed:
    def test_no_location_enrolls_and_the_sentence_says_why(self, client, closed):
        membership = MembershipFactory()
        location = LocationFactory(organization=membership.organization)
        client.force_login(membership.user)
        page = client.get(reverse("enrollments")).content.decode()
        assert "closed for new enrollments" in page
        assert f'id="change-{location.pk}-{SELL.value}"' not in page
        assert f'id="change-{location.pk}-osu_ba"' in page
        data = {"location": location.pk, "program": SELL, "go": "enroll"}
        answer = client.post(reverse("enrollments"), data, follow=True)
        assert "OSA Sell is closed for new enrollments." in answer.content.decode()
        assert not Enrollment.objects.exists()

    def test_what_is_enrolled_stays_and_may_leave(self, client, closed):
        membership = MembershipFactory()
        location = LocationFactory(organization=membership.organization)
        EnrollmentFactory(location=location, program=SELL)
        enroll(location, program=SELL, membership=membership)
        client.force_login(membership.user)
        client.post(reverse("enrollments"), {"location": location.pk, "program": SELL, "go": "leave"})
        assert not Enrollment.objects.exists()

    def test_the_rule_asks_the_database_and_not_the_copy(self, closed):
        from partners.programs import ProgramText, remember

        remember([ProgramText(code.value, code.label) for code in ProgramCode])
        membership = MembershipFactory()
        location = LocationFactory(organization=membership.organization)
        with pytest.raises(RuleViolation, match="closed for new enrollments"):
            enroll(location, program=SELL, membership=membership)

    @pytest.mark.parametrize("page", ["programs", "overview"])
    def test_the_pages_about_programs_say_it(self, client, closed, page):
        client.force_login(MembershipFactory().user)
        assert client.get(reverse(page)).content.decode().count("closed for new enrollments") >= 1
        chosen = client.get(reverse("programs"), {"program": SELL}).content.decode()
        assert "Closed for new enrollments. Locations that are enrolled stay enrolled." in chosen

    def test_staff_do_not_enroll_a_location_either(self, client, manager, closed):
        location = LocationFactory()
        old = EnrollmentFactory(location=location, program="osu_ba")
        data = {"city": "Ottawa", "country": "CA", "is_active": "on"}
        rows = {
            "enrollments-TOTAL_FORMS": 2, "enrollments-INITIAL_FORMS": 1, "enrollments-0-id": old.pk,
            "enrollments-0-location": location.pk, "enrollments-0-program": "osu_ba",
            "enrollments-1-location": location.pk, "enrollments-1-program": SELL.value,
        }  # fmt: skip
        answer = client.post(reverse("admin:partners_location_change", args=[location.pk]), data | rows)
        assert "OSA Sell is closed for new enrollments." in answer.content.decode()
        assert Enrollment.objects.count() == 1
