"""The claim page: exact query counts, parts that come back alone, what each state offers, history, isolation."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.content import ClaimContent, Contacts
from claims.creating import change_claim
from claims.deciding import request_action, start_review
from claims.enums import Activity, ActorKind, ClaimStatus
from claims.models import ClaimEvent, ReasonCode
from claims.submitting import add_comment, submit
from customers.enums import SolutionArea
from tests.claims.journey import text_of
from tests.factories import (
    NOW,
    ClaimFactory,
    DocumentFactory,
    MembershipFactory,
    ProductFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    partner_actor,
    pdf_upload,
    reviewer_actor,
    submitted_claim,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def sign_in(client, claim):
    client.force_login(claim.created_by)
    return claim


def fill(claim, rows):
    for _ in range(rows):
        DocumentFactory(claim=claim, uploaded_by=MembershipFactory(organization=claim.organization).user)
        author = MembershipFactory(organization=claim.organization).user
        claim.comments.create(author_kind="partner", author=author, text="Hello", written_at=NOW)
        ClaimEvent.objects.create(claim=claim, action="comment", actor_kind="partner", actor_name="Ola", at=NOW)
    return claim


def by_subscription(rows, **fields):
    tenant, products = TenantFactory(), ProductFactory.create_batch(rows)
    subscriptions = [SubscriptionFactory(tenant=tenant, product=product) for product in products]
    return ClaimFactory(
        tenant=tenant, solution_area=SolutionArea.BUSINESS_APPLICATIONS, activities=[Activity.USAGE],
        products=products, subscriptions=subscriptions, **fields,
    )  # fmt: skip


class TestQueries:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_draft_with_workloads(self, rows, client, django_assert_num_queries):
        claim = sign_in(client, fill(ClaimFactory(products=WorkloadFactory.create_batch(rows)), rows))
        with django_assert_num_queries(19):
            client.get(claim.get_absolute_url())

    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_draft_with_subscriptions(self, rows, client, django_assert_num_queries):
        claim = sign_in(client, fill(by_subscription(rows), rows))
        with django_assert_num_queries(24):
            client.get(claim.get_absolute_url())

    @pytest.mark.parametrize("rows", [1, 3])
    def test_an_approved_claim_with_subscriptions(self, rows, client, django_assert_num_queries):
        claim = by_subscription(rows, status=ClaimStatus.APPROVED, decided_at=NOW)
        sign_in(client, fill(claim, rows))
        with django_assert_num_queries(18):
            client.get(claim.get_absolute_url())

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_history(self, rows, client, django_assert_num_queries):
        claim = sign_in(client, fill(ClaimFactory(), rows))
        with django_assert_num_queries(6):
            client.get(reverse("claim-history", args=[claim.pk]))


class TestParts:
    def test_htmx_gets_the_content_and_a_browser_the_page(self, client):
        claim = sign_in(client, submitted_claim(name="Scenario 1"))
        whole = client.get(claim.get_absolute_url()).content.decode()
        part = client.get(claim.get_absolute_url(), headers=HTMX).content.decode()
        assert ("<html" in whole, "<html" in part) == (True, False)
        for text in (f"Scenario 1 ({claim.pk})", "What happens next", "Claim details"):
            assert text in text_of(whole)
            assert text in text_of(part)

    def test_an_upload_brings_documents_status_and_actions_and_leaves_the_comment_alone(self, client):
        claim = sign_in(client, ClaimFactory())
        data = {"proof": [pdf_upload("POE.pdf")]}
        html = client.post(reverse("claim-upload", args=[claim.pk]), data, headers=HTMX).content.decode()
        assert "POE.pdf" in html
        assert "Ready to submit" in html
        for part in ("claim-header", "claim-status", "claim-actions"):
            assert f'id="{part}"' in html
        assert html.count('hx-swap-oob="true"') == 3
        assert "id_comment" not in html

    def test_a_refused_upload_to_a_claim_that_was_submitted_meanwhile_is_said(self, client):
        claim = sign_in(client, submitted_claim())
        data = {"proof": [pdf_upload("Late.pdf")]}
        response = client.post(reverse("claim-upload", args=[claim.pk]), data, headers=HTMX)
        assert response.status_code == 409
        assert "Documents can be changed only before submission" in text_of(response.content.decode())

    def test_a_new_comment_comes_back_at_its_place_with_the_focus_and_an_announcement(self, client):
        claim = sign_in(client, ClaimFactory())
        address = reverse("claim-comment", args=[claim.pk])
        html = client.post(address, {"comment": "Signed on page 3"}, headers=HTMX).content.decode()
        fresh = claim.comments.get()
        assert html.lstrip().startswith('<section class="card" id="comments"')
        item = html[html.index(f'id="comment-{fresh.pk}"') :].split(">")[0]
        assert "data-focus" in item
        assert 'data-announce="Comment saved."' in item
        assert "Signed on page 3" not in html[html.index("<textarea") :]

    def test_without_htmx_the_browser_is_led_to_the_new_comment(self, client):
        claim = sign_in(client, ClaimFactory())
        response = client.post(reverse("claim-comment", args=[claim.pk]), {"comment": "Signed on page 3"})
        assert response["Location"] == f"{claim.get_absolute_url()}#comment-{claim.comments.get().pk}"

    def test_ticks_of_the_checklist_are_seen_by_a_colleague(self, client):
        claim = sign_in(client, ClaimFactory())
        address = reverse("claim-checklist", args=[claim.pk])
        html = client.post(address, {"rule": ["dates", "names"]}, headers=HTMX).content.decode()
        assert text_of(html).strip() == "2 of 5 checked"
        client.force_login(MembershipFactory(organization=claim.organization).user)
        assert "2 of 5 checked" in text_of(client.get(claim.get_absolute_url()).content.decode())
        assert client.post(address, {"rule": ["<script>"]}).status_code == 409
        claim.refresh_from_db()
        assert claim.poe_checklist == ["names", "dates"]

    def test_limits_of_files_come_from_the_settings(self, client, settings):
        settings.MAX_DOCUMENT_BYTES = 7 * 1024 * 1024
        html = client.get(sign_in(client, ClaimFactory()).get_absolute_url()).content.decode()
        assert 'data-max-bytes="7340032"' in html
        assert "up to 7 MB each, at most 10 documents" in text_of(html)


OFFERS = {
    ClaimStatus.EDITING: {"Submit claim", "Discard claim"},
    ClaimStatus.SUBMITTED: {"Withdraw submission"},
    ClaimStatus.UNDER_REVIEW: set(),
    ClaimStatus.ACTION_REQUIRED: {"Submit claim"},
    ClaimStatus.APPROVED: {"Add fresh proof of execution", "Disassociate customer"},
    ClaimStatus.REJECTED: {"Dispute rejection", "Create a new claim"},
    ClaimStatus.DISPUTED: set(),
    ClaimStatus.CONSENT_DENIED: {"Create a new claim"},
    ClaimStatus.ENDED: {"Create a new claim"},
    ClaimStatus.DISCARDED: set(),
}


@pytest.mark.parametrize("status", ClaimStatus)
def test_each_state_offers_its_actions_and_no_others(status, client):
    now = timezone.now()
    claim = sign_in(client, ClaimFactory(status=status, decided_at=now, action_due_at=now))
    html = client.get(claim.get_absolute_url()).content.decode()
    bar = html[html.index('id="claim-actions"') :]
    shown = {label for labels in OFFERS.values() for label in labels if f">{label}</" in bar}
    assert shown == OFFERS[status]
    assert html.count("btn--primary") <= 1
    assert ('id="id_comment"' in html) == (status != ClaimStatus.DISCARDED)


def test_view_details_shows_id_status_country_and_activation_with_a_way_to_copy(client):
    claim = sign_in(client, by_subscription(1))
    shown = claim.lines.get().subscriptions.get().subscription.shown_id
    html = client.get(claim.get_absolute_url()).content.decode()
    assert f'data-copy="{shown}"' in html
    assert "Enabled, United States, activated October 25, 2026" in text_of(html)


def test_workloads_are_listed_with_their_codes(client):
    products = [WorkloadFactory(name="EXCHANGE ONLINE", code="EXO"), WorkloadFactory(name="INTUNE", code="INTUNE")]
    claim = sign_in(client, ClaimFactory(products=products))
    seen = text_of(client.get(claim.get_absolute_url()).content.decode())
    assert ", ".join(product.label for product in products) in seen


class TestHistory:
    @pytest.fixture
    def claim(self, client):
        claim = DocumentFactory().claim
        add_comment(claim, text="See page 3", actor=partner_actor(claim), now=NOW)
        submit(claim, actor=partner_actor(claim), now=NOW)
        start_review(claim, actor=reviewer_actor(), now=NOW)
        reasons = [ReasonCode.objects.get(code="dates_missing")]
        request_action(claim, reasons=reasons, message="Which date?", actor=reviewer_actor(), now=NOW)
        return sign_in(client, claim)

    @pytest.mark.parametrize(
        ("show", "seen", "hidden"),
        [
            ("all", ["See page 3", "submitted the claim", "Which date?"], []),
            ("status", ["submitted the claim", "Which date?"], ["See page 3"]),
            ("documents", ["No document has been uploaded yet."], ["See page 3", "Which date?"]),
            ("comments", ["See page 3"], ["submitted the claim", "Which date?"]),
            ("microsoft", ["started reviewing", "Which date?"], ["See page 3"]),
            ("us", ["See page 3", "submitted the claim"], ["Which date?"]),
            ("nonsense", ["See page 3", "Which date?"], []),
            ("<script>", ["See page 3"], ["<script>alert"]),
        ],
    )
    @pytest.mark.parametrize(
        "headers", [{}, HTMX, {**HTMX, "HX-Target": "history-rows"}], ids=["page", "dialog", "rows"]
    )
    def test_it_shows_the_part_that_the_address_names(self, show, seen, hidden, headers, claim, client):
        response = client.get(reverse("claim-history", args=[claim.pk]), {"show": show}, headers=headers)
        html = response.content.decode()
        assert ("<html" in html) == (not headers)
        assert ('id="dialog-title"' in html) == (headers == HTMX)
        rows = text_of(html[html.index('id="history-rows"') :])
        assert all(text in rows for text in seen)
        assert not any(text in rows for text in hidden)

    def test_the_address_is_kept_on_the_page_and_left_alone_in_the_dialog(self, claim, client):
        address = reverse("claim-history", args=[claim.pk])
        inside = {**HTMX, "HX-Target": "history-rows"}
        on_page = client.get(address, headers={**inside, "HX-Current-URL": f"http://testserver{address}?show=us"})
        in_dialog = client.get(
            address, headers={**inside, "HX-Current-URL": "http://testserver" + claim.get_absolute_url()}
        )
        assert b'hx-push-url="true"' in on_page.content
        assert b"data-print" in on_page.content
        assert b'hx-push-url="true"' not in in_dialog.content
        assert b"Print or open as a page" in in_dialog.content

    def test_times_carry_the_exact_utc_time(self, claim, client):
        html = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
        assert 'title="November 24, 2026 at 10:00:00 AM UTC"' in html

    def test_an_edit_lists_what_was_removed_and_added_and_old_and_new_values(self, client):
        kept, gone, fresh = WorkloadFactory.create_batch(3)
        claim = sign_in(client, ClaimFactory(products=[kept, gone], name="Old name"))
        change_claim(claim, _content(claim, [kept, fresh], "New <b>name</b>"), actor=partner_actor(claim), now=NOW)
        html = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
        assert f"<del>{gone.label}</del>" in html
        assert f"<ins>{fresh.label}</ins>" in html
        assert kept.label not in html
        assert "<del>Old name</del>" in html
        assert "<ins>New &lt;b&gt;name&lt;/b&gt;</ins>" in html

    def test_rows_of_edits_from_before_lists_were_kept_are_still_told(self, client):
        claim = sign_in(client, ClaimFactory())
        changes = [{"label": "Product(s)", "old": "A; B", "new": ""}]
        ClaimEvent.objects.create(
            claim=claim,
            action="edit",
            actor_kind=ActorKind.PARTNER,
            actor_name="Ola",
            at=NOW,
            data={"changes": changes},
        )
        html = client.get(reverse("claim-history", args=[claim.pk])).content.decode()
        assert "<del>A; B</del>" in html
        assert "<ins>–</ins>" in html


def _content(claim, products, name):
    contacts = Contacts("Joseph Jones", "j@customer.example", "CIO", "Pat", "pat@partner.example", name)
    return ClaimContent(
        solution_area=claim.solution_area, activities=claim.activities, location=claim.location, tenant=claim.tenant,
        domain=claim.customer_domain, products=products, contacts=contacts, agreed_at=NOW,
    )  # fmt: skip
