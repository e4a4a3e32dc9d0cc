"""Files that are wrong, odd or hostile: every wrong line is named, and nothing is written."""

import re
import tracemalloc
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from customers.importing import ImportRefused
from revenue.importing import TOLD, RevenueRefused, import_revenue
from revenue.models import RevenueImport, RevenueLine
from tests.factories import NOW, ProductFactory, SkuFactory, SubscriptionFactory, TenantFactory, WorkloadFactory
from tests.revenue.samples import AS_OF, crm, csv_of, erp, row, subscription_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription():
    return subscription_of(crm("DYNAMICS 365 FOR SALES ENTERPRISE EDITION"))


@pytest.fixture(autouse=True)
def nothing_is_written():
    yield
    assert not RevenueLine.objects.exists()
    assert not RevenueImport.objects.exists()


def refusal(path, **options):
    with pytest.raises(ImportRefused) as refused:
        import_revenue(path, **({"now": NOW, "data_as_of": AS_OF} | options))
    return refused.value


def problems(path):
    refused = refusal(path)
    assert isinstance(refused, RevenueRefused)
    return refused.problems


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"invoice_line": ""}, "column invoice_line: the empty cell is no key"),
        ({"invoice_line": "=HYPERLINK(1)"}, "column invoice_line: «=HYPERLINK(1)» is no key"),
        ({"invoice_line": "x" * 61}, "is no key: 1 to 60 letters"),
        ({"invoice_line": "x" * 300}, "column invoice_line: the text is longer than 250 characters."),
        ({"month": "10/2026"}, "column month: «10/2026» is not a month. Write it like 2026-10."),
        ({"month": "2026-13"}, "is not a month"),
        ({"month": "2026-02-30"}, "is not a month"),
        ({"month": "1999-12"}, "is not a month"),
        ({"month": "٢٠٢٦-١٠"}, "is not a month"),
        ({"month": "2026-11"}, "column month: 2026-11 is later than the data reach, 2026-10."),
        ({"license_revenue": "=1+1"}, "column license_revenue: «=1+1» is not an amount."),
        ({"license_revenue": "1,234.50"}, "is not an amount. Write it like 1234.56 or -1234.56."),
        ({"license_revenue": "(12.00)"}, "is not an amount"),
        ({"license_revenue": "1e5"}, "is not an amount"),
        ({"license_revenue": "NaN"}, "is not an amount"),
        ({"license_revenue": "9" * 13}, "is not an amount"),
        ({"enhancement_revenue": "1.005"}, "column enhancement_revenue: «1.005» has more decimal places than USD has."),
        (
            {"license_revenue": "7.00", "enhancement_revenue": "1.5", "currency": "JPY"},
            "has more decimal places than JPY has.",
        ),
        ({"seats": "1.5"}, "column seats: «1.5» is not a whole number"),
        ({"seats": "12345678"}, "is not a whole number of at most seven digits."),
        ({"currency": ""}, "column currency: the empty cell is not a currency in use."),
        ({"currency": "DEM"}, "column currency: «DEM» is not a currency in use. Write its code, such as USD."),
        ({"currency": "<script>"}, "is not a currency in use"),
        ({"subscription_id": "SUB-1"}, "column subscription_id: «SUB-1» is not a GUID."),
        ({"tenant_id": "x"}, "column tenant_id: «x» is not a GUID."),
        ({"subscription_id": ""}, "it names neither a subscription_id nor both tenant_id and product."),
        ({"product": "DYNAMICS 365 NOTHING"}, "the catalogue has no Dynamics 365 product «DYNAMICS 365 NOTHING»."),
        ({"seats": "1\x07"}, "column seats: the text has control characters."),
    ],
)
def test_every_wrong_cell_is_named_with_its_line_and_a_sentence(change, sentence, subscription, tmp_path):
    told = problems(written(tmp_path, csv_of(row(subscription), row(subscription, **change))))
    assert len(told) == 1
    assert told[0].startswith("Line 3: ")
    assert sentence in told[0]
    assert told[0].endswith(".")


def test_all_wrong_cells_of_a_line_are_told_at_once(subscription, tmp_path):
    told = problems(written(tmp_path, csv_of(row(subscription, month="x", seats="y", currency="z"))))
    assert [re.search(r"column (\w+)", each)[1] for each in told] == ["month", "currency", "seats"]


def test_unknown_customers_subscriptions_and_products_are_refused(subscription, tmp_path):
    stranger = str(uuid.uuid4())
    other = erp("DYNAMICS 365 FINANCE")
    workload = WorkloadFactory(name="INTUNE")
    office = SubscriptionFactory(sku_id=SkuFactory(name="Microsoft 365 E3").sku_id)
    rival = TenantFactory()
    told = problems(
        written(
            tmp_path,
            csv_of(
                row(subscription_id=stranger),
                row(tenant_id=stranger, product=other.name),
                row(tenant_id=str(rival.tenant_id), product=workload.name),
                row(office),
                row(subscription, product=other.name),
                row(subscription, tenant_id=str(rival.tenant_id)),
            ),
        )
    )
    assert [each.partition(": ")[2] for each in told] == [
        f"column subscription_id: no customer has the subscription {stranger.upper()}.",
        f"column tenant_id: no customer has the directory ID {stranger.upper()}.",
        "column product: the catalogue has no Dynamics 365 product «INTUNE».",
        f"column subscription_id: the subscription {office.shown_id} is not for a Dynamics 365 product.",
        "column product: the subscription is for DYNAMICS 365 FOR SALES ENTERPRISE EDITION.",
        "column tenant_id: the subscription belongs to another customer.",
    ]


