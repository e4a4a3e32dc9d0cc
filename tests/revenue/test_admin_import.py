"""Import of revenue in the admin: first checked, then exactly what was checked."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from revenue.models import RevenueImport, RevenueLine
from tests.factories import LeadFactory, StaffFactory
from tests.revenue.samples import crm, csv_of, row, subscription_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/revenue/revenueimport/import/"


@pytest.fixture
def staff(client):
    person = StaffFactory(is_superuser=True)
    client.force_login(person)
    return person


def upload(*rows):
    return SimpleUploadedFile("lines.csv", csv_of(*rows).encode())


def test_lines_are_checked_then_imported_and_written_down(client, staff):
    file = upload(row(subscription_of(crm())), row(subscription_of(crm())))
    answer = client.post(PAGE, {"upload": file, "data_as_of": "2026-10-31"})
    assert "2 added" in answer.content.decode()
    assert not RevenueLine.objects.exists()
    client.post(PAGE, {"kept": answer.context["kept"]})
    batch = RevenueImport.objects.get()
    assert (batch.rows, batch.imported_by, str(batch.data_as_of)) == (2, staff, "2026-10-31")
    entry = LogEntry.objects.get()
    assert (entry.action_flag, entry.object_id) == (ADDITION, str(batch.pk))
    assert entry.change_message == "Imported from lines.csv: 2 added."


def test_the_same_file_again_is_refused_with_the_day(client, staff):
    rows = [row(subscription_of(crm()))]
    answer = client.post(PAGE, {"upload": upload(*rows)})
    client.post(PAGE, {"kept": answer.context["kept"]})
    again = client.post(PAGE, {"upload": upload(*rows)})
    assert again.status_code == 422
    assert "This very file was imported on" in again.content.decode()


def test_every_wrong_line_is_named(client, staff):
    wrong = [row(None, currency="EUX"), row(None, month="2026-13")]
    answer = client.post(PAGE, {"upload": upload(*wrong)})
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "2 lines are wrong." in content
    assert "Line 2: " in content
    assert "Line 3: column month" in content


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("yesterday", "This is not a day. Write it like 2026-10-31."), ("2999-01-01", "This day is still to come.")],
)
def test_an_odd_day_is_refused_beside_its_field_and_stays_typed(client, staff, typed, sentence):
    content = client.post(PAGE, {"upload": upload(), "data_as_of": typed}).content.decode()
    assert sentence in content
    assert f'value="{typed}"' in content
    assert 'id="id_data_as_of_error"' in content


def test_only_those_who_may_add_and_change_revenue_import_it(client, staff):
    assert PAGE in client.get("/admin/revenue/revenueimport/").content.decode()
    client.force_login(LeadFactory())
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/admin/revenue/revenueimport/").content.decode()
