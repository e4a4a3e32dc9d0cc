"""The Sales summary, its details and its export: who comes in, what they print, what they refuse."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from partners.models import Role
from revenue.models import ProductArea
from tests.factories import LocationFactory, MembershipFactory, TenantFactory
from tests.revenue.samples import associate, crm, erp, line, some_import, subscription_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = ["sales-summary", "sales-details", "sales-export"]


@pytest.fixture
def membership(client):
    found = MembershipFactory()
    client.force_login(found.user)
    return found


@pytest.fixture
def held(membership):
    """A CRM subscription with a revenue association of the person's company."""
    some_import()
    return hold(membership.organization, crm("DYNAMICS 365 FOR SALES ENTERPRISE EDITION"))


def hold(organization, product, *, tenant=None, **more):
    subscription = subscription_of(product, tenant)
    associate(organization, product=product, tenant=subscription.tenant, subscription=subscription, **more)
    return subscription


def bill(subscription, month="2026-09", **more):
    product = ProductArea.objects.get(product__skus__sku_id=subscription.sku_id).product
    return line(month, product=product, subscription=subscription, **more)


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    plain = re.sub(r"<[^>]+>", " ", content.decode())
    return " ".join(html.unescape(plain).split())


def see(client, name="sales-summary", **query):
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return text_of(response)


def exported(client, **query):
    response = client.get(reverse("sales-export"), query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


# --- who comes in ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_anonymous_people_are_sent_to_the_sign_in_page(name, client):
    response = client.get(reverse(name))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert client.get(reverse(name), headers=HTMX)["HX-Redirect"] == reverse("account_login")


@pytest.mark.parametrize("name", PAGES)
def test_only_the_incentive_roles_come_in_and_only_they_see_the_way(name, client):
    client.force_login(MembershipFactory(role=Role.MEMBER).user)
    response = client.get(reverse(name))
    assert response.status_code == 403
    assert "Sales summary" not in text_of(response)
    client.force_login(MembershipFactory(role=Role.INCENTIVE_USER).user)
    assert client.get(reverse(name)).status_code == 200
    assert "PARTNERSOURCE Sales summary" in see(client)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_another_company_is_ever_seen(name, client, membership):
    some_import()
    rival = MembershipFactory().organization
    secret = hold(rival, crm("DYNAMICS 365 SECRET"), tenant=TenantFactory(display_name="Secret customer"))
    bill(secret, amount="987654.32", currency="CHF")
    for currency in ("USD", "CHF"):
        response = client.get(reverse(name), {"area": "crm", "currency": currency})
        if response.status_code == 404:
            continue
        seen = text_of(response)
        for leak in ("Secret", "SECRET", "987", "Swiss"):
            assert leak not in seen


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_location_of_another_company_is_not_found(name, headers, client, membership):
    foreign = LocationFactory()
    for odd in (foreign.pk, "x", "0", "9" * 40, "-1", "\x00"):
        assert client.get(reverse(name), {"location": odd}, headers=headers).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_person_limited_to_locations_views_those_and_the_organization(name, client, membership):
    allowed, other = LocationFactory.create_batch(2, organization=membership.organization)
    assert client.get(reverse(name), {"location": other.pk}).status_code == 200
    membership.locations.add(allowed)
    assert client.get(reverse(name), {"location": allowed.pk}).status_code == 200
    assert client.get(reverse(name), {"location": other.pk}).status_code == 404
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_they_are_only_read(name, client, membership):
    assert client.post(reverse(name)).status_code == 405


# --- the summary -----------------------------------------------------------------------------------------------------
def test_the_header_and_the_table_say_what_partnersource_says(client, membership, held):
    bill(held, amount="1200", enhancement="34.5", seats=12)
    bill(held, amount="-0.5")
    bill(held, "2025-06", amount="99")
    page = client.get(reverse("sales-summary"), {"area": "crm"}).content.decode()
    seen = text_of(client.get(reverse("sales-summary"), {"area": "crm"}))
    for part in (
        "PartnerSource Business Center Partner Focus",
        "Team Member Home Partner Focus Orders Developer Tools Support",
        f"Account Number {membership.organization.pk:07}",
        "Data as of Saturday, October 31, 2026",
        "Performance Area AX/D365 Rev Rec (ERP) CRM/D365 Rev Rec (CRM)",
        "View sale for Organization",
        "Currency US Dollars",
        "CRM/D365 Rev Rec Performance (Gross to Partner) - 12 Month Roll",
        "Current 12 Month Roll November 2025 to October 2026 $1,199.50 $34.50 $1,234.00 0 0",
        "Prior 12 Month Roll November 2024 to October 2025 $99.00 $0.00 $99.00 1 0",
        "Show Detailed CRM/D365 Rev Rec Revenue Information",
    ):
        assert part in seen
    columns = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)
    assert columns == [
        "Revenue Performance", "License Revenue", "Enhancement and Software Assurance Revenue", "Total Revenue",
        "Customer Adds", "Net Seat Adds",
    ]  # fmt: skip


