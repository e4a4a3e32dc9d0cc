"""axe-core, asked for what is wrong with a page in the browser and nothing else."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# Links change their color gently; what is half way is neither theme's.
SETTLED = "() => document.getAnimations().forEach((each) => each instanceof CSSTransition && each.finish())"
LIKE_THOSE_ABOVE = "tbody tr:nth-child(n+9)"  # long tables would take most of the time
RUN = """
async ([context, options]) => {
  const { violations } = await axe.run(context, options);
  return violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.html.slice(0, 200)]));
}
"""


def violations(page: Page, only: dict[str, Any] | None = WCAG, *, colors: bool = True) -> list[tuple[str, str]]:
    """What breaks a rule, as (rule, HTML); ``only`` chooses the rules, ``None`` takes the good practices as well.

    Contrasts take most of the time; without ``colors`` they are left to another page of the same kind.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Without the result type axe would describe every node that passes as well.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = only
    if not colors:
        options["rules"] = {"color-contrast": {"enabled": False}}
    return [(rule, html) for rule, html in page.evaluate(RUN, [{"exclude": [[LIKE_THOSE_ABOVE]]}, options])]


def violations_in_both_themes(page: Page, only: dict[str, Any] | None = WCAG) -> list[tuple[str, str]]:
    """As ``violations``, and the contrasts of the dark theme too. Structure is the same in both; colors are not."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    in_the_dark = [(f"{rule} in the dark", html) for rule, html in violations(page, CONTRAST)]
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLED)
    return in_the_dark + violations(page, only)