def test_an_id_of_two_subscriptions_is_refused(subscription, tmp_path):
    twin = SubscriptionFactory(commerce_subscription_id=subscription.commerce_subscription_id)
    assert "is the ID of more than one subscription." in problems(written(tmp_path, csv_of(row(twin))))[0]


@pytest.mark.parametrize("between", [0, 1200])
def test_a_key_that_stands_twice_in_a_file_is_refused_near_and_far(between, subscription, tmp_path):
    twice = row(subscription)
    rows = [twice, *(row(subscription) for _ in range(between)), twice | {"seats": "99"}]
    told = problems(written(tmp_path, csv_of(*rows)))
    assert told == [f"Line {between + 3}: column invoice_line: «{twice['invoice_line']}» stands in line 2 already."]


def test_many_wrong_lines_are_counted_and_the_first_ones_printed(subscription, tmp_path):
    rows = [row(subscription, seats="x") for _ in range(TOLD + 30)]
    with pytest.raises(CommandError) as refused:
        call_command("import_revenue", str(written(tmp_path, csv_of(*rows))), "--data-as-of", "2026-10-31")
    told = str(refused.value).splitlines()
    assert told[0] == f"Nothing was imported. {TOLD + 30} lines are wrong."
    assert told[1].startswith("Line 2: column seats")
    assert told[-1] == "Only the first problems are printed."
    assert len(told) == TOLD + 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Line 1: missing invoice_line, month"),
        (b"\xef\xbb\xbf", "Line 1: missing invoice_line, month"),
        (b"a,b,c\n1,2,3\n", "The heading names the columns; docs/importing.md shows them."),
        (csv_of(columns=("month", *csv_of().strip().split(","))), "Line 1: month stands there twice."),
        (csv_of(), "Line 2: the file has a heading but no lines."),
        (csv_of() + '"never closed', "Line 2: not valid CSV"),
        (csv_of() + 'a"b"c,"d"e\n', "Line 2: not valid CSV"),
        (csv_of() + "x" * 30_000, "Line 2: the line is longer than 20,000 characters."),
        (csv_of().encode("utf-16"), "save it as «CSV UTF-8»."),
        (b"PK\x03\x04\0\0\0\0workbook", "The file is not a text in CSV."),
        (csv_of().encode() + b"caf\xe9 \x81\n", "The text is neither UTF-8 nor Windows-1252."),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(content, sentence, tmp_path):
    assert sentence in refusal(written(tmp_path, content)).message


def test_a_quote_over_thousands_of_lines_does_not_swallow_the_file(subscription, tmp_path):
    rows = "".join(csv_of(row(subscription)).splitlines(keepends=True)[1] for _ in range(5000))
    assert "not valid CSV" in refusal(written(tmp_path, f'{csv_of()}"{rows}')).message


def test_lines_of_too_few_or_too_many_cells_are_named(subscription, tmp_path):
    content = csv_of(row(subscription)) + "a,b\r\n" + ",".join("abcdefghijkl") + "\r\n"
    assert problems(written(tmp_path, content)) == [
        "Line 3: the line has 2 columns, the heading 9.",
        "Line 4: the line has 12 columns, the heading 9.",
    ]


def test_a_file_that_is_not_there_and_a_directory_are_refused(tmp_path):
    assert "The file cannot be read: No such file or directory." in refusal(tmp_path / "none.csv").message
    assert "The file cannot be read: Is a directory." in refusal(tmp_path).message


def test_data_of_the_future_are_refused(subscription, tmp_path):
    path = written(tmp_path, csv_of(row(subscription)))
    assert "still to come" in refusal(path, data_as_of=NOW.date().replace(year=2027)).message


def test_power_bi_and_microsoft_365_never_come_in(tmp_path):
    tenant = TenantFactory()
    ProductFactory(name="DYNAMICS 365 FINANCE")
    told = problems(written(tmp_path, csv_of(row(tenant_id=str(tenant.tenant_id), product="POWER BI PRO"))))
    assert "the catalogue has no Dynamics 365 product «POWER BI PRO»." in told[0]


@override_settings(DEBUG=False)
def test_a_large_file_is_read_in_constant_memory(subscription, tmp_path):
    """Twelve thousand lines, the last one wrong so that nothing stays, need little more memory than two thousand."""

    def peak(lines):
        one = csv_of(row(subscription, invoice_line="KEY")).splitlines(keepends=True)[1]
        path = tmp_path / f"{lines}.csv"
        with path.open("w", newline="") as file:
            file.write(csv_of())
            file.writelines(one.replace("KEY", f"G{number:09}") for number in range(lines))
            file.write(one.replace("KEY", "=wrong"))
        tracemalloc.start()
        try:
            assert refusal(path).total == 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    few, many = peak(1_000), peak(6_000)
    assert many < few * 1.3
    assert many < 40 * 1024 * 1024
