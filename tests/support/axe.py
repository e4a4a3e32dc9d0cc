"""axe-core, asked for what is wrong with a page in the browser and nothing else."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RUN = """
async ([context, options]) => {
  const { violations } = await axe.run(context, options);
  return violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.html.slice(0, 200)]));
}
"""


def violations(
    page: Page, only: dict[str, Any] | None = WCAG, without: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """What breaks a rule, as (rule, HTML); ``only`` chooses the rules, ``None`` takes the good practices as well.

    ``without`` are selectors of parts that need no second look; those that the page has not are no matter.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Without the result type axe would describe every node that passes, which takes most of its time.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = only
    return [(rule, html) for rule, html in page.evaluate(RUN, [{"exclude": [[part] for part in without]}, options])]
