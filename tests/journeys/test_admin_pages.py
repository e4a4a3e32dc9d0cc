"""Master data in a real browser: import a tenant, read it in the change log; axe, narrow screens, without scripts."""

import json

import pytest
from playwright.sync_api import expect

from customers.models import Tenant
from tests.customers import samples
from tests.factories import CatalogueManagerFactory, StaffFactory
from tests.journeys.conftest import Person
from tests.support.axe import violations, violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MANAGER = "kit@microsoft.example"
IMPORT = "/admin/customers/tenant/import/"


def tenant_files(*texts):
    files = [
        {"name": f"tenant-{n}.json", "mimeType": "application/json", "buffer": t.encode()} for n, t in enumerate(texts)
    ]
    return files


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_catalog_manager_imports_a_tenant(browser, site, scripts):
    CatalogueManagerFactory(email=MANAGER)
    context = browser.new_context(java_script_enabled=scripts)
    person = Person(context.new_page(), site)
    person.sign_in(MANAGER)
    person.open("/admin/customers/tenant/")
    page = person.page
    page.get_by_role("link", name="Import tenants").click()
    page.get_by_label("Files").set_input_files(tenant_files(json.dumps(samples.tenant_file()), "{"))
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("1 of 2 files is refused and left out.")).to_be_visible()
    assert not Tenant.objects.exists()
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_text("imported: 5 added.")).to_be_visible()
    assert Tenant.objects.get().display_name == "Contoso"
    page.get_by_role("link", name="Contoso").first.click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Imported from tenant-0.json")).to_be_visible()
    assert person.complaints == []
    context.close()


def test_the_pages_of_imports_and_the_change_log_pass_axe_and_fit_320_pixels(browser, site):
    StaffFactory(email=MANAGER, is_superuser=True)
    context = browser.new_context()
    person = Person(context.new_page(), site)
    person.sign_in(MANAGER)
    page = person.page

    def looks_right(what):
        for width, look in ((1280, violations_in_both_themes), (320, violations)):
            page.set_viewport_size({"width": width, "height": 800})
            assert look(page) == [], (what, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)

    person.open("/admin/admin/logentry/")
    looks_right("empty log")
    for path in ("/admin/revenue/revenueimport/import/", "/admin/customers/product/import/", IMPORT):
        person.open(path)
        looks_right(path)
    page.get_by_label("Files").set_input_files(tenant_files(json.dumps(samples.tenant_file()), "{"))
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("summary").first.click()
    looks_right("checked")
    page.get_by_role("button", name="Import this file").click()
    person.open("/admin/admin/logentry/")
    expect(page.get_by_text("Imported from tenant-0.json")).to_be_visible()
    looks_right("log")
    context.close()
