"""Staff keep holidays of the review clock in the admin."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from claims.models import Holiday
from tests.claims.journey import text_of
from tests.factories import MembershipFactory, ReviewerFactory, StaffFactory

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:claims_holiday_changelist"), reverse("admin:claims_holiday_add")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def in_november(time_machine):
    time_machine.move_to("2026-11-24T10:00:00+00:00", tick=True)


@pytest.fixture
def staff(client):
    client.force_login(ReviewerFactory(is_superuser=True))
    return client


def posted(day="2026-11-27", kind="False", name="Company holiday"):
    return {"date": day, "is_working_day": kind, "name": name}


def change(entry):
    return reverse("admin:claims_holiday_change", args=[entry.pk])


def refused(response, sentence):
    """The form came back with the sentence beside its field."""
    assert response.status_code == 200
    assert sentence in text_of(response.content.decode())


class TestKeeping:
    def test_a_day_off_is_added_changed_and_deleted_and_each_is_logged(self, staff):
        assert staff.post(ADD, posted()).status_code == 302
        entry = Holiday.objects.get()
        assert (entry.date, entry.name, entry.is_working_day) == (date(2026, 11, 27), "Company holiday", False)
        assert staff.post(change(entry), posted(day="2026-11-26", kind="True", name="We work")).status_code == 302
        entry.refresh_from_db()
        assert (entry.date, entry.name, entry.is_working_day) == (date(2026, 11, 26), "We work", True)
        delete = reverse("admin:claims_holiday_delete", args=[entry.pk])
        assert staff.post(delete, {"post": "yes"}).status_code == 302
        assert not Holiday.objects.exists()
        assert LogEntry.objects.count() == 3

    def test_a_worked_saturday_and_a_day_off_that_the_country_has_too_are_kept(self, staff):
        assert staff.post(ADD, posted(day="2026-11-28", kind="True", name="Inventory")).status_code == 302
        assert staff.post(ADD, posted(day="2026-11-26", name="Thanksgiving, come what may")).status_code == 302
        assert Holiday.objects.count() == 2

    def test_the_name_of_an_old_entry_is_corrected_although_its_day_would_be_refused_today(self, staff):
        entry = Holiday.objects.create(date=date(2012, 1, 7), name="Saturdya")
        assert staff.post(change(entry), posted(day="2012-01-07", name="Saturday")).status_code == 302
        entry.refresh_from_db()
        assert entry.name == "Saturday"


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (posted(day=""), "This field is required."),
            (posted(day="yesterday"), "Enter a valid date."),
            (posted(day="2026-02-30"), "Enter a valid date."),
            (posted(day="0026-11-27"), "Choose a day that is at most 10 years away."),
            (posted(day="9999-12-31"), "Choose a day that is at most 10 years away."),
            (posted(day="2026-11-28"), "This is a Saturday, and weekends are no business days anyway."),
            (posted(day="2026-11-27", kind="True"), "This Friday is a business day already."),
            (posted(kind="perhaps"), "Select a valid choice."),
            (posted(kind=""), "This field is required."),
            (posted(name=" "), "This field is required."),
            (posted(name="x" * 81), "Ensure this value has at most 80 characters (it has 81)."),
            (posted(name="Null\x00"), "Null characters are not allowed."),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_a_sentence_and_stays_typed(self, data, sentence, staff):
        response = staff.post(ADD, data)
        refused(response, sentence)
        assert response.context["adminform"].form["name"].value() == data["name"]
        assert response.context["adminform"].form["date"].value() == data["date"]
        assert not Holiday.objects.exists()

    def test_a_day_has_one_entry(self, staff):
        Holiday.objects.create(date=date(2026, 11, 27), name="Company holiday")
        refused(staff.post(ADD, posted(name="Again")), "This day has an entry already. Change that one instead.")
        assert Holiday.objects.count() == 1

    def test_hostile_names_are_printed_as_text(self, staff):
        staff.post(ADD, posted(name=HOSTILE))
        entry = Holiday.objects.get()
        for address in (LIST, change(entry), reverse("admin:claims_holiday_delete", args=[entry.pk])):
            content = staff.get(address).content.decode()
            assert HOSTILE not in content
            assert "&lt;script&gt;" in content

    def test_an_entry_that_is_gone_leads_back_to_the_desk(self, staff):
        response = staff.get(reverse("admin:claims_holiday_change", args=[999]), follow=True)
        assert "doesn’t exist" in text_of(response.content.decode())


class TestList:
    def test_it_says_which_calendar_lies_beneath_and_that_promised_dates_stay(self, staff, settings):
        text = text_of(staff.get(LIST).content.decode())
        assert "Country calendar: United States . The review clock counts Monday to Friday" in text
        assert "Only due dates that are set from now on are affected." in text
        assert "Thursday, November 26, 2026: Thanksgiving Day" in text
        settings.REVIEW_CALENDAR_COUNTRY = "DE"
        for address in (LIST, ADD):
            assert "Country calendar: Germany" in text_of(staff.get(address).content.decode())

    def test_the_newest_is_on_top_with_what_its_day_would_be_otherwise(self, staff):
        Holiday.objects.create(date=date(2026, 11, 26), name="We work", is_working_day=True)
        Holiday.objects.create(date=date(2026, 11, 28), name="Inventory", is_working_day=True)
        Holiday.objects.create(date=date(2026, 11, 27), name="Company holiday")
        text = text_of(staff.get(LIST).content.decode())
        rows = [
            "Saturday, November 28, 2026 Inventory Working day Weekend",
            "Friday, November 27, 2026 Company holiday Day off Business day",
            "Thursday, November 26, 2026 We work Working day Thanksgiving Day",
        ]
        places = [text.index(row) for row in rows]
        assert places == sorted(places)

    def test_it_is_filtered_by_kind_and_year_and_searched_by_name(self, staff):
        Holiday.objects.create(date=date(2026, 11, 28), name="Inventory", is_working_day=True)
        Holiday.objects.create(date=date(2027, 11, 26), name="Company holiday")
        for query, found in [
            ({"is_working_day__exact": "1"}, {"Inventory"}),
            ({"is_working_day__exact": "0"}, {"Company holiday"}),
            ({"date__year": "2027"}, {"Company holiday"}),
            ({"q": "invent"}, {"Inventory"}),
            ({"q": HOSTILE}, set()),
        ]:
            response = staff.get(LIST, query)
            assert {entry.name for entry in response.context["cl"].result_list} == found, query

    @pytest.mark.parametrize("rows", [1, 3])
    def test_its_queries_do_not_grow_with_its_rows(self, rows, staff, django_assert_num_queries):
        for number in range(rows):
            Holiday.objects.create(date=date(2026, 11, 23) + timedelta(days=number), name="Off")
        staff.get(LIST)
        with django_assert_num_queries(8):
            staff.get(LIST)


class TestAccess:
    def test_strangers_partners_and_staff_without_the_permission_stay_out(self, client):
        entry = Holiday.objects.create(date=timezone.localdate(), name="Secret party")
        for person in (None, MembershipFactory().user, StaffFactory()):
            client.logout()
            if person:
                client.force_login(person)
            for address in (LIST, ADD, change(entry), reverse("admin:claims_holiday_delete", args=[entry.pk])):
                for answer in (client.get(address), client.post(address, posted())):
                    assert answer.status_code in {302, 403}
                    assert b"Secret" not in answer.content
        assert [each.name for each in Holiday.objects.all()] == ["Secret party"]

    def test_who_may_only_view_changes_nothing(self, client):
        entry = Holiday.objects.create(date=date(2026, 11, 27), name="Company holiday")
        viewer = StaffFactory()
        viewer.user_permissions.add(Permission.objects.get(codename="view_holiday"))
        client.force_login(viewer)
        assert client.get(LIST).status_code == client.get(change(entry)).status_code == 200
        assert client.post(change(entry), posted(name="Changed")).status_code == 403
        assert client.post(ADD, posted(day="2026-11-25")).status_code == 403
        client.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
        assert [each.name for each in Holiday.objects.all()] == ["Company holiday"]
