"""Rules about the code itself: who may come in is said everywhere, and it holds everywhere."""

import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, path, reverse

from claims.models import ClaimDraft, SavedView
from cpor_portal.urls import urlpatterns
from kit.access import public, require_marks, unmarked_views
from tests.factories import NOW, ClaimFactory, DocumentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_every_route_carries_an_access_mark():
    assert unmarked_views(urlpatterns) == []


def test_a_view_without_a_mark_stops_the_start_up():
    def bare(request):
        return HttpResponse()

    with pytest.raises(ImproperlyConfigured, match="secret/"):
        require_marks([path("open/", public(lambda request: HttpResponse())), path("secret/", bare)])


def partner_routes():
    """Every named route of the claims room with an id in it."""
    from claims import urls

    return [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern) and pattern.pattern.converters]


def address(pattern, claim, document, draft, view):
    values = {
        "claim_id": claim.pk,
        "document_id": document.pk,
        "draft_id": draft.pk,
        "view_id": view.pk,
        "slug": "contacts",
    }
    return reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.fixture
def foreign():
    claim = ClaimFactory(name="Secret plans of a rival")
    document = DocumentFactory(claim=claim, name="Secret.pdf")
    draft = ClaimDraft.objects.create(
        owner=claim.created_by, organization=claim.organization, created_at=NOW, updated_at=NOW
    )
    view = SavedView.objects.create(
        owner=claim.created_by, organization=claim.organization, name="Secret view", query="q=Secret", created_at=NOW
    )
    return claim, document, draft, view


@pytest.mark.parametrize("pattern", partner_routes(), ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_a_foreign_partner_meets_404_and_changes_nothing(pattern, method, htmx, client, foreign):
    client.force_login(MembershipFactory().user)
    headers = {"HX-Request": "true"} if htmx else {}
    response = getattr(client, method)(address(pattern, *foreign), headers=headers)
    if pattern.name == "association-new-cancel":
        assert response.status_code in {204, 302, 405}
    else:
        assert response.status_code in {404, 405}
    assert b"Secret" not in response.content
    claim, document, draft, view = foreign
    view.refresh_from_db()
    claim.refresh_from_db()
    document.refresh_from_db()
    assert ClaimDraft.objects.filter(pk=draft.pk).exists()
    assert not claim.events.exists()


@pytest.mark.parametrize("pattern", partner_routes(), ids=lambda pattern: pattern.name)
def test_anonymous_people_are_sent_to_the_sign_in_page(pattern, client, foreign):
    target = address(pattern, *foreign)
    response = client.get(target)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    with_htmx = client.get(target, headers={"HX-Request": "true"})
    assert (with_htmx.status_code, with_htmx["HX-Redirect"]) == (204, reverse("account_login"))


@pytest.mark.parametrize("pattern", partner_routes(), ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_colleague_without_an_incentive_role_is_refused_at_every_address(pattern, method, client, foreign):
    claim, _, draft, _ = foreign
    client.force_login(MembershipFactory(organization=claim.organization, role="member").user)
    response = getattr(client, method)(address(pattern, *foreign))
    assert response.status_code == 403
    assert b"Secret" not in response.content
    assert ClaimDraft.objects.filter(pk=draft.pk).exists()
    assert not claim.events.exists()


def test_the_list_shows_nothing_of_others(client, foreign):
    client.force_login(MembershipFactory().user)
    response = client.get(reverse("associations"))
    assert b"Secret" not in response.content
    assert str(foreign[0].pk).encode() not in response.content


def test_partners_do_not_come_into_the_desk(client):
    client.force_login(MembershipFactory().user)
    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/", follow=True).status_code == 403


def test_every_answer_carries_the_strict_policy(client):
    client.force_login(MembershipFactory().user)
    policy = client.get(reverse("associations")).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("odd", ["9" * 30, "0", str(2**63)])
def test_an_id_beyond_all_ids_is_not_found(odd, client):
    client.force_login(MembershipFactory().user)
    assert client.get(f"/incentives/customer-associations/{odd}/").status_code == 404


def test_a_random_draft_is_not_found(client):
    client.force_login(MembershipFactory().user)
    assert client.get(reverse("association-new-step", args=[uuid.uuid4(), "activity"])).status_code == 404


def test_somebody_without_an_organisation_learns_why(client):
    client.force_login(UserFactory())
    assert client.get("/").status_code == 403


def test_names_of_routes_are_unique():
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    assert len(names) == len(set(names))