def test_erp_comes_first_and_has_no_seats(client, membership, held):
    finance = hold(membership.organization, erp())
    bill(finance, "2026-10", amount="5", seats=98765)
    bill(held, amount="1000")
    seen = see(client)
    assert "AX/D365 Rev Rec Performance (Gross to Partner) - 12 Month Roll" in seen
    assert "$5.00 $0.00 $5.00 1 Prior" in seen
    assert "Net Seat Adds" not in seen
    assert "98,765" not in seen
    assert "98765" not in seen


def test_a_location_shows_its_mpn_id_as_account_number_and_only_its_revenue(client, membership, held):
    place = LocationFactory(organization=membership.organization, city="Bezons", country="FR", is_active=False)
    other = hold(membership.organization, crm(), location=place)
    bill(held, amount="1000")
    bill(other, amount="7")
    seen = see(client, area="crm", location=place.pk)
    assert f"Account Number {place.mpn_id}" in seen
    assert f"BEZONS, FR ({place.mpn_id}), inactive" in seen
    assert "$7.00 $0.00 $7.00" in seen


def test_currencies_are_chosen_one_at_a_time_and_never_added(client, held):
    bill(held, amount="1000")
    bill(held, amount="-20.5", currency="EUR")
    bill(held, amount="30", currency="JPY")
    seen = see(client, area="crm", currency="EUR")
    assert "-€20.50 €0.00 -€20.50" in seen
    assert "Currency US Dollars Euros Japanese Yen" in seen
    assert "¥30 ¥0 ¥30" in see(client, area="crm", currency="JPY")
    assert "$1,000.00 $0.00 $1,000.00" in see(client, area="crm")


@pytest.mark.parametrize("odd", ["XYZ", "CHF", "<script>alert(1)</script>", "x" * 3000, "\x00"])
def test_odd_areas_and_currencies_get_a_sentence_beside_the_field(odd, client, held):
    bill(held, amount="1000")
    seen = see(client, area=odd, currency=odd)
    assert "There is no such performance area. AX/D365 Rev Rec is shown." in seen
    assert "You have no revenue in this currency. US Dollars are shown." in seen
    assert "alert(1)" not in seen
    details = see(client, "sales-details", period=odd)
    assert "There is no such period. The current roll is shown." in details
    assert client.get(reverse("sales-export"), {"currency": odd}).status_code == 404


def test_without_data_and_without_associations_it_teaches_and_shows_zeros(client, membership):
    seen = see(client, area="crm")
    assert "No revenue data loaded yet" in seen
    assert "No revenue association yet" in seen
    assert "$0.00 $0.00 $0.00 0 0" in seen
    some_import()
    hold(membership.organization, crm())
    seen = see(client, area="crm")
    assert "yet" not in seen
    assert "$0.00 $0.00 $0.00 0 0" in seen


def test_the_link_to_the_details_keeps_what_was_chosen(client, membership, held):
    place = LocationFactory(organization=membership.organization)
    bill(held, currency="EUR")
    page = client.get(reverse("sales-summary"), {"area": "crm", "currency": "EUR", "location": place.pk})
    query = f"?area=crm&amp;currency=EUR&amp;location={place.pk}"
    assert f'href="{reverse("sales-details")}{query}"' in page.content.decode()


@pytest.mark.parametrize("name", ["sales-summary", "sales-details"])
def test_htmx_gets_the_part_and_a_browser_the_page(name, client, held):
    bill(held, amount="12.34")
    whole = client.get(reverse(name), {"area": "crm"}).content.decode()
    part = client.get(reverse(name), {"area": "crm"}, headers=HTMX)
    assert "<html" in whole
    assert "<html" not in part.content.decode()
    assert part["Vary"] == "HX-Request, Cookie"
    for piece in ("$12.34", 'id="sales"'):
        assert piece in whole
        assert piece in part.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("sales-summary", 10), ("sales-details", 9), ("sales-export", 7)])
def test_queries_do_not_grow_with_the_rows(name, queries, rows, client, membership, held, django_assert_num_queries):
    for _ in range(rows):
        more = hold(membership.organization, crm(), location=LocationFactory(organization=membership.organization))
        bill(more, currency="EUR")
        bill(more)
    with django_assert_num_queries(queries):
        see(client, name, area="crm")


# --- the details -----------------------------------------------------------------------------------------------------
def test_rows_are_by_month_customer_product_and_subscription(client, membership, held):
    bill(held, "2026-08", amount="10", enhancement="1", seats=5)
    bill(held, "2026-08", amount="-4", seats=-1)
    bill(held, "2026-09", amount="3", seats=6)
    product = ProductArea.objects.get().product
    line("2026-09", product=product, tenant=held.tenant, amount="1")
    seen = see(client, "sales-details", area="crm")
    name = held.tenant.display_name
    newest = f"{name} Sep 2026 {product.name} no subscription 0 $1.00 $0.00 $1.00 {name} Sep 2026 {product.name} {held.shown_id} 6 $3.00"
    assert newest in seen
    assert f"{name} Aug 2026 {product.name} {held.shown_id} 4 $6.00 $1.00 $7.00" in seen
    assert "August 2026 $6.00 $1.00 $7.00 4 September 2026 $4.00 $0.00 $4.00 6" in seen
    assert "Total $10.00 $1.00 $11.00" in seen


