"""No page is forgotten: each for axe in both themes, at 320 pixels, which is also 1280 pixels at a zoom of 400 %."""

import pytest
from django.conf import settings
from django.test import Client

from tests.journeys.every_page import (
    ONLY_UNDERWAY,
    WITHOUT_A_PAGE,
    center_addresses,
    open_addresses,
    partner_addresses,
    route_names,
)
from tests.journeys.test_look import themed
from tests.support.axe import violations_in_both_themes

__all__ = ["themed"]  # fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# What a zoom of 400 % must not take away: a control or text that lies beyond the page's side, or below another's
# bar that stands still (WCAG 1.4.10, 2.4.11).
# An id that stands twice takes the label from one of its fields; a dialog's ids must differ from those of the page below.
REPEATED = """
async () => {
  const twice = (ids) => ids.filter((id, at) => ids.indexOf(id) !== at);
  const idsOf = (root) => [...root.querySelectorAll("[id]")].map((each) => each.id);
  const own = idsOf(document);
  const found = twice(own);
  for (const link of document.querySelectorAll("a[hx-get][hx-target='#dialog-body']")) {
    const answer = await fetch(link.getAttribute("hx-get"), { headers: { "HX-Request": "true", "HX-Target": "dialog-body" } });
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.push(...idsOf(part).filter((id) => own.includes(id)).map((id) => `${id} of ${link.textContent.trim()}`));
  }
  return found;
}
"""
LOST = """
() => {
  const lost = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > width + 1);
    const ends = wide.filter((each) => !wide.some((other) => other !== each && each.contains(other)));
    lost.push(`page is ${document.documentElement.scrollWidth} wide: ${ends.map((each) => each.outerHTML.slice(0, 120)).slice(0, 3)}`);
  }
  const bars = [...document.querySelectorAll("body *")].filter((each) => {
    const how = getComputedStyle(each).position;
    return (how === "fixed" || how === "sticky") && each.getBoundingClientRect().height > 0 && each.checkVisibility();
  });
  const stuck = bars.filter((bar) => !bars.some((other) => other !== bar && other.contains(bar)));
  window.scrollTo(0, document.documentElement.scrollHeight / 2);
  const covered = stuck.map((bar) => bar.getBoundingClientRect())
    .filter((box) => box.bottom > 0 && box.top < innerHeight)
    .reduce((sum, box) => sum + Math.min(box.bottom, innerHeight) - Math.max(box.top, 0), 0);
  if (covered > innerHeight * 0.6) lost.push(`${Math.round(covered)} of ${innerHeight} pixels are covered by bars`);
  window.scrollTo(0, 0);
  for (const control of document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")) {
    if (!control.checkVisibility() || control.closest(".table-wrap, .chart__data, .visually-hidden")) continue;
    const box = control.getBoundingClientRect();
    if (box.width > 1 && (box.left < -1 || box.right > width + 1)) lost.push(control.outerHTML.slice(0, 120));
  }
  return lost;
}
"""


def complaints_about(person, addresses):
    """What is wrong with the pages, as (address, what); an empty list is what we want."""
    found = []
    for _, address in addresses:
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.open(address)
        found += [(address, complaint) for complaint in violations_in_both_themes(person.page)]
        found += [(address, f"id {each} is used twice") for each in person.page.evaluate(REPEATED)]
        heads = person.page.locator("h1").count()
        if heads != 1:
            found.append((address, f"{heads} headings of the first level"))
        person.page.set_viewport_size({"width": 320, "height": 256})
        found += [(address, lost) for lost in person.page.evaluate(LOST)]
    return found


@pytest.mark.long(130)
def test_every_page_of_a_partner(themed, scene):
    addresses = partner_addresses(scene)
    themed.sign_in("ola.demmo@fabrikam.example")
    assert complaints_about(themed, addresses) == []


def test_every_page_for_people_who_are_not_signed_in(themed, scene):
    assert complaints_about(themed, open_addresses()) == []


def test_every_page_of_the_consent_center(themed, scene):
    client = Client()
    addresses = center_addresses(client)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    themed.page.context.add_cookies([{**cookie, "url": themed.site}])
    assert complaints_about(themed, addresses) == []


def test_no_route_is_forgotten(scene, client):
    shown = {name for name, _ in [*partner_addresses(scene), *open_addresses(), *center_addresses(client)]}
    assert route_names() - shown == WITHOUT_A_PAGE | ONLY_UNDERWAY
