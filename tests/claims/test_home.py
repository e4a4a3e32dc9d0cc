"""Home of a partner: what needs action, deadlines, decisions, numbers at a glance."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.calendar import review_due_on
from claims.deciding import approve, request_action
from claims.enums import ClaimStatus
from claims.home import dates_to_keep, waiting_for_partner
from claims.models import Claim, ReasonCode
from claims.submitting import discard
from partners.models import Role
from tests.claims.at_home import HOME, asked, draft_of, page, part
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    ReviewerFactory,
    UserFactory,
    claim_under_review,
    notify_customer,
    partner_actor,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


class TestWhoComesHome:
    def test_a_reviewer_is_sent_to_the_desk(self, client):
        client.force_login(ReviewerFactory())
        assert client.get(HOME)["Location"] == reverse("admin:index")

    def test_who_has_no_incentive_role_learns_whom_to_ask(self, client):
        client.force_login(MembershipFactory(role=Role.MEMBER).user)
        response = client.get(HOME)
        assert response.status_code == 403
        assert "Ask an Incentive Admin" in response.content.decode()

    def test_who_belongs_to_no_company_learns_it(self, client):
        client.force_login(UserFactory())
        assert client.get(HOME).status_code == 403

    def test_a_stranger_is_sent_to_the_sign_in_page(self, client):
        assert client.get(HOME)["Location"].startswith(reverse("account_login"))

    def test_it_takes_no_post(self, client, membership):
        assert client.post(HOME).status_code == 405

    def test_it_is_the_same_page_with_and_without_htmx(self, client, membership):
        asked(membership)
        plain, swapped = page(client), page(client, **{"HX-Request": "true"})

        def main(content):
            return re.sub(r'csrfmiddlewaretoken"[^>]*>', "", content[content.index("<main") :])

        assert main(plain) == main(swapped)


class TestFirstUse:
    def test_a_new_partner_is_taught_the_three_steps(self, client, membership):
        content = page(client)
        assert "Your first customer association in three steps" in content
        assert content.count("<h3>") == 3
        assert reverse("association-new") in content
        assert 'class="figures"' not in content

    def test_a_begun_association_ends_the_first_use(self, client, membership):
        draft_of(membership)
        assert "in three steps" not in page(client)

    def test_a_claim_of_somebody_else_does_not_end_it(self, client, membership):
        ClaimFactory()
        assert "in three steps" in page(client)

    def test_only_discarded_claims_count_as_none(self, client, membership):
        claim = ClaimFactory(organization=membership.organization)
        discard(claim, actor=partner_actor(claim), now=timezone.now())
        assert "in three steps" in page(client)


class TestNeedsYourAction:
    def test_what_a_reviewer_asked_stands_with_the_days_left_closest_first(self, client, membership):
        now = timezone.now()
        late = asked(membership, "poe_missing", now=now - timedelta(days=27, hours=1), name="Late one")
        asked(membership, "poe_missing", now=now, name="New one")
        told = part(page(client), "action-heading")
        assert told.index("Late one") < told.index("New one")
        assert "2 days left" in told
        assert "29 days left" in told
        assert late.action_requests.get().reasons.get().title.rstrip(".") in told

    def test_the_newest_request_is_the_one_that_counts(self, membership):
        claim = asked(membership, "poe_missing", now=NOW)
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.UNDER_REVIEW)  # answered, and asked again
        claim.action_requests.update(closed_at=NOW)
        claim.refresh_from_db()
        newer = ReasonCode.objects.filter(for_action=True, is_active=True).exclude(code="poe_missing").first()
        request_action(claim, reasons=[newer], message="", actor=reviewer_actor(), now=NOW + timedelta(days=1))
        [item] = waiting_for_partner(membership.organization, now=NOW + timedelta(days=1))
        assert item.asked == newer.title

    def test_a_claim_with_proof_is_ready_and_one_without_is_not(self, client, membership):
        ready = ClaimFactory(organization=membership.organization, name="Has proof", last_activity_at=timezone.now())
        DocumentFactory(claim=ready)
        removed = ClaimFactory(
            organization=membership.organization, name="Lost its proof", last_activity_at=timezone.now()
        )
        DocumentFactory(claim=removed, removed_at=timezone.now())
        told = part(page(client), "action-heading")
        assert "Has proof" in told
        assert "Ready to submit" in told
        assert "Lost its proof" not in told

    def test_with_nothing_to_do_it_says_so(self, client, membership):
        submitted_claim(organization=membership.organization)
        told = part(page(client), "action-heading")
        assert "No claim waits for you." in told
        assert "See all" not in told

    def test_at_most_five_of_each_are_shown_and_the_rest_is_a_link_away(self, client, membership):
        for _ in range(6):
            claim = ClaimFactory(organization=membership.organization, last_activity_at=timezone.now())
            DocumentFactory(claim=claim)
        content = page(client)
        assert part(content, "action-heading").count("Ready to submit") == 5
        assert f"{reverse('associations')}?needs_action=1" in content

    def test_a_left_claim_that_is_ready_stands_in_one_list_only(self, client, membership):
        claim = ClaimFactory(
            organization=membership.organization,
            name="Left behind",
            last_activity_at=timezone.now() - timedelta(days=20),
        )
        DocumentFactory(claim=claim)
        content = page(client)
        assert "Left behind" not in part(content, "action-heading")
        assert "Left behind" in part(content, "drafts-heading")

    def test_hostile_names_are_printed_as_text(self, client, membership):
        name = "<script>alert(1)</script>" + "x" * 90
        asked(membership, name=name)
        content = page(client)
        assert "<script>alert(1)" not in content
        assert html.escape(name) in content


class TestDeadlines:
    def test_answers_due_and_opt_out_windows_stand_in_one_list_by_date(self, membership):
        theirs = claim_under_review(organization=membership.organization)
        Claim.objects.filter(pk=theirs.pk).update(review_due_on=review_due_on(NOW))
        own = asked(membership, now=NOW - timedelta(days=28))
        window = claim_under_review(organization=membership.organization)
        approve(window, actor=reviewer_actor(), now=NOW - timedelta(days=1))
        notify_customer(window, now=NOW - timedelta(days=1))
        shown = dates_to_keep(membership.organization, now=NOW)
        assert [each.claim.pk for each in shown] == [own.pk, window.pk, theirs.pk]
        labels = [each.clock.label for each in shown]
        assert labels == ["Submit again by", "Customer may opt out until", "Microsoft answers by"]
        assert [each.clock.at for each in shown] == [
            NOW + timedelta(days=2), NOW + timedelta(days=6), review_due_on(NOW),
        ]  # fmt: skip

    def test_a_window_that_has_ended_is_gone(self, membership):
        claim = claim_under_review(organization=membership.organization)
        approve(claim, actor=reviewer_actor(), now=NOW)
        notify_customer(claim)
        assert dates_to_keep(membership.organization, now=NOW + timedelta(days=7)) == []

    def test_a_late_answer_of_microsoft_stands_first_and_is_called_overdue(self, client, membership):
        asked(membership)
        late = claim_under_review(organization=membership.organization, name="Waits long")
        Claim.objects.filter(pk=late.pk).update(review_due_on=timezone.localdate() - timedelta(days=30))
        told = part(page(client), "dates-heading")
        assert "Overdue by" in told
        assert told.index("Waits long") < told.index("Submit again by")

    def test_without_a_running_clock_it_says_so(self, client, membership):
        ClaimFactory(organization=membership.organization)
        assert "No deadline is running." in part(page(client), "dates-heading")


def test_home_shows_nothing_of_others(client, membership):
    ClaimFactory(organization=membership.organization)
    now = timezone.now()
    rival = MembershipFactory()
    secret = {"name": "Secret plans", "customer_domain": "secret.example"}
    asked(rival, **secret)
    ready = ClaimFactory(organization=rival.organization, last_activity_at=now, **secret)
    DocumentFactory(claim=ready)
    ClaimFactory(organization=rival.organization, last_activity_at=now - timedelta(days=30), **secret)
    approve(claim_under_review(organization=rival.organization, **secret), actor=reviewer_actor(), now=now)
    draft_of(rival, answers={"customer": {"domain": ["secret.example"]}})
    colleague = MembershipFactory(organization=membership.organization)
    draft_of(colleague, answers={"customer": {"domain": ["secret-of-a-colleague.example"]}})
    content = page(client)
    assert "secret" not in content.lower()
    counts = re.findall(r'figure__count num">(\d+)<', content)
    assert counts == ["0", "1", "0", "0", "0"]
    client.force_login(rival.user)
    theirs = page(client)
    assert theirs.lower().count("secret.example") >= 4  # the data could have leaked


@pytest.mark.parametrize("rows", [1, 3])
def test_its_queries_do_not_grow_with_what_it_shows(rows, client, membership, django_assert_num_queries):
    organization, now = membership.organization, timezone.now()
    for number in range(rows):
        asked(membership)
        DocumentFactory(claim=ClaimFactory(organization=organization, last_activity_at=now))
        ClaimFactory(organization=organization, last_activity_at=now - timedelta(days=30))
        approve(claim_under_review(organization=organization), actor=reviewer_actor(), now=now)
        reviewed = claim_under_review(organization=organization)
        Claim.objects.filter(pk=reviewed.pk).update(review_due_on=review_due_on(now))
        draft_of(membership, answers={"customer": {"domain": [f"customer{number}.example"]}})
    page(client)
    with django_assert_num_queries(15):
        page(client)
