"""The preview: what it shows is what is sent, and it leaves nothing behind."""

import pytest
from django.db import connection

from claims.associations import open_associations
from claims.deciding import HELD
from claims.enums import Activity, ClaimField, ClaimStatus
from claims.findings import Finding
from claims.lifecycle import touch
from claims.models import FixItem, ReasonCode
from customers.enums import SolutionArea
from notifications import outbox
from notifications.kinds import kind_of
from notifications.models import MutedMail, Notice, OutgoingEmail
from review.decision.outcomes import ACCEPTED, REFUSED, Outcome
from review.decision.preview import mask_secret_links, preview_decision
from review.decision.sending import send_decision
from tests.factories import (
    NOW,
    ClaimFactory,
    ProductFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
    claim_under_review,
)
from tests.support.everything import every_row

pytestmark = pytest.mark.django_db


def reason(code):
    return ReasonCode.objects.get(code=code)


def outcomes_of(claim):
    """One outcome of each kind for a claim with two products."""
    first, second = (line.product for line in claim.lines.all())
    document = claim.documents.get()
    return {
        "approve": Outcome("approve", (), {first.pk: ACCEPTED, second.pk: ACCEPTED}),
        "in part": Outcome(
            "approve", (Finding(reason("dates_missing"), product=second),), {first.pk: ACCEPTED, second.pk: REFUSED}
        ),
        "request": Outcome(
            "request_action",
            (
                Finding(reason("product_missing"), product=second, note="Name it on page 2."),
                Finding(reason("poe_unreadable"), document=document),
                Finding(reason("contact_unclear"), field=ClaimField.CUSTOMER_CONTACT.value),
            ),
            {first.pk: ACCEPTED, second.pk: "asked"},
        ),
        "reject": Outcome("reject", (Finding(reason("poe_missing")),), {}),
    }


@pytest.fixture
def claim():
    tenant = TenantFactory(admin_emails=["boss@contoso.example"])
    return claim_under_review(tenant=tenant, products=[WorkloadFactory(name="AIP"), WorkloadFactory(name="INTUNE")])


@pytest.fixture
def reviewer():
    return ReviewerFactory()


def preview(claim, outcome, reviewer, **changed):
    told = {"message": "Thank you.", "version": claim.version, "seen_event": None} | changed
    return preview_decision(claim, outcome=outcome, user=reviewer, now=NOW, **told)


@pytest.mark.parametrize("kind", ["approve", "in part", "request", "reject"])
def test_every_table_is_unchanged_and_nothing_waits_for_the_commit(claim, reviewer, kind, monkeypatch):
    nudges = []
    monkeypatch.setattr(outbox, "nudge", lambda: nudges.append(1))
    outcome = outcomes_of(claim)[kind]
    before, waiting = every_row(), list(connection.run_on_commit)
    found = preview(claim, outcome, reviewer)
    assert found.refusal is None
    assert found.letters
    assert every_row() == before
    assert list(connection.run_on_commit) == waiting
    assert nudges == []


@pytest.mark.parametrize("kind", ["approve", "in part", "request", "reject"])
def test_what_is_shown_is_what_is_sent_word_for_word(claim, reviewer, kind):
    outcome = outcomes_of(claim)[kind]
    found = preview(claim, outcome, reviewer)
    send_decision(
        claim, outcome=outcome, message="Thank you.", version=claim.version, seen_event=None, user=reviewer, now=NOW
    )
    (letter,) = found.letters
    mails = OutgoingEmail.objects.filter(kind__startswith="claim.").order_by("pk")
    assert {(mail.subject, mail.text) for mail in mails} == {(letter.subject, letter.text)}
    assert [address for mail in mails for address in mail.to] == letter.to
    items = FixItem.objects.order_by("position")
    assert [(i.title, i.about, i.text, i.note) for i in items] == [
        (i.title, i.about, i.text, i.note) for i in found.fix_list
    ]
    notice = Notice.objects.get(user=claim.created_by)
    assert (notice.title, notice.body) == (found.notice.title, found.notice.body)
    assert found.noticed == [claim.created_by.get_full_name()]
    asked = OutgoingEmail.objects.filter(kind="consent.request").first()
    assert bool(asked) == bool(found.customer) == (kind in {"approve", "in part"})
    if asked:
        assert (asked.to, asked.cc, asked.subject) == (found.customer.to, found.customer.cc, found.customer.subject)
        assert mask_secret_links(asked.text) == found.customer.text


def test_the_customers_secret_link_is_masked_and_the_others_stay(claim, reviewer):
    found = preview(claim, outcomes_of(claim)["approve"], reviewer)
    assert found.customer.cc == ["boss@contoso.example"]
    assert "/consent/••••••/" in found.customer.text
    assert "/consent/privacy/" in found.customer.text


def test_an_approval_in_part_names_only_what_was_approved_to_the_customer(claim, reviewer):
    found = preview(claim, outcomes_of(claim)["in part"], reviewer)
    assert "AIP" in found.customer.text
    assert "INTUNE" not in found.customer.text


def test_a_held_product_is_told_before_anything_is_sent(claim, reviewer):
    held = claim.lines.first().product
    holder = ClaimFactory(tenant=claim.tenant, products=[held], status=ClaimStatus.APPROVED, decided_at=NOW)
    open_associations(holder, now=NOW)
    before = every_row()
    assert preview(claim, outcomes_of(claim)["approve"], reviewer).refusal.message == HELD
    assert every_row() == before


def test_a_claim_that_changed_is_told(claim, reviewer):
    seen = claim.version
    touch(claim)
    assert (
        "changed by someone else"
        in preview(claim, outcomes_of(claim)["reject"], reviewer, version=seen).refusal.message
    )


def test_whoever_switched_the_mail_off_gets_a_notice_alone(claim, reviewer):
    claim.partner_contact_email = claim.created_by.email
    claim.save(update_fields=["partner_contact_email"])
    kind = kind_of("claim.reject")
    assert kind.can_be_switched_off
    MutedMail.objects.create(user=claim.created_by, kind=kind.code)
    found = preview(claim, outcomes_of(claim)["reject"], reviewer)
    assert found.letters == []
    assert found.noticed == [claim.created_by.get_full_name()]


def test_a_revenue_association_writes_to_no_customer(reviewer):
    claim = ClaimFactory(
        status=ClaimStatus.UNDER_REVIEW, submissions=1, submitted_at=NOW, activities=[Activity.REVENUE],
        solution_area=SolutionArea.BUSINESS_APPLICATIONS, products=[ProductFactory()],
    )  # fmt: skip
    found = preview(claim, Outcome("approve", (), {claim.lines.get().product_id: ACCEPTED}), reviewer)
    assert found.customer is None
    assert found.letters
