"""The contact is not the right person: the claim behind the request follows, and the partner is told no name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.deciding import approve
from claims.enums import ClaimAction, CustomerTrouble
from customers.consent import find_request, hand_over, report_wrong_person
from customers.models import ConsentRequest, Tenant, TenantDomain
from kit.errors import RuleViolation
from notifications.models import Notice, OutgoingEmail
from tests.customers.asking import enter_center, token_of
from tests.factories import NOW, claim_under_review, notify_customer, reviewer_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved():
    claim, now = claim_under_review(), timezone.now()  # its pages go by the clock
    approve(claim, actor=reviewer_actor(), now=now)
    notify_customer(claim, now=now)
    return claim, ConsentRequest.objects.get(reference=str(claim.pk))


def colleague_of(consent):
    return f"una@{TenantDomain.objects.get(tenant__tenant_id=consent.tenant_id).name}"


def test_a_colleague_is_asked_the_days_begin_anew_and_the_old_link_and_session_end(client, approved):
    claim, consent = approved
    old = token_of(OutgoingEmail.objects.get(kind="consent.request"))
    page = enter_center(client, consent)
    assert "I am not the right person" in page.content.decode()
    una = colleague_of(consent)
    answer = client.post(
        f"/consent/center/{consent.pk}/wrong-person/",
        {"known": "known", "name": "Una", "email": f" {una} "},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == "/consent/center/handed-over/"
    assert "The request was handed over" in answer.content.decode()
    assert una not in answer.content.decode()
    assert client.get("/consent/center/").status_code == 403
    assert find_request(old) is None
    newest = OutgoingEmail.objects.filter(kind="consent.request").latest("pk")
    assert newest.to == [una]
    assert find_request(token_of(newest)) == consent
    consent.refresh_from_db()
    claim.refresh_from_db()
    assert (consent.customer_email, consent.opt_out_until, claim.opt_out_until) == (una, None, None)
    told = " ".join(Notice.objects.values_list("body", flat=True))
    assert una not in told
    assert "Una" not in told


@pytest.mark.parametrize("address", ["una@free.example", "partner", "same", "nonsense", ""])
def test_it_goes_to_nobody_but_another_address_of_the_tenant(approved, address):
    claim, consent = approved
    tenant = Tenant.objects.get(tenant_id=consent.tenant_id)
    TenantDomain.objects.create(tenant=tenant, name=consent.partner_contact_email.rpartition("@")[2])
    named = {"partner": f"x@{consent.partner_contact_email.rpartition('@')[2]}", "same": consent.customer_email}
    with pytest.raises(RuleViolation):
        hand_over(consent, name="Una", email=named.get(address, address), by="me@c.example", now=NOW)
    consent.refresh_from_db()
    claim.refresh_from_db()
    assert consent.links.filter(revoked_at=None).count() == 1
    assert claim.opt_out_until == consent.opt_out_until is not None


def test_who_only_says_so_stops_the_days_and_keeps_its_link(approved):
    claim, consent = approved
    token = token_of(OutgoingEmail.objects.get(kind="consent.request"))
    for _ in range(2):
        report_wrong_person(consent, by=consent.customer_email, now=NOW)
    claim.refresh_from_db()
    assert (claim.customer_trouble, claim.opt_out_until, consent.opt_out_until) == (
        CustomerTrouble.WRONG_PERSON,
        None,
        None,
    )
    assert consent.wrong_person_at == NOW
    assert find_request(token) == consent
    assert consent.events.filter(step="wrong_person").count() == 1
    assert claim.events.filter(action="miss_customer").count() == 1


@pytest.mark.parametrize("passed", [False, True])
def test_the_reviewer_is_told_whether_the_contact_knows_the_right_person_or_not(approved, passed):
    claim, consent = approved
    approver = claim.events.get(action=ClaimAction.APPROVE).actor
    at = consent.opt_out_until if passed else consent.opt_out_until - timedelta(days=1)
    report_wrong_person(consent, by=consent.customer_email, now=at)
    hand_over(consent, name="Una", email=colleague_of(consent), by=consent.customer_email, now=at)
    unknown, known = Notice.objects.filter(kind="review.not_reached").order_by("pk")
    assert {unknown.user, known.user} == {approver}
    assert "knows no better one. The partner was asked to correct the contact." in unknown.body
    assert "named a colleague. Microsoft has written to that person." in known.body
    clock = "has passed and does not begin anew." if passed else "begins with the next message that leaves."
    assert unknown.body.endswith(clock)
    assert known.body.endswith(clock)
    assert "Una" not in known.body
    promised = "days to opt out have passed" if passed else "days to opt out begin with that message"
    for kind in ("claim.miss_customer", "claim.hand_over"):
        assert promised in Notice.objects.filter(kind=kind).first().body