def test_the_prior_roll_lists_its_own_rows(client, held):
    bill(held, "2025-10", amount="5")
    bill(held, "2025-11", amount="7")
    assert "$5.00" in see(client, "sales-details", area="crm", period="prior")
    assert "$7.00" not in see(client, "sales-details", area="crm", period="prior")
    assert "$5.00" not in see(client, "sales-details", area="crm")


def test_pages_are_keyed_without_gaps_or_repeats_and_keep_the_choices(client, membership, held):
    product = ProductArea.objects.get().product
    for number in range(40):
        tenant = TenantFactory(display_name=f"Customer {number % 7}")
        more = hold(membership.organization, product, tenant=tenant)
        bill(more, f"2026-0{1 + number % 3}", currency="EUR")
        bill(more, "2026-01", currency="EUR")
    keys, address = [], f"{reverse('sales-details')}?area=crm&currency=EUR"
    while address:
        response = client.get(address)
        keys += [row.key for row in response.context["page"].rows]
        links = re.findall(r'href="([^"]*after=[^"]*)"', response.content.decode())
        address = html.unescape(links[0]) if links else ""
    rows = exported(client, area="crm", currency="EUR")
    assert len(keys) == len(set(keys)) == len(rows) == 40 + 26
    assert [row["Month"] for row in rows] == sorted((row["Month"] for row in rows), reverse=True)
    assert [f"{key[0]:%Y-%m}" for key in keys] == [row["Month"] for row in rows]


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "___",
        "2026-13_1_1_1",
        "2026-09_1_1",
        f"2026-09_{2**63}_1_1",
        "2026-09_1_1_\x00",
        "9" * 500,
        "2026-09_²_1_1",
    ],
)
def test_a_key_that_makes_no_sense_begins_at_the_first_page(key, client, held):
    bill(held, amount="12.34")
    assert "$12.34" in see(client, "sales-details", area="crm", after=key)


def test_a_key_behind_the_last_row_shows_no_rows_and_the_way_back(client, held):
    bill(held, amount="12.34")
    seen = see(client, "sales-details", area="crm", after="2020-01_1_1_1")
    assert "First page" in seen
    assert "Next page" not in seen


def test_empty_details_say_what_was_looked_for(client, held):
    seen = see(client, "sales-details", area="erp")
    assert "No ERP revenue in this roll" in seen
    assert "From November 2025 to October 2026 nothing was invoiced in US Dollars" in seen
    assert "Export CSV" not in seen


# --- the export ------------------------------------------------------------------------------------------------------
def test_the_export_read_again_agrees_with_the_page(client, membership, held):
    for month in ("2026-01", "2026-05", "2025-11"):
        bill(held, month, amount="10.10", enhancement="0.05", seats=3)
    bill(hold(membership.organization, crm()), amount="-3")
    bill(held, "2025-10", amount="1000")
    rows = exported(client, area="crm")
    assert len(rows) == 4
    total = sum(Decimal(row["Total Revenue"]) for row in rows)
    assert total == sum(Decimal(row["License Revenue"]) for row in rows) + Decimal("0.15")
    assert f"Total $27.30 $0.15 ${total}" in see(client, "sales-details", area="crm")
    assert rows[-1] == {
        "Month": "2025-11", "Customer": held.tenant.display_name,
        "Directory ID (Tenant ID)": str(held.tenant.tenant_id).upper(),
        "Product": "DYNAMICS 365 FOR SALES ENTERPRISE EDITION", "Subscription ID": held.shown_id, "Seats": "3",
        "License Revenue": "10.10", "Enhancement and Software Assurance Revenue": "0.05", "Total Revenue": "10.15",
        "Currency": "USD",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", 'a "quoted", name']
)
def test_a_name_that_looks_like_a_formula_is_a_text_in_the_export(name, client, membership, held):
    bill(hold(membership.organization, crm(), tenant=TenantFactory(display_name=name)), amount="-12.5")
    (row,) = exported(client, area="crm")
    assert row["Customer"].removeprefix("'") == name
    assert row["Customer"][0] not in "=+-@\t"
    assert Decimal(row["Total Revenue"]) == Decimal("-12.50")
    assert "<script" not in see(client, "sales-details", area="crm").lower()


def test_the_export_is_a_file_that_no_browser_shows(client, held):
    response = client.get(reverse("sales-export"), {"area": "crm", "period": "prior"})
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="sales-crm-USD-2024-11-to-2025-10.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
