"""Act on a case x state of the case x role: what is declared succeeds, and everything else leaves no trace."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from claims.models import ReasonCode
from review.arbitration.deciding import confirm, return_proposal
from review.arbitration.rubric import active_criteria
from review.models import Bar
from tests.consistency.matrix import all_rows
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    StaffFactory,
    TenantFactory,
    WorkloadFactory,
)
from tests.review.arbitration.acting import act, plan_for
from tests.review.arbitration.pages import typed
from tests.review.arbitration.rivals import fresh, holding, running, under_review

pytestmark = pytest.mark.django_db
STATES = ("open", "proposed", "closed")
DECIDE = frozenset({"reviewer", "lead", "proposer"})
ROLES = (
    "nobody", "party", "foreign partner", "reviewer", "proposer", "barred reviewer", "lead", "auditor", "catalogue manager",
    "staff without a group",
)  # fmt: skip
ONLY_SHOW = {"review-case"}


@dataclass(frozen=True, slots=True)
class Act:
    """One act by one address: who succeeds, in which states of the case, and what is sent."""

    name: str
    route: str
    by: frozenset[str]
    states: frozenset[str]
    data: Callable[[Any], dict[str, Any]] = lambda case: {}
    more: Callable[[Any], list[int]] = lambda case: []
    leaves_a_trace: bool = True

    def address(self, case):
        return reverse(f"admin:{self.route}", args=[case.row.pk, *self.more(case)])


def _settles(name: str, by: frozenset[str]) -> Act:
    return Act(
        name, "review-case-settle", by, frozenset({"proposed"}), lambda case: {"act": name, "comment": "Look again."},
        lambda case: [case.decision.pk],
    )  # fmt: skip


RUNNING = frozenset({"open", "proposed"})
ACTS = (
    Act("take", "review-case-take", DECIDE, RUNNING),
    Act("release what nobody has", "review-case-release", DECIDE, RUNNING, leaves_a_trace=False),
    Act("score", "review-case-score", DECIDE, RUNNING, lambda case: case.points, lambda case: [case.party.pk]),
    Act("ask", "review-case-ask", DECIDE, frozenset({"open"}), lambda case: {
        "reasons": [ReasonCode.objects.get(code="dates_missing").pk], "message": "Please add dates.",
    }),
    Act("decide", "review-case-decide", DECIDE, frozenset({"open"}), lambda case: case.form | {"send": "1"}),
    Act("preview", "review-case-decide", DECIDE, frozenset({"open"}), lambda case: case.form | {"preview": "1"},
        leaves_a_trace=False),
    _settles("confirm", DECIDE - {"proposer"}),
    _settles("return", DECIDE - {"proposer"}),
    _settles("take-back", frozenset({"lead", "proposer"})),
)  # fmt: skip


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """A case in each state, all of one holder; each test's own transaction takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _scene()
        transaction.set_rollback(True)


def _scene():
    holder = MembershipFactory()
    people = {
        "nobody": None, "party": holder.user, "foreign partner": MembershipFactory().user, "reviewer": ReviewerFactory(),
        "proposer": ReviewerFactory(), "barred reviewer": ReviewerFactory(), "lead": LeadFactory(),
        "auditor": AuditorFactory(), "catalogue manager": CatalogueManagerFactory(), "staff without a group": StaffFactory(),
    }  # fmt: skip
    cases = {state: _case(state, holder, people["proposer"]) for state in STATES}
    Bar.objects.create(
        reviewer=people["barred reviewer"], organization=holder.organization, reason="Worked there", set_at=NOW
    )
    return SimpleNamespace(people=people, cases=cases)


def _case(state, holder, proposer):
    """A case in this state that nobody has, with its newest decision, the form that decides it, and points for a party."""
    tenant, product = TenantFactory(), WorkloadFactory(name=f"INTUNE {state.upper()}")
    organization, colleague = holder.organization, ReviewerFactory()
    holding(tenant, product, organization=organization, created_by=holder.user)
    rival = under_review(tenant, product)
    row = running()[-1]
    desk = Client()
    desk.force_login(colleague)
    form = typed(desk, row, rival)
    decision = act(row, plan_for(row, **{product.name.replace(" ", "_"): rival}), proposer)
    if state == "open":
        return_proposal(decision, comment="Look again.", user=colleague, now=NOW)
        form = typed(desk, row, rival)
    elif state == "closed":
        confirm(decision, user=colleague, now=NOW)
    row = fresh(row)
    assert (row.state, row.reviewer) == (state, None)
    points = {f"points_{criterion.pk}": "3" for criterion in active_criteria()}
    return SimpleNamespace(
        row=row, decision=fresh(decision), form=form, points=points, party=row.parties.get(claim=rival)
    )


def test_every_address_of_a_case_is_described():
    routes = [route for route in admin.site.get_urls() if isinstance(route, URLPattern) and route.name]
    assert {route.name for route in routes if "case_id" in route.pattern.converters} == {
        act.route for act in ACTS
    } | ONLY_SHOW


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_only_what_is_declared_succeeds(scene, role, state):
    case, client = scene.cases[state], Client()
    if person := scene.people[role]:
        client.force_login(person)
    before = all_rows()
    for each in ACTS:
        if role not in each.by or state not in each.states:
            was_refused(client.post(each.address(case), each.data(case)), f"{role}, {each.name}, {state}")
    assert all_rows() == before, f"{role} left a trace on a case that is {state}"
    for each in ACTS:
        if role in each.by and state in each.states:
            with transaction.atomic():
                answer = client.post(each.address(case), each.data(case))
                assert answer.status_code in {200, 302}, (role, each.name, state, answer.status_code)
                assert (all_rows() != before) == each.leaves_a_trace, (role, each.name, state)
                transaction.set_rollback(True)


def was_refused(answer, where):
    if answer.status_code == 302:
        assert answer["Location"].startswith("/admin/login/"), f"{where} leads to {answer['Location']}"
        return
    assert answer.status_code in {403, 404, 409}, f"{where}: {answer.status_code}"
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    assert len(text.split()) > 5, f"{where} says nothing"
