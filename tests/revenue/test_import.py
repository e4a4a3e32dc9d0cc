"""``manage.py import_revenue``: what it takes, replaces and counts."""

import uuid
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from revenue.areas import guess_area
from revenue.enums import PerformanceArea
from revenue.importing import import_revenue
from revenue.models import ProductArea, RevenueImport, RevenueLine
from tests.factories import NOW, ReviewerFactory, TenantFactory
from tests.revenue.samples import AS_OF, crm, csv_of, erp, row, subscription_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription():
    return subscription_of(crm("DYNAMICS 365 FOR SALES ENTERPRISE EDITION"))


def load(path, **options):
    return import_revenue(path, **({"now": NOW, "data_as_of": AS_OF} | options))


def told(path, *arguments):
    out = StringIO()
    call_command("import_revenue", str(path), "--data-as-of", "2026-10-31", *arguments, stdout=out)
    return out.getvalue()


def test_a_line_is_kept_with_exact_amounts_and_where_it_stood(subscription, tmp_path):
    ours = row(subscription, license_revenue="-0.10", enhancement_revenue="12345678901.99", seats="-3")
    load(written(tmp_path, csv_of(row(subscription), ours)))
    kept = RevenueLine.objects.get(invoice_line=ours["invoice_line"])
    assert (kept.license_revenue, kept.enhancement_revenue) == (Decimal("-0.10"), Decimal("12345678901.99"))
    assert (kept.month, kept.seats, kept.currency, kept.line_number) == (date(2026, 9, 1), -3, "USD", 3)
    assert (kept.tenant, kept.subscription) == (subscription.tenant, subscription)
    assert kept.product.name == "DYNAMICS 365 FOR SALES ENTERPRISE EDITION"


def test_a_subscription_is_known_by_either_of_its_ids(subscription, tmp_path):
    load(
        written(
            tmp_path,
            csv_of(
                row(subscription_id=str(subscription.subscription_id)),
                row(subscription_id=f"{{{str(subscription.commerce_subscription_id).upper()}}}"),
            ),
        )
    )
    assert set(RevenueLine.objects.values_list("subscription", flat=True)) == {subscription.pk}
    assert RevenueLine.objects.count() == 2


def test_a_line_without_a_subscription_goes_by_tenant_and_product_in_any_case(subscription, tmp_path):
    tenant = TenantFactory()
    finance = erp("DYNAMICS 365 FINANCE")
    load(written(tmp_path, csv_of(row(tenant_id=str(tenant.tenant_id), product="Dynamics 365 Finance"))))
    kept = RevenueLine.objects.get()
    assert (kept.tenant, kept.product, kept.subscription) == (tenant, finance, None)


def test_the_same_file_again_changes_nothing_and_says_so(subscription, tmp_path):
    path = written(tmp_path, csv_of(row(subscription), row(subscription)))
    assert told(path) == "2 lines as of 2026-10-31: 2 added, 0 replaced, 0 unchanged.\n"
    before = list(RevenueLine.objects.values())
    assert "Nothing changed." in told(path)
    assert list(RevenueLine.objects.values()) == before
    assert RevenueImport.objects.count() == 1


def test_corrected_lines_replace_those_of_the_same_key_and_others_stay(subscription, tmp_path):
    first, second, third = row(subscription), row(subscription), row(subscription)
    load(written(tmp_path, csv_of(first, second)))
    corrected = second | {"license_revenue": "7", "currency": "EUR"}
    answer = told(written(tmp_path, csv_of(first, corrected, third), name="corrected.csv"))
    assert answer == "3 lines as of 2026-10-31: 1 added, 1 replaced, 1 unchanged.\n"
    kept = RevenueLine.objects.get(invoice_line=second["invoice_line"])
    assert (kept.license_revenue, kept.currency, kept.batch.file_name) == (Decimal(7), "EUR", "corrected.csv")
    assert RevenueLine.objects.count() == 3


def test_a_dry_run_counts_and_writes_nothing(subscription, tmp_path):
    answer = told(written(tmp_path, csv_of(row(subscription))), "--dry-run")
    assert answer == "1 line as of 2026-10-31: 1 added, 0 replaced, 0 unchanged. Dry run: nothing was written.\n"
    assert not RevenueLine.objects.exists()
    assert not RevenueImport.objects.exists()
    assert not ProductArea.objects.filter(product__skus=None).exists()


@time_machine.travel(NOW, tick=False)
def test_without_a_day_the_data_are_as_of_today(subscription, tmp_path):
    call_command("import_revenue", str(written(tmp_path, csv_of(row(subscription)))), stdout=StringIO())
    assert RevenueImport.objects.get().data_as_of == NOW.date()


