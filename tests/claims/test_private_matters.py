"""What is Microsoft's own never reaches a partner: no page, mail, notice, history, export or feed of it."""

import pytest
from django.urls import reverse

from claims.actors import Actor
from claims.deciding import approve, ask_holder, request_action
from claims.enums import ClaimStatus
from claims.export import claim_rows, history_rows
from claims.findings import Finding
from claims.models import Claim, ReasonCode
from claims.submitting import submit
from notifications.models import Notice, OutgoingEmail
from review.models import Assignment, Bar, Note, ProofCheck
from tests.answers import answer_everything
from tests.factories import (
    NOW,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    WorkloadFactory,
    claim_under_review,
    partner_actor,
)

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


@pytest.fixture
def claim():
    """A claim that was asked about, answered and approved in part, with everything that the desk keeps about it."""
    products = WorkloadFactory.create_batch(2)
    reviewer, lead = ReviewerFactory(full_name=f"{SECRET} Reviewer"), LeadFactory(full_name=f"{SECRET} Lead")
    claim = claim_under_review(products=products, reviewer=reviewer)
    rival = claim_under_review(
        tenant=claim.tenant, products=products, name=f"{SECRET} rival",
        organization=MembershipFactory(organization__name=f"{SECRET} Partners").organization,
    )  # fmt: skip
    Note.objects.create(claim=claim, author=reviewer, text=f"{SECRET} note", written_at=NOW)
    ProofCheck.objects.create(
        claim=claim, document=claim.documents.get(), product=products[0], rule="dates", result="missing",
        checked_by=reviewer, checked_at=NOW,
    )  # fmt: skip
    Assignment.objects.create(claim=claim, kind="taken", reviewer=reviewer, by=lead, at=NOW)
    Bar.objects.create(
        reviewer=lead, organization=claim.organization, reason=f"{SECRET} reason", set_by=lead, set_at=NOW
    )
    ReasonCode.objects.filter(code="dates_missing").update(text="Show {product} dates.")
    actor = Actor.reviewer(reviewer)
    finding = Finding(ReasonCode.objects.get(code="product_missing"), product=products[0])
    request_action(claim, reasons=[finding], message="Please.", actor=actor, now=NOW)
    answer_everything(claim, answer="Done.")
    submit(claim, actor=partner_actor(claim), now=NOW)
    refused = Finding(ReasonCode.objects.get(code="product_missing"), product=products[1])
    approve(claim, actor=actor, refused=[refused], now=NOW)
    again = ReasonCode.objects.get(code="dates_missing")
    ask_holder(claim, reasons=[again], message="", actor=actor, now=NOW, due_at=NOW.replace(year=2027))
    claim.rival = rival
    return claim


def test_no_page_of_the_partner_shows_it(client, claim):
    client.force_login(claim.created_by)
    addresses = [
        claim.get_absolute_url(), reverse("claim-history", args=[claim.pk]), reverse("associations"), reverse("home"),
        reverse("notices"),
    ]  # fmt: skip
    for address in addresses:
        html = client.get(address).content.decode()
        assert claim.name in html or "notice" in html.lower()
        assert SECRET not in html, address
    assert client.get(claim.rival.get_absolute_url()).status_code == 404


def test_no_mail_notice_or_export_holds_it(claim):
    own = {claim.created_by.email, claim.partner_contact_email}
    mails = [mail for mail in OutgoingEmail.objects.all() if own & set(mail.to)]
    assert len(mails) >= 6
    said = [part for mail in mails for part in (mail.subject, mail.text, mail.html)]
    said += [f"{notice.title} {notice.body}" for notice in Notice.objects.filter(user=claim.created_by)]
    claims = claim.organization.claims.all()
    said += [str(value) for rows in (claim_rows(claims), history_rows(claims)) for row in rows for value in row]
    assert not [text for text in said if SECRET in text]


def test_a_holder_that_is_asked_learns_neither_why_nor_of_whom(claim):
    mail = OutgoingEmail.objects.filter(kind="claim.ask_holder").first()
    assert "Microsoft needs information about your association." in mail.text
    for word in ("partners", "rival", "claims the same", SECRET):
        assert word not in mail.text.lower().replace("partner center", "")
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.APPROVED
