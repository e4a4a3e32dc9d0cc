"""The browser for journeys: the first Chromium this machine has; `python -m tests.support.browser` installs one."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-gpu", "--disable-gpu-rasterization", "--disable-software-rasterizer", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
MISSING = (
    "Journeys need a browser, and none was found or could be installed: install Chromium or Google Chrome "
    "(Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask chromium)."
)


def find_browser() -> str | None:
    """Return the path of a browser: PORTAL_BROWSER, one of the usual names, or Playwright's own."""
    named = os.environ.get("PORTAL_BROWSER")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return _playwrights_own()


def launch_arguments() -> list[str]:
    """Arguments of the browser: quiet, and without the sandbox where root makes it impossible."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def install_browser() -> bool:
    """Try Playwright's download, then Debian's package as root; return whether there is a browser now."""
    sys.stdout.write("Installing a browser for the journeys\n")
    sys.stdout.flush()
    attempts = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for attempt in attempts:
        subprocess.run(
            attempt, check=False, capture_output=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
        if find_browser():
            return True
    return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and os.path.exists(path) else None


if __name__ == "__main__":
    if not find_browser() and not install_browser():
        sys.exit(MISSING)
