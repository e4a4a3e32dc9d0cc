"""The list of unfinished associations: what it tells, resume, delete."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.enums import Activity
from claims.models import ClaimDraft
from claims.wizard.drafts import resume_list
from tests.claims.at_home import draft_of, page, part
from tests.factories import NOW, ClaimFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


class TestUnfinished:
    def test_a_draft_tells_its_name_customer_and_step_and_can_be_resumed(self, client, membership):
        typed = {"contacts": {"claim_name": ["Dynamics for CompanyX"]}}
        answers = {"solution-area": {"solution_area": ["microsoft_365"]}, "customer": {"domain": ["alpine.example"]}}
        draft = draft_of(membership, answers=answers, typed=typed)
        content = page(client)
        told = part(content, "drafts-heading")
        assert "Dynamics for CompanyX" in told
        assert "alpine.example" in told
        assert "Step reached: Contacts" in told
        assert reverse("association-resume", args=[draft.pk]) in content

    def test_resume_opens_the_first_step_without_an_answer(self, client, membership):
        draft = draft_of(membership, answers={"solution-area": {"solution_area": ["microsoft_365"]}})
        response = client.get(reverse("association-resume", args=[draft.pk]))
        assert response["Location"] == reverse("association-new-step", args=[draft.pk, "activity"])
        assert client.get(response["Location"]).status_code == 200

    def test_a_draft_without_an_answer_begins_anew(self, client, membership):
        draft = draft_of(membership)
        assert "New association" in part(page(client), "drafts-heading")
        response = client.get(reverse("association-resume", args=[draft.pk]))
        assert response["Location"].endswith("/solution-area/")

    def test_only_claims_that_nobody_touched_for_14_days_are_listed(self, membership):
        organization = membership.organization
        ClaimFactory(
            organization=organization, name="Touched", last_activity_at=NOW - timedelta(days=14) + timedelta(seconds=1)
        )
        left = ClaimFactory(organization=organization, name="Left", last_activity_at=NOW - timedelta(days=14))
        edited = ClaimFactory(
            organization=organization, name="In the wizard", last_activity_at=NOW - timedelta(days=20)
        )
        ClaimDraft.objects.create(
            owner=membership.user, organization=organization, claim=edited, created_at=NOW, updated_at=NOW
        )
        listed = resume_list(membership, now=NOW)
        assert [(item.name, item.reached, item.draft) for item in listed] == [
            (f"Left ({left.pk})", "Upload proof of execution", None)
        ]

    def test_a_left_revenue_association_is_ready(self, membership):
        ClaimFactory(
            organization=membership.organization,
            solution_area="business_applications",
            activities=[Activity.REVENUE],
            products=[],
            last_activity_at=NOW - timedelta(days=15),
        )
        assert resume_list(membership, now=NOW)[0].reached == "Ready to submit"

    @pytest.mark.parametrize(
        ("back", "target"), [("home", "/"), ("associations", None), ("https://evil.example/", "/")]
    )
    def test_delete_leads_back_to_where_the_list_stood(self, client, membership, back, target):
        draft = draft_of(membership)
        response = client.post(reverse("association-draft-delete", args=[draft.pk]), {"back": back})
        assert response["Location"] == (target or reverse("associations"))
        assert not ClaimDraft.objects.exists()

    def test_delete_with_htmx_answers_the_list_that_is_left(self, client, membership):
        gone = draft_of(membership, answers={"customer": {"domain": ["gone.example"]}})
        draft_of(membership, answers={"customer": {"domain": ["stays.example"]}})
        response = client.post(
            reverse("association-draft-delete", args=[gone.pk]), {"back": "home"}, headers={"HX-Request": "true"}
        )
        content = response.content.decode()
        assert content.strip().startswith("<section")
        assert "stays.example" in content
        assert "gone.example" not in content
        assert "gone.example" in response["HX-Trigger"]

    def test_deleting_the_last_one_leaves_a_line_that_takes_the_focus(self, client, membership):
        draft = draft_of(membership)
        response = client.post(reverse("association-draft-delete", args=[draft.pk]), headers={"HX-Request": "true"})
        assert 'id="drafts"' in response.content.decode()
        assert "data-focus" in response.content.decode()

    def test_delete_takes_no_get(self, client, membership):
        draft = draft_of(membership)
        assert client.get(reverse("association-draft-delete", args=[draft.pk])).status_code == 405
        assert ClaimDraft.objects.filter(pk=draft.pk).exists()

    @pytest.mark.parametrize("name", ["association-resume", "association-draft-delete"])
    def test_a_colleagues_draft_and_an_edit_of_a_claim_are_not_found(self, client, membership, name):
        colleague = MembershipFactory(organization=membership.organization)
        foreign = draft_of(colleague)
        claim = ClaimFactory(organization=membership.organization)
        edit = draft_of(membership, claim=claim)
        method = client.get if name == "association-resume" else client.post
        for draft in (foreign, edit):
            assert method(reverse(name, args=[draft.pk])).status_code == 404
            assert ClaimDraft.objects.filter(pk=draft.pk).exists()

    def test_a_draft_of_an_earlier_company_is_neither_listed_nor_found(self, client, membership):
        elsewhere = MembershipFactory()
        now = timezone.now()
        draft = ClaimDraft.objects.create(
            owner=membership.user, organization=elsewhere.organization, created_at=now, updated_at=now
        )
        assert resume_list(membership, now=now) == []
        assert client.post(reverse("association-draft-delete", args=[draft.pk])).status_code == 404
