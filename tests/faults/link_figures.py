"""A deny link opened 100 times by a browser that runs scripts and clicks nothing: ``python -m tests.faults.link_figures``.

Mail scanners do that. Compares a checksum of every row of every table before and after; ends with 1 when one changed.
"""

import os
import re
import sys

from playwright.sync_api import sync_playwright

from demo.data_dir import REPOSITORY
from demo.ports import free_port
from tests.faults.portal_process import running_portal
from tests.support.browser import find_browser

OPENED = 100


def main() -> int:
    """Ask a customer, open the link of its mail again and again, and compare."""
    with running_portal(smtp_port=free_port()) as portal:
        from django.db import connections, transaction

        from claims.deciding import approve
        from notifications.models import OutgoingEmail
        from tests.factories import NOW, claim_under_review, reviewer_actor
        from tests.support.everything import checksums

        with transaction.atomic():
            approve(claim_under_review(), actor=reviewer_actor(), now=NOW)
        text = OutgoingEmail.objects.get(kind="consent.request").text
        link = re.search(r"/consent/[\w-]{43}/", text)
        assert link is not None
        before = checksums()
        connections.close_all()
        scripts = _open(portal.site + link[0])
        after = checksums()
    changed = "changed" if before != after else "unchanged"
    sys.stdout.write(
        f"| deny link opened {OPENED} times by a browser that runs scripts and clicks nothing | its scripts ran {scripts} times; the database, "
        f"{sum(number for number, _ in before.values())} rows, is {changed} |\n"
    )
    return int(before != after or scripts < OPENED)


def _open(address: str) -> int:
    """Open the page each time in a fresh profile, wait until its scripts have run, and count the visits where they did."""
    ran = 0
    refused: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for number in range(1, OPENED + 1):
            page = browser.new_context().new_page()
            page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
            page.goto(address, wait_until="networkidle")
            page.mouse.wheel(0, 4000)
            ran += page.evaluate("typeof htmx") == "object"
            page.context.close()
            sys.stderr.write(f"\r{number} of {OPENED}")
        browser.close()
    sys.stderr.write("\n")
    if refused:
        raise SystemExit(f"Not answered as a visitor would be: {refused[0]}, and {len(refused) - 1} more.")
    return ran


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    sys.exit(main())
