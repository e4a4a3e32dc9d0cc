"""Every state of a claim, every act on it by address, and everybody who could try: what is declared to succeed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from claims.enums import DECIDED, IN_REVIEW, PARTNERS_OWN, ClaimAction, ClaimStatus
from claims.models import Claim, ClaimEvent, ReasonCode
from claims.transitions import TABLE
from customers.consent import Item, ask_for_consent
from partners.models import Role
from review.models import Bar
from tests.factories import (
    AuditorFactory,
    CatalogueManagerFactory,
    ClaimFactory,
    DocumentFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    StaffFactory,
    UserFactory,
    pdf_upload,
)
from tests.support.everything import checksums

S = ClaimStatus
PARTNERS = frozenset({"incentive admin", "incentive user"})
DECIDERS = frozenset({"reviewer", "lead"})
LEADS = frozenset({"lead"})
READERS = frozenset({"reviewer", "lead", "auditor"})
ROLES = (
    "nobody", "incentive admin", "incentive user", "member", "foreign partner", "person without an organization",
    "reviewer", "barred reviewer", "lead", "auditor", "catalogue manager", "staff without a group",
)  # fmt: skip
WITH_MICROSOFT = frozenset(S) - PARTNERS_OWN


@dataclass(frozen=True, slots=True)
class Act:
    """One act by one address. ``target`` is the status that it leads to, when it moves the claim."""

    route: str
    by: frozenset[str]
    states: frozenset[str]
    data: Callable[["Scene", Claim], dict[str, Any]] = lambda scene, claim: {}
    target: str = ""
    name: str = ""
    takes_document: bool = False
    leaves_a_trace: bool = True

    def address(self, claim: Claim) -> str:
        """Where it is posted to."""
        keys = [claim.pk]
        if self.takes_document:
            keys.append(claim.documents.get().pk)
        return reverse(self.route, args=keys)


def _table(action: ClaimAction) -> dict[str, Any]:
    row = TABLE[action]
    return {"states": row.sources, "target": row.target, "name": action.value}


def _version(scene: "Scene", claim: Claim) -> dict[str, Any]:
    last = ClaimEvent.objects.filter(claim=claim).order_by("pk").last()
    return {"version": claim.version, "seen_event": last.pk if last else 0}


def _decision(**data: Any) -> Callable[["Scene", Claim], dict[str, Any]]:
    return lambda scene, claim: _version(scene, claim) | {"rows": 1, "message": ""} | data


def _reason(decision: str) -> Callable[["Scene", Claim], dict[str, Any]]:
    def data(scene: "Scene", claim: Claim) -> dict[str, Any]:
        return _decision(decision=decision, reasons=[scene.reason.pk])(scene, claim)

    return data


def _file(scene: "Scene", claim: Claim) -> dict[str, Any]:
    return {"proof": [pdf_upload("Fresh.pdf", f"Fresh proof for {claim.pk}")]}


ACTS = (
    Act("claim-submit", PARTNERS, data=lambda s, c: {"confirm": "1"}, **_table(ClaimAction.SUBMIT)),
    Act("claim-submit", PARTNERS, data=lambda s, c: {"confirm": "1"}, **_table(ClaimAction.RESUBMIT)),
    Act("claim-withdraw", PARTNERS, **_table(ClaimAction.WITHDRAW)),
    Act("claim-discard", PARTNERS, **_table(ClaimAction.DISCARD)),
    Act("claim-dispute", PARTNERS, data=lambda s, c: {"message": "Both signatures are there."}, **_table(ClaimAction.DISPUTE)),
    Act("claim-disassociate", PARTNERS, data=lambda s, c: {"message": "Contract over."}, **_table(ClaimAction.DISASSOCIATE)),
    Act("claim-refresh", PARTNERS, frozenset({S.APPROVED}), _file),
    Act("claim-contact", PARTNERS, frozenset({S.APPROVED}), lambda s, c: {
        "customer_name": "Ana Right", "customer_email": "ana@customer.example", "customer_title": "CIO",
    }),
    Act("claim-upload", PARTNERS, frozenset({S.EDITING, S.ACTION_REQUIRED}), _file),
    Act("claim-comment", PARTNERS, frozenset(S) - {S.DISCARDED}, lambda s, c: {"comment": "A word"}),
    Act("claim-edit", PARTNERS, frozenset({S.EDITING, S.ACTION_REQUIRED})),
    Act("claim-checklist", PARTNERS, frozenset({S.EDITING, S.ACTION_REQUIRED}), lambda s, c: {"rule": ["names"]}),
    Act("claim-document-note", PARTNERS, frozenset({S.EDITING, S.ACTION_REQUIRED}), lambda s, c: {"note": "Page 3"},
        takes_document=True),
    Act("claim-document-remove", PARTNERS, frozenset({S.EDITING}), takes_document=True),
    Act("admin:review-start", DECIDERS, data=_version, **_table(ClaimAction.START_REVIEW)),
    Act("admin:review-decide", DECIDERS, data=_decision(decision="approve", confirm="1"), **_table(ClaimAction.APPROVE)),
    Act("admin:review-decide", DECIDERS, data=_reason("reject"), **_table(ClaimAction.REJECT)),
    Act("admin:review-decide", DECIDERS, data=_reason("request_action"), **_table(ClaimAction.REQUEST_ACTION)),
    Act("admin:review-comment", DECIDERS, WITH_MICROSOFT, lambda s, c: {"text": "A word"}),
    Act("admin:review-note", DECIDERS, WITH_MICROSOFT, lambda s, c: {"note": "Between us"}),
    Act("admin:review-ask-again", DECIDERS, frozenset({S.APPROVED})),
    Act("admin:review-take", DECIDERS, IN_REVIEW),
    Act("admin:review-release", DECIDERS, IN_REVIEW, name="release what nobody has", leaves_a_trace=False),
    Act("admin:review-assign", LEADS, IN_REVIEW, lambda s, c: {"to": s.people["reviewer"].pk}),
    Act("admin:review-decision-preview", DECIDERS, frozenset({S.UNDER_REVIEW, S.DISPUTED}), _reason("reject"),
        leaves_a_trace=False, name="preview"),
    Act("admin:review-compose", DECIDERS, WITH_MICROSOFT, lambda s, c: _reason("reject")(s, c) | {"help": "row"},
        leaves_a_trace=False, name="compose"),
    Act("admin:review-checks", DECIDERS, IN_REVIEW,
        lambda s, c: {f"signature-{c.lines.get().product_id}": "shown"}, takes_document=True),
)  # fmt: skip


class Scene:
    """One claim in each state, of one organisation, and everybody who could act on it; those taken back twice."""

    def __init__(self) -> None:
        self.reason = ReasonCode.objects.get(code="poe_missing")
        admin = MembershipFactory()
        user = MembershipFactory(organization=admin.organization, role=Role.INCENTIVE_USER)
        member = MembershipFactory(organization=admin.organization, role=Role.MEMBER)
        barred = ReviewerFactory()
        Bar.objects.create(
            reviewer=barred, organization=admin.organization, reason="Worked there", set_at=timezone.now()
        )
        self.people: dict[str, User | None] = {
            "nobody": None, "incentive admin": admin.user, "incentive user": user.user, "member": member.user,
            "foreign partner": MembershipFactory().user, "person without an organization": UserFactory(),
            "reviewer": ReviewerFactory(), "barred reviewer": barred, "lead": LeadFactory(), "auditor": AuditorFactory(),
            "catalogue manager": CatalogueManagerFactory(), "staff without a group": StaffFactory(),
        }  # fmt: skip
        self.claims = {status.label: self._claim(admin, status) for status in ClaimStatus}
        for status in PARTNERS_OWN:
            self.claims[f"{status.label} after it was withdrawn"] = self._claim(admin, status, withdrawn=True)

    def _claim(self, membership: Any, status: ClaimStatus, *, withdrawn: bool = False) -> Claim:
        now = timezone.now()
        was_submitted = withdrawn or status in WITH_MICROSOFT
        claim: Claim = ClaimFactory(
            organization=membership.organization, created_by=membership.user, status=status, name=f"Hush {status}",
            submitted_at=now - timedelta(days=3) if status in WITH_MICROSOFT else None, submissions=int(was_submitted),
            decided_at=now - timedelta(days=1) if status in DECIDED else None,
            action_due_at=now + timedelta(days=9) if status == S.ACTION_REQUIRED else None,
            queue_due_on=(now + timedelta(days=2)).date(), review_due_on=(now + timedelta(days=2)).date(),
        )  # fmt: skip
        DocumentFactory(claim=claim, first_submission=1 if was_submitted else None)
        if status == S.APPROVED:
            _customer_not_reached(claim, now=now)
        return claim


def _customer_not_reached(claim: Claim, *, now: datetime) -> None:
    """The customer was asked, and the message came back: the partner may correct the contact."""
    ask_for_consent(
        reference=str(claim.pk), solution_area=claim.solution_area, tenant=claim.tenant, domain=claim.customer_domain,
        customer_name=claim.customer_contact_name, customer_email=claim.customer_contact_email,
        items=[Item("product:1", "AIP")], partner=claim.organization, partner_name=claim.organization.name,
        partner_contact_name=claim.partner_contact_name, partner_contact_email=claim.partner_contact_email, now=now,
    )  # fmt: skip
    Claim.objects.filter(pk=claim.pk).update(
        customer_trouble="undeliverable", customer_trouble_at=now, in_effect_at=None
    )


# Tables that an act may write without doing anything to anybody: who looked, sign-in, what Django keeps of itself.
BESIDE = {"review_presence", "django_session", "django_content_type", "auth_permission"}


def all_rows() -> dict[str, tuple[int, str]]:
    """A checksum over the values of every table; that a reviewer is at work on a claim is no change of it."""
    return checksums(without=BESIDE, columns_without={"claims_claim": "reviewer_active_at"})


def everything(claim: Claim) -> dict[str, Any]:
    """The status of the claim, and a checksum over the values of every table."""
    return {"status": Claim.objects.values_list("status", flat=True).get(pk=claim.pk), "tables": all_rows()}
