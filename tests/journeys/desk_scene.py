"""Rows for every page of the desk: claims in every state with all that hangs on them, cases, second looks, people of each role."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from claims.actors import Actor
from claims.consenting import accept_denial
from claims.deciding import approve, reject, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.findings import Finding
from claims.fixing import answer_item, open_request_of
from claims.models import Claim, ReasonCode
from claims.submitting import add_comment, disassociate, dispute, submit
from customers.consent.clock import note_undeliverable
from customers.models import ConsentLink, ConsentRequest
from review.arbitration.deciding import confirm
from review.assigning import assign
from review.checks import Cell, save_checks
from review.models import ArbitrationCase, Bar, CannedMessage, Presence, SecondLook
from review.notes import add_note
from review.queue.saved import save_queue
from tests.consistency.test_admin import rows_of_all_kinds
from tests.factories import (
    AuditorFactory,
    CatalogueManagerFactory,
    DocumentFactory,
    LeadFactory,
    OrganizationFactory,
    ProductFactory,
    ReviewerFactory,
    StaffFactory,
    SubscriptionFactory,
    TenantFactory,
    WorkloadFactory,
    partner_actor,
    pdf_upload,
    put_on_tenant,
)
from tests.review.arbitration.acting import act, plan_for
from tests.review.arbitration.rivals import filed, fresh, holding, under_review

# Long words without a space are what makes a narrow page wider than its screen.
LONG = "Rahmenvertragsverlängerungsbestätigung"


@dataclass
class Desk:
    """Who is there, and the rows that its pages are made of."""

    reviewer: User
    lead: User
    auditor: User
    manager: User
    administrator: User
    claims: dict[str, Claim] = field(default_factory=dict)
    cases: dict[str, ArbitrationCase] = field(default_factory=dict)
    looks: dict[str, SecondLook] = field(default_factory=dict)


def furnish() -> Desk:
    """Everything, once."""
    desk = Desk(
        reviewer=ReviewerFactory(email="reviewer@microsoft.example", full_name="Robin Reviewer"),
        lead=LeadFactory(email="lead@microsoft.example", full_name="Lee Lead"),
        auditor=AuditorFactory(email="auditor@microsoft.example", full_name="Ada Auditor"),
        manager=CatalogueManagerFactory(email="catalog@microsoft.example", full_name="Kit Catalog"),
        administrator=StaffFactory(email="root@microsoft.example", full_name="Ro Root", is_superuser=True),
    )
    now = timezone.now()
    _claims(desk, Actor.reviewer(desk.reviewer), now)
    _crowd(desk, desk.claims["resubmitted"], now)
    _cases(desk, now)
    _second_looks(desk, now)
    barred = under_review(
        TenantFactory(), WorkloadFactory(), organization=OrganizationFactory(name="Zanzibar Partners")
    )
    Bar.objects.create(reviewer=desk.reviewer, organization=barred.organization, reason="Worked there", set_at=now)
    desk.claims["barred"] = barred
    CannedMessage.objects.create(title="Sign it", text="Please let {customer} sign {claim}.")
    save_queue(desk.lead, name="Overdue disputes", query="overdue=1&dispute=1", now=now)
    rows_of_all_kinds()
    return desk


def _claims(desk: Desk, reviewer: Actor, now: Any) -> None:
    """One claim of every state that the desk shows."""
    claims, reason = desk.claims, ReasonCode.objects.get(code="acknowledgment_missing")

    def begun(name: str) -> Claim:
        return under_review(TenantFactory(), WorkloadFactory(), WorkloadFactory(), name=name)

    tenant, product = TenantFactory(), ProductFactory(name="DYNAMICS 365 FOR SALES")
    put_on_tenant(product, tenant)
    bought = tuple(SubscriptionFactory.create_batch(2, tenant=tenant, product=product))
    claims["submitted"] = filed(tenant, product, subscriptions=bought, name=f"Sales {LONG}{LONG}")
    claims["under review"] = begun("With documents of many kinds")
    assign(claims["under review"], to=desk.lead, by=desk.lead, now=now)
    DocumentFactory(claim=claims["under review"], name=f"{LONG}{LONG}.pdf", first_submission=1)
    DocumentFactory(claim=claims["under review"], name="Old.pdf", first_submission=1, removed_at=now)
    asked = claims["action required"] = begun("Asked for more")
    _ask(asked, reason, reviewer, now)
    again = claims["resubmitted"] = begun("Submitted again")
    _ask(again, reason, reviewer, now)
    partner = partner_actor(again)
    for item in open_request_of(again).items.all():  # type: ignore[union-attr]
        answer_item(item, ticked=True, answer="See page 4 of the new file", actor=partner, now=now)
    DocumentFactory(claim=again, name="Second statement.pdf")
    submit(fresh(again), actor=partner, now=now, comment="We signed it.")
    for name in ("rejected", "disputed"):
        claims[name] = begun(f"A claim that is {name}")
        reject(claims[name], reasons=[reason], message="No signature.", actor=reviewer, now=now)
    dispute(fresh(claims["disputed"]), actor=partner_actor(claims["disputed"]), message="It is on page 9.",
            now=now, uploads=[pdf_upload("Signed again.pdf", "Signed again")])  # fmt: skip
    for name in ("approved", "denied", "ended"):
        claims[name] = holding(TenantFactory(), WorkloadFactory(), name=f"A claim that is {name}")
    unreached = ConsentLink.objects.get(consent__reference=str(claims["approved"].pk))
    note_undeliverable(unreached, reason="552 mailbox full", now=now)
    accept_denial(ConsentRequest.objects.get(reference=str(claims["denied"].pk)), now=now)
    disassociate(claims["ended"], actor=partner_actor(claims["ended"]), message="The project is over.", now=now)
    partly = claims["approved in part"] = begun("Approved in part")
    refused = Finding(ReasonCode.objects.get(code="product_missing"), product=partly.lines.last().product)
    approve(partly, actor=reviewer, now=now, refused=[refused])
    desk.claims = {name: fresh(claim) for name, claim in claims.items()}
    assert {claim.status for claim in desk.claims.values()} == set(ClaimStatus) - {
        ClaimStatus.EDITING,
        ClaimStatus.DISCARDED,
    }


def _ask(claim: Claim, reason: ReasonCode, reviewer: Actor, now: Any) -> None:
    first, second = (line.product for line in claim.lines.select_related("product"))
    findings = [
        Finding(reason, product=first, note="On the last page."),
        Finding(reason, document=claim.documents.first()),
        Finding(reason, field="customer_contact"),
    ]
    request_action(claim, reasons=findings, message="Please\nsign it.", actor=reviewer, now=now, accepted={second.pk})
    claim.refresh_from_db()


def _crowd(desk: Desk, claim: Claim, now: Any) -> None:
    """Checks, notes, comments, somebody else at the page, and claims that resemble it."""
    document = claim.documents.filter(removed_at=None).first()
    results = zip(("dates", "names"), ("shown", "missing"), strict=True)
    product = claim.lines.first().product_id
    save_checks(
        claim, results={Cell(document.pk, product, rule): said for rule, said in results}, by=desk.lead, now=now
    )
    add_note(claim, text=f"They called. https://files.example/{LONG}/{LONG}/{LONG}", author=desk.reviewer, now=now)
    add_comment(claim, text="Thank you.", actor=Actor.reviewer(desk.reviewer), now=now)
    Presence.objects.create(claim=claim, user=desk.reviewer, seen_at=now)
    like = filed(TenantFactory(), WorkloadFactory(), customer_contact_email=claim.customer_contact_email)
    like.documents.update(sha256=document.sha256)


def _cases(desk: Desk, now: Any) -> None:
    """A case that runs, one that waits for a second reviewer, and one that is closed."""
    for name in ("running", "proposed", "closed"):
        tenant, intune = TenantFactory(), WorkloadFactory(name=f"INTUNE {name.upper()}")
        holder = holding(
            tenant, intune, name=f"Holder of a {name} case", organization=OrganizationFactory(name=f"{LONG} {name}")
        )
        rival = under_review(tenant, intune, name=f"Contender in a {name} case")
        case = desk.cases[name] = ArbitrationCase.objects.get(tenant=tenant)
        if name != "running":
            decision = act(case, plan_for(case, **{f"INTUNE_{name.upper()}": rival}), desk.reviewer, now=now)
        if name == "closed":
            confirm(decision, user=desk.lead, now=now)
        desk.cases[name] = fresh(case)
        desk.claims[f"holder of a {name} case"], desk.claims[f"contender in a {name} case"] = (
            fresh(holder),
            fresh(rival),
        )
    assert [case.state for case in desk.cases.values()][-1] == "closed"


def _second_looks(desk: Desk, now: Any) -> None:
    for name, by in (("rejected", desk.reviewer), ("approved in part", desk.reviewer), ("approved", None)):
        claim = desk.claims[name]
        decision = claim.events.filter(action__in=[ClaimAction.APPROVE, ClaimAction.REJECT]).get()
        SecondLook.objects.create(
            claim=claim, decision=decision, first_reviewer=by or decision.actor, drawn_at=now - timedelta(days=2)
        )
    SecondLook.objects.filter(claim=desk.claims["rejected"]).update(
        second_reviewer=desk.lead, agrees=False, comment="The signature is on page 9.", looked_at=now
    )
    desk.looks = {
        "done": SecondLook.objects.get(claim=desk.claims["rejected"]),
        "of the reviewer": SecondLook.objects.get(claim=desk.claims["approved in part"]),
        "open": SecondLook.objects.get(claim=desk.claims["approved"]),
    }
