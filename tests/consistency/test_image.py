"""The container image holds every package that the settings install: one left out would stop the portal's start."""

import re
from pathlib import Path

from cpor_portal import settings

ROOT = Path(settings.BASE_DIR)


def test_the_image_copies_every_package_of_the_portal():
    copied = set(re.findall(r"^COPY --chown=root:root (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    own = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert own - {"demo"} <= copied
    assert {"static", "templates"} <= copied
    assert "demo" not in copied
