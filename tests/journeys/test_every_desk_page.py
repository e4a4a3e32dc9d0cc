"""No page of the desk is forgotten: each for axe, for headings and ids, at 320 pixels; what colors do, in both themes."""

import json

import pytest

from tests.journeys.conftest import Person
from tests.journeys.desk_scene import furnish
from tests.journeys.every_desk_page import (
    ANSWERS,
    OPEN_TO,
    STOCK_WITHOUT_A_PAGE,
    WITHOUT_A_PAGE,
    answers_of,
    desk_addresses,
    routes,
    table_addresses,
)
from tests.journeys.test_every_page import LOST
from tests.support.axe import violations, violations_in_both_themes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WRONG_ON_PAGE = """
() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const wrong = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id ${id} is used twice`);
  const heads = [...document.querySelectorAll("h1")].filter((head) => head.checkVisibility()).length;
  if (heads !== 1) wrong.push(`${heads} headings of the first level`);
  return wrong;
}
"""
# Tables of the admin scroll sideways within their frames.
LOST_AT_DESK = LOST.replace(".table-wrap,", ".table-wrap, .results, .tabular, .desk-scroll,")
ADDED_ALONE = {"accounts_user_add"}  # elsewhere a row is added on a page like the one on which it is changed
SEND = """
([address, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address });
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries({ ...fields, csrfmiddlewaretoken: token }))
    form.append(Object.assign(document.createElement("textarea"), { name, value }));
  document.body.append(form);
  form.submit();
}
"""


class Reader(Person):
    """Somebody who looks at pages in both themes and writes down what is wrong with them."""

    def __init__(self, page, site):
        super().__init__(page, site)
        self.found = []
        # A page of a document is drawn by a process of its own; those pages are opened by themselves.
        page.route("**/preview/", self._leave_previews)

    @staticmethod
    def _leave_previews(route):
        if route.request.headers.get("hx-request"):
            route.fulfill(status=204)
        else:
            route.continue_()

    def look(self, what, colors=True):
        found = violations_in_both_themes(self.page) if colors else violations(self.page, colors=False)
        self.found += [(what, *each) for each in found]
        self.found += [(what, wrong) for wrong in self.page.evaluate(WRONG_ON_PAGE)]
        self.page.set_viewport_size({"width": 320, "height": 256})
        self.found += [(what, lost) for lost in self.page.evaluate(LOST_AT_DESK)]
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def send(self, address, fields):
        with self.page.expect_navigation() as answer:
            self.page.evaluate(SEND, [address, fields])
        return answer.value


@pytest.fixture
def reader(browser, site):
    context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    someone = Reader(context.new_page(), site)
    yield someone
    assert someone.complaints == []
    context.close()


@pytest.mark.long(130)
def test_every_page_of_the_desk(reader):
    desk = furnish()
    reader.sign_in(desk.lead.email)
    seen = set()
    for name, address in desk_addresses(desk):
        assert reader.page.goto(reader.site + address).status == 200, address
        # Each claim and case has colors of its own; the tabs of a list have the same.
        reader.look(address, colors=name not in seen or name in {"review-claim", "review-case"})
        seen.add(name)
    for name, address, fields in answers_of(desk):
        answer = reader.send(address, fields)
        assert answer.status in {200, 409, 422}, f"{name} answers {answer.status} to {json.dumps(fields)[:99]}"
        reader.look(f"answer of {name}", colors=name not in seen)
        seen.add(name)
    assert reader.found == [], "\n".join(str(each) for each in reader.found[:40])


@pytest.mark.long(130)
def test_every_page_of_the_tables(reader):
    desk = furnish()
    reader.sign_in(desk.administrator.email)
    opened, seen = 0, set()
    for name, address in table_addresses():
        if address.endswith(("/history/", "/delete/")) and "/claims/holiday/" not in address:
            continue  # the stock admin's, the same for every table
        if name.endswith("_add") and name not in ADDED_ALONE:
            continue  # as the page on which a row is changed
        status = reader.page.goto(reader.site + address).status
        assert status in {200, 403}, address
        if status == 200:
            opened += 1
            kind = name.rpartition("_")[2]
            reader.look(address, colors=kind not in seen)
            seen.add(kind)
    assert opened > 40
    assert reader.found == [], "\n".join(str(each) for each in reader.found[:40])


def test_no_route_is_forgotten():
    desk = furnish()
    shown = {name for name, _ in desk_addresses(desk)} | {name for name, _ in table_addresses()}
    assert {name for name, *_ in answers_of(desk)} >= ANSWERS
    assert {name for name, _ in desk_addresses(desk)} == set(OPEN_TO)
    names = {route.name for route in routes()}
    assert names - shown == ANSWERS | WITHOUT_A_PAGE | STOCK_WITHOUT_A_PAGE
