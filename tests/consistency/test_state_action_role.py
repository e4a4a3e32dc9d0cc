"""State x act x role, by address: what is declared succeeds, and everything else leaves no trace."""

import re

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from claims.urls import urlpatterns as partner_routes
from tests.consistency.matrix import ACTS, ROLES, Scene, everything

pytestmark = pytest.mark.django_db

# Addresses with a claim's number that only show something; a POST there is refused or shows the same.
ONLY_SHOW = {
    "claim", "claim-history", "claim-template", "claim-template-docx", "claim-document", "review-claim",
    "review-document", "review-preview", "review-preview-image", "review-similar", "review-presence",
}  # fmt: skip
# What stands in a draft of its own beside the claim, or needs an open request; walked through in tests/claims.
ELSEWHERE = {"claim-edit-cancel", "claim-edit-step", "claim-fixes", "claim-fixes-hand-in"}


def routes_of_a_claim():
    """The names of all routes with a claim's number, at the desk and on the partner's side."""
    routes = [*partner_routes, *admin.site.get_urls()]
    return {
        route.name
        for route in routes
        if isinstance(route, URLPattern) and "claim_id" in route.pattern.converters and route.name
    }


def test_every_address_of_a_claim_is_described():
    described = {act.route.removeprefix("admin:") for act in ACTS} | ONLY_SHOW | ELSEWHERE
    assert routes_of_a_claim() == described


@pytest.mark.parametrize("role", ROLES)
def test_only_what_is_declared_succeeds(role):
    scene = Scene()
    client = Client()
    if person := scene.people[role]:
        client.force_login(person)
    for state, claim in scene.claims.items():
        status, before = claim.status, everything(claim)
        acts = [act for act in ACTS if not _stands_in_for_another(act, role, status)]
        for act in acts:
            if role not in act.by or status not in act.states:
                _was_refused(client.post(act.address(claim), act.data(scene, claim)), _where(act, role, state))
        assert everything(claim) == before, f"{role} left a trace on a claim that is {state}"
        for act in acts:
            if role in act.by and status in act.states:
                with transaction.atomic():
                    response = client.post(act.address(claim), act.data(scene, claim))
                    _succeeded(act, before, everything(claim), response, _where(act, role, state))
                    transaction.set_rollback(True)


def _where(act, role, state):
    return f"{role}, {act.name or act.route} on a claim that is {state}"


def _stands_in_for_another(act, role, status):
    """Submitting and submitting again have one address; what the status makes of it is the other one's business."""
    twins = [other for other in ACTS if other is not act and other.route == act.route == "claim-submit"]
    return any(role in other.by and status in other.states for other in twins)


def _succeeded(act, before, after, response, where):
    assert response.status_code in {200, 204, 302}, f"{where}: {response.status_code}"
    if act.target:
        assert after["status"] == act.target, where
    assert (after != before) == act.leaves_a_trace, where


def _was_refused(response, where):
    if response.status_code == 302:
        assert re.match(r"(/admin/login/|/accounts/login/)", response["Location"]), (
            f"{where} leads to {response['Location']}"
        )
        return
    assert response.status_code in {403, 404, 409}, f"{where}: {response.status_code}"
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    assert len(text.split()) > 5, f"{where} says nothing"


@pytest.mark.parametrize(
    "role", ["incentive admin", "foreign partner", "member", "catalogue manager", "barred reviewer"]
)
def test_the_desk_shows_nothing_of_a_claim_to_who_may_not_read_it(role):
    scene = Scene()
    client = Client()
    client.force_login(scene.people[role])
    for name in routes_of_a_claim():
        if not name.startswith("review-"):
            continue
        for claim in scene.claims.values():
            keys = {"claim_id": claim.pk, "document_id": claim.documents.get().pk, "page": 1, "kind": "product"}
            (route,) = [route for route in admin.site.get_urls() if getattr(route, "name", "") == name]
            address = reverse(f"admin:{name}", kwargs={key: keys[key] for key in route.pattern.converters})
            response = client.get(address)
            assert response.status_code in {302, 403, 404, 405}, f"{role} at {name}: {response.status_code}"
            assert b"Hush" not in response.content