def test_it_is_noted_who_imported(subscription, tmp_path):
    reviewer = ReviewerFactory()
    told(written(tmp_path, csv_of(row(subscription))), "--by", reviewer.email.upper())
    assert RevenueImport.objects.get().imported_by == reviewer
    with pytest.raises(CommandError, match="Nobody has the e-mail address nobody@"):
        told(tmp_path / "lines.csv", "--by", "nobody@microsoft.example")


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", ""])
def test_a_day_that_is_none_is_refused(day, tmp_path):
    with pytest.raises(CommandError, match="is not a day"):
        call_command("import_revenue", str(tmp_path / "lines.csv"), "--data-as-of", day)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_of_all_usual_programs_are_read(delimiter, encoding, subscription, tmp_path):
    columns = ("Reseller", "CURRENCY", "seats", " product ", "tenant_id", "month", "license_revenue", "invoice_line")
    columns = (*columns, "Subscription_ID", "enhancement_revenue")
    ours = row(subscription, Reseller="Señor García")
    cells = {column: ours.get(column.strip().lower(), ours.get(column, "")) for column in columns}
    content = csv_of(cells, delimiter=delimiter, columns=columns)
    load(written(tmp_path, content.encode(encoding)))
    assert RevenueLine.objects.get().license_revenue == Decimal("1200.50")


def test_empty_amounts_and_seats_are_zero_and_empty_lines_are_passed_over(subscription, tmp_path):
    content = csv_of(row(subscription, license_revenue="", enhancement_revenue="", seats=""))
    assert load(written(tmp_path, f"{content}\r\n,,,,,,,,\r\n")).rows == 1
    kept = RevenueLine.objects.get()
    assert (kept.license_revenue, kept.enhancement_revenue, kept.seats) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("DYNAMICS 365 FINANCE", "erp"),
        ("DYNAMICS 365 UNF OPS PLAN ENT EDITION", "erp"),
        ("DYNAMICS 365 BUSINESS CENTRAL ESSENTIALS", "erp"),
        ("DYNAMICS 365 PROJECT OPERATIONS", "erp"),
        ("DYNAMICS 365 TALENT: ATTRACT", "erp"),
        ("DYNAMICS AX ENTERPRISE", "erp"),
        ("DYNAMICS 365 FOR PROJECT SERVICE AUTOMATION ENTERPRISE EDITION FOR GOVERNMENT", "crm"),
        ("DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION", "crm"),
        ("MICROSOFT DYNAMICS CRM ONLINE BASIC", "crm"),
        ("DYNAMICS 365 MAXIMUM", "crm"),
    ],
)
def test_the_name_of_a_product_tells_its_area(name, area):
    assert guess_area(name) == area


def test_a_products_area_is_written_once_and_what_staff_chose_stays(subscription, tmp_path):
    ProductArea.objects.all().delete()
    load(written(tmp_path, csv_of(row(subscription))))
    kept = ProductArea.objects.get()
    assert kept.area == PerformanceArea.CRM
    ProductArea.objects.update(area=PerformanceArea.ERP)
    load(written(tmp_path, csv_of(row(subscription))))
    kept.refresh_from_db()
    assert kept.area == PerformanceArea.ERP


@pytest.mark.parametrize("change", [{"invoice_line": ""}, {"month": date(2026, 9, 2)}, {"currency": "usd"}])
def test_the_database_refuses_lines_that_no_import_would_write(change, subscription, tmp_path):
    load(written(tmp_path, csv_of(row(subscription))))
    with pytest.raises(IntegrityError), transaction.atomic():
        RevenueLine.objects.update(**change)


def test_every_constraint_has_a_sentence():
    for model in (RevenueLine, ProductArea):
        for constraint in model._meta.constraints:
            assert constraint.violation_error_message.endswith(".")
            assert " " in constraint.violation_error_message


def test_the_number_of_queries_depends_on_the_batches_not_on_the_lines(
    subscription, tmp_path, django_assert_num_queries
):
    def file(rows, name):
        others = [subscription_of(crm()) for _ in range(rows)]
        return written(tmp_path, csv_of(*(row(other) for other in others)), name=name)

    one, many = file(1, "one.csv"), file(40, "many.csv")
    for path in (one, many):
        with django_assert_num_queries(12):
            load(path)


def test_an_unknown_subscription_leaves_the_others_out_too(subscription, tmp_path):
    with pytest.raises(CommandError):
        told(written(tmp_path, csv_of(row(subscription), row(subscription_id=str(uuid.uuid4())))))
    assert not RevenueLine.objects.exists()
    assert not RevenueImport.objects.exists()
