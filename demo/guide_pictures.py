"""The claim guide's pictures, taken anew from a running demo: ``python -m demo.guide_pictures [http://127.0.0.1:8000]``.

Walks through the wizard as a partner would, with the customer of docs/try-it.md, and keeps each screen as a small PNG in
static/guide/. Leaves one discarded claim in the demo's data.
"""

import io
import os
import re
import shutil
import sys
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from demo import PASSWORD
from demo.sample_data.papers import PAPERS, Facts, make_pdf

FOLDER = Path(__file__).resolve().parent.parent / "static" / "guide"
SHARPNESS = 1.5
COLOURS = 96  # flat screens lose nothing visible, and the files shrink to a quarter
NARROW = {"width": 760, "height": 1000}
WIDE = {"width": 1280, "height": 2600}  # so high that the bar with the actions covers nothing
CUSTOMER = "alpineskihouse.example"
TENANT = "BF23E6BB-DD6B-4168-9675-5E5BDB1839F4"
SALES = "DYNAMICS 365 FOR SALES ENTERPRISE EDITION"
PORTAL = "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL"
SUBSCRIPTION = "9E0D239F-8F0F-45C2-AE32-E64C0512CC27"


def keep(page: Page, name: str, *, of: str = ".wizard", at_most: int = 0) -> None:
    """Keep the part of the page that ``of`` selects, cut after ``at_most`` pixels of height."""
    page.evaluate("document.activeElement?.blur()")
    box = page.locator(of).first.bounding_box()
    if box is None:
        raise LookupError(f"{name}: nothing to see at {of}")
    box["y"] += page.evaluate("scrollY")
    if at_most:
        box["height"] = min(box["height"], at_most)
    shot = page.screenshot(clip=box, full_page=True, animations="disabled")
    with Image.open(io.BytesIO(shot)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def go_on(page: Page) -> None:
    """Press the visible button that leads to the next step; fails when the step comes back with a refusal."""
    page.locator(".wizard__footer .btn--primary").click()
    if page.locator(".field__error, .message-bar--error").count():
        raise ValueError(page.locator(".wizard__body").inner_text())


def choose_customer(page: Page) -> None:
    page.locator("#id_location").select_option(label=re.compile("TORONTO").pattern + ", CA (563676) *")
    page.locator("#id_domain").fill(CUSTOMER)
    page.locator("#id_tenant_id").fill(TENANT)


def tick(page: Page, product: str) -> None:
    page.locator(".choice", has_text=re.compile(f"^\\s*{re.escape(product)}")).first.locator("input").check()


def business_applications(page: Page, site: str) -> None:
    """All steps, up to a claim in Editing."""
    page.goto(f"{site}/incentives/customer-associations/new/")
    page.get_by_label("Business Applications").check()
    keep(page, "ba-1-solution-area")
    go_on(page)
    page.get_by_label("Pre-sales").check()
    page.get_by_label("Usage").check()
    keep(page, "ba-2-activity")
    go_on(page)
    choose_customer(page)
    keep(page, "ba-3-customer")
    go_on(page)
    tick(page, SALES)
    tick(page, PORTAL)
    keep(page, "ba-4-products")
    go_on(page)
    page.locator(".wizard__body input[type=text]").first.fill(SUBSCRIPTION)
    keep(page, "ba-5-subscriptions")
    go_on(page)
    page.get_by_label("Business contact name").fill("Joseph Jones")
    page.get_by_label("Business contact email").fill(f"joseph.jones@{CUSTOMER}")
    page.get_by_label("Business contact work title").fill("Head of Sales")
    page.get_by_label("Contact name", exact=True).fill("Ola Demmo")
    page.get_by_label("Contact email", exact=True).fill("ola.demmo@fabrikam.example")
    page.get_by_label("Name this claim").fill("Sales for Alpine Ski House")
    keep(page, "ba-6-contacts")
    go_on(page)


def claim_page(page: Page) -> None:
    """The new claim, the question before its submission, and the claim discarded again."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    keep(page, "claim-page", of="#claim", at_most=722)
    address = page.url
    facts = Facts(
        "SOW-2026-014", "Fabrikam Consulting", "Ola Demmo", "Alpine Ski House", "Joseph Jones", "Head of Sales",
        CUSTOMER, TENANT, [SALES, PORTAL], date(2026, 3, 3),
    )  # fmt: skip
    document = {"name": "Statement of Work.pdf", "mimeType": "application/pdf", "buffer": make_pdf(PAPERS[0], facts)}
    page.set_input_files("#id_proof", document)  # type: ignore[arg-type]
    page.get_by_role("link", name="Statement of Work.pdf").wait_for()
    keep(page, "proof", of="section[aria-labelledby=poe-heading]")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(f"{address}submit/")
    keep(page, "submit")
    page.goto(f"{address}discard/")
    page.get_by_role("button", name="Discard claim").click()
    page.wait_for_url("**/customer-associations/")


def microsoft_365(page: Page, site: str) -> None:
    """The steps that look different; the draft is cancelled."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(f"{site}/incentives/customer-associations/new/")
    page.get_by_label("Microsoft 365").check()
    go_on(page)
    keep(page, "m365-2-activity")
    go_on(page)
    choose_customer(page)
    go_on(page)
    tick(page, "AZURE INFORMATION PROTECTION")
    keep(page, "m365-4-workloads")
    page.get_by_role("button", name="Cancel").click()


def main(site: str) -> None:
    """Take all pictures from the demo at ``site``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = os.environ.get("PORTAL_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    quiet = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=quiet)
        page = browser.new_page(color_scheme="light", device_scale_factor=SHARPNESS, viewport=NARROW)  # type: ignore[arg-type]
        page.set_default_timeout(10_000)
        page.goto(f"{site}/accounts/login/")
        page.get_by_label("E-mail").fill("ola.demmo@fabrikam.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        business_applications(page, site)
        claim_page(page)
        microsoft_365(page, site)
        browser.close()
    size = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}, {size // 1024} KB")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
