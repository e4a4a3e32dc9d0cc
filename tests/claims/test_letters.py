"""The mails about findings: lists in text and HTML, whatever people are called and whatever they write."""

from datetime import timedelta

import pytest

from claims.deadlines import sweep
from claims.deciding import ask_holder, request_action
from claims.enums import ClaimStatus
from claims.findings import Finding
from claims.models import ReasonCode
from notifications.kinds import kind_of
from notifications.models import Notice, OutgoingEmail
from notifications.preferences import wanting_mail
from tests.factories import NOW, ClaimFactory, DocumentFactory, WorkloadFactory, claim_under_review, reviewer_actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reason(code="product_missing"):
    return ReasonCode.objects.get(code=code)


def mail_of(kind):
    return OutgoingEmail.objects.filter(kind=kind).order_by("pk").first()


def test_what_is_needed_is_a_numbered_list_with_what_it_is_about():
    product = WorkloadFactory(name="EXCHANGE ONLINE", code="EXO")
    claim = claim_under_review(products=[product])
    findings = [Finding(reason(), product=product, note="Page 3.\nPage 4."), Finding(reason("dates_missing"))]
    request_action(claim, reasons=findings, message="Thank you.", actor=reviewer_actor(), now=NOW)
    mail = mail_of("claim.request_action")
    head = f"1. {product.label}: Product or workload is not in the proof of execution"
    for text in ("What is needed:\n" + head, "   Page 3.\n   Page 4.", "2. Dates are missing", "Thank you."):
        assert text in mail.text
    assert mail.html.count("<li") == 2
    assert "<ol" in mail.html
    assert "Page 3.<br>Page 4." in mail.html
    notice = Notice.objects.get(user=claim.created_by)
    assert f"{product.label}: Product or workload" in notice.body
    assert "Points(" not in notice.body + mail.text + mail.html


def test_hostile_names_stay_names():
    claim = claim_under_review(name="<b>Bold</b>\r\nBcc: x@evil.example")
    document = DocumentFactory(claim=claim, name="<img src=x>\n2. Pay {claim} now.pdf")
    finding = Finding(reason("dates_missing"), document=document, note="<script>alert(1)</script>")
    request_action(claim, reasons=[finding], message="", actor=reviewer_actor(), now=NOW)
    mail = mail_of("claim.request_action")
    assert "\n" not in mail.subject
    assert "<img" not in mail.html
    assert "<script>alert" not in mail.html
    assert "1. <img src=x> 2. Pay {claim} now.pdf: Dates" in mail.text
    assert "\n2. Pay" not in mail.text


def test_the_time_to_respond_is_the_one_that_was_given():
    claim = claim_under_review()
    request_action(claim, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW, due_at=NOW + 5 * DAY)
    mail = mail_of("claim.request_action")
    assert "submit the claim again by November 29, 2026, 10:00 AM UTC. If you do not respond within 5 days" in " ".join(
        mail.text.split()
    )


class TestHolder:
    @pytest.fixture
    def claim(self):
        claim = ClaimFactory(status=ClaimStatus.APPROVED, decided_at=NOW)
        DocumentFactory(claim=claim)
        ask_holder(claim, reasons=[reason()], message="", actor=reviewer_actor(), now=NOW, due_at=NOW + 5 * DAY)
        return claim

    def test_it_is_always_mailed_with_the_date(self, claim):
        mail = mail_of("claim.ask_holder")
        assert "hand in your answers by November 29, 2026" in " ".join(mail.text.split())
        assert kind_of("claim.ask_holder").always_mailed
        assert list(wanting_mail(["a@b.example"], kind="claim.ask_holder")) == ["a@b.example"]

    def test_reminders_come_only_after_the_request_and_threaten_nothing(self, claim):
        assert sweep(now=NOW + DAY)["reminded"] == 0
        assert sweep(now=NOW + 3 * DAY)["reminded"] == 1
        mail = mail_of("claim.remind")
        assert "Microsoft still waits for information about your association." in mail.text
        assert "rejected" not in mail.text

    def test_silence_changes_nothing(self, claim):
        sweep(now=NOW + 60 * DAY)
        claim.refresh_from_db()
        assert claim.status == ClaimStatus.APPROVED
        assert claim.action_requests.get().closed_at is None


@pytest.mark.parametrize(
    ("code", "label", "mailed"),
    [
        ("claim.ask_holder", "Information requested", True),
        ("claim.answer", "Request answered", False),
        ("claim.lose_product", "Association ended", True),
        ("claim.supersede", "Association ended", True),
    ],
)
def test_every_kind_of_message_about_findings_has_a_name(code, label, mailed):
    kind = kind_of(code)
    assert (kind.label, kind.mailed) == (label, mailed)
