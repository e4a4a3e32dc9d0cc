"""What the messages about claims look like, made of invented facts by the functions that write the real ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from claims import draft_reminders
from claims.enums import Activity, ActorKind, ClaimAction, ClaimStatus, CustomerTrouble
from claims.letters import as_sentence
from claims.models import Claim, ClaimEvent
from claims.telling import MESSAGES, ClaimMessage, render
from customers.enums import SolutionArea
from customers.models import Tenant
from notifications.registry import RegisteredMessage, Sample
from partners.models import PartnerOrganization

_AT = datetime(2026, 3, 25, 14, 30, tzinfo=UTC)
_MONTH, _WEEK = _AT + timedelta(days=30), _AT + timedelta(days=7)
_REASONS = [
    {
        "code": "product_missing",
        "title": "A product is not named",
        "text": "Each product must be linked to the work in the document.",
        "about": "INTUNE",
        "note": "Page 3 names Exchange Online only.",
    },
    {"code": "dates", "title": "Dates are missing or out of date", "text": "Both signatures must carry a date."},
]
_WORDS = {"reasons": _REASONS, "message": "Thank you for your work with this customer."}
_TO = "The person who created the claim, and the contact that the partner named; never the customer."


@dataclass(frozen=True, slots=True)
class _Case:
    """One situation in which a message is told."""

    label: str
    action: ClaimAction
    status: ClaimStatus
    data: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    claim: dict[str, Any] = field(default_factory=dict)


_LOST = {"lost": ["AZURE INFORMATION PROTECTION (AIP), AIP"]}
_DENIAL = {"denial_reasons": ["Partner is unknown"], "shared_comment": "We have never met this company."}
_A, _S = ClaimAction, ClaimStatus
_CASES: dict[str, list[_Case]] = {
    "tell_submitted": [
        _Case("First submission", _A.SUBMIT, _S.SUBMITTED),
        _Case("Submitted again", _A.RESUBMIT, _S.UNDER_REVIEW),
    ],
    "tell_review_started": [
        _Case("Review started", _A.START_REVIEW, _S.UNDER_REVIEW, claim={"review_due_on": date(2026, 4, 1)})
    ],
    "tell_action_required": [
        _Case("Action required", _A.REQUEST_ACTION, _S.ACTION_REQUIRED, _WORDS, claim={"action_due_at": _MONTH})
    ],
    "tell_reminder": [
        _Case(f"{days} days before", _A.REMIND, _S.ACTION_REQUIRED, {"days": days}, {"due_at": _AT + timedelta(days=days)})
        for days in (7, 2)
    ],
    "tell_approved": [
        _Case("Approved", _A.APPROVE, _S.APPROVED, {"message": _WORDS["message"]}),
        _Case("Approved in part", _A.APPROVE, _S.APPROVED, _WORDS | {"refused": ["INTUNE"]}),
        _Case(
            "Revenue association", _A.APPROVE, _S.APPROVED,
            claim={"activities": [Activity.REVENUE], "solution_area": SolutionArea.BUSINESS_APPLICATIONS},
        ),
    ],
    "tell_rejected": [
        _Case("Rejected", _A.REJECT, _S.REJECTED, _WORDS, claim={"dispute_until": _MONTH}),
        _Case(
            "No answer in time", _A.LAPSE, _S.REJECTED,
            {"reasons": [{"code": "no_response", "title": "Proof not provided on time", "text": "No response within 30 days."}]},
            claim={"dispute_until": _MONTH},
        ),
    ],
    "tell_in_effect": [_Case("Association in effect", _A.CLOSE_WINDOW, _S.APPROVED)],
    "tell_consent_denied": [_Case("Denied", _A.DENY_CONSENT, _S.CONSENT_DENIED, _DENIAL)],
    "tell_disputed": [
        _Case(
            "Disputed", _A.DISPUTE, _S.DISPUTED, {"message": "The signature stands on page 3."},
            claim={"review_due_on": date(2026, 4, 1)},
        )
    ],
    "tell_ended": [_Case("Ended by the partner", _A.DISASSOCIATE, _S.ENDED, {"message": "The project is over."})],
    "tell_holder_asked": [_Case("Holder asked", _A.ASK_HOLDER, _S.APPROVED, _WORDS, {"due_at": _MONTH})],
    "tell_answered": [
        _Case("Answered", _A.ANSWER, _S.APPROVED, {"answers": [{"about": "INTUNE", "answer": "See page 4."}]})
    ],
    "tell_selected_against": [
        _Case("Association ended", _A.SUPERSEDE, _S.ENDED, _WORDS | _LOST),
        _Case("A part ended", _A.LOSE_PRODUCT, _S.APPROVED, _WORDS | _LOST),
    ],
    "tell_association_kept": [
        _Case("Kept", _A.KEEP_ASSOCIATION, _S.APPROVED, {"message": "Yours is the most recent proof of execution."})
    ],
    "tell_customer_not_reached": [
        _Case(
            "Not delivered", _A.MISS_CUSTOMER, _S.APPROVED,
            {"trouble": CustomerTrouble.UNDELIVERABLE.value, "message": "550 5.1.1 The mailbox does not exist."},
        ),
        _Case("Wrong person", _A.MISS_CUSTOMER, _S.APPROVED, {"trouble": CustomerTrouble.WRONG_PERSON.value}),
    ],
    "tell_handed_over": [_Case("Handed over", _A.HAND_OVER, _S.APPROVED)],
    "tell_consent_given": [_Case("Consent given", _A.GIVE_CONSENT, _S.APPROVED)],
    "tell_part_denied": [_Case("A part denied", _A.DENY_PART, _S.APPROVED, _DENIAL | _LOST)],
    "tell_part_restored": [
        _Case("A part again", _A.RESTORE_PART, _S.APPROVED, {"restored": _LOST["lost"]}, claim={"opt_out_until": _WEEK})
    ],
    "tell_consent_restored": [
        _Case("Denial taken back", _A.RESTORE_CONSENT, _S.APPROVED, claim={"opt_out_until": _WEEK})
    ],
    "tell_subscription_ended": [
        _Case("All of it", _A.EXPIRE, _S.ENDED, _LOST, {"whole": True}),
        _Case("A part", _A.LOSE_SUBSCRIPTION, _S.APPROVED, _LOST, {"whole": False}),
    ],
    "tell_dispute_closed": [_Case("Dispute period ended", _A.CLOSE_DISPUTE, _S.REJECTED)],
}  # fmt: skip


def registered() -> Iterator[RegisteredMessage]:
    """All messages about claims, for the list that staff read."""
    for message in sorted(MESSAGES, key=lambda each: each.compose.__module__ != "claims.messages"):
        yield RegisteredMessage(
            code="claim-" + message.name.removeprefix("tell_").replace("_", "-"),
            title=message.name.removeprefix("tell_").replace("_", " ").capitalize(),
            when=message.when,
            to=_TO,
            kinds=tuple(f"claim.{action}" for action in message.actions),
            mailed=message.mail,
            in_portal=True,
            make=lambda language, message=message: samples_of(message),  # type: ignore[misc]
        )

    yield RegisteredMessage(
        code="claim-draft-reminder",
        title="Unfinished claims",
        when="A claim or an unfinished association was left alone for 14 days; once for each silence.",
        to="Whoever began it; the Incentive Admins once that person has left.",
        kinds=(draft_reminders.KIND,),
        mailed=True,
        in_portal=True,
        make=lambda language: [_draft_reminder()],
    )


def _draft_reminder() -> Sample:
    facts = [("Name", "M365 for CompanyX"), ("Customer", "companyx.example")]
    subject, text, html = draft_reminders.render_reminder(
        title="Unfinished association: M365 for CompanyX", text=draft_reminders.UNFINISHED, action="Resume",
        facts=facts, changed_at=_AT, url="/",
    )  # fmt: skip
    return Sample("Unfinished association", subject, text, html, draft_reminders.UNFINISHED)


def samples_of(message: ClaimMessage) -> list[Sample]:
    """The message in each situation in which it is told. Reads the database at most, and changes nothing."""
    return [_sample(message, case) for case in _CASES[message.name]]


def _sample(message: ClaimMessage, case: _Case) -> Sample:
    claim = _sample_claim(case)
    event = ClaimEvent(
        claim=claim, action=case.action, actor_kind=ActorKind.PARTNER, actor_name="Ola Demmo", at=_AT, data=case.data
    )
    letter = message.compose(claim, event=event, **case.facts)
    notice = f"{letter.title}: {claim.name} ({claim.pk})\n{as_sentence(letter.paragraphs)}"
    if not message.mail:
        return Sample(case.label, letter.title, notice=notice)
    subject, text, html = render(claim, letter)
    return Sample(case.label, subject, text, html, notice)


def _sample_claim(case: _Case) -> Claim:
    """A claim that is no row: 999999 is below the first number, so no query finds anything of it."""
    facts = {
        "activities": [Activity.USAGE],
        "solution_area": SolutionArea.MICROSOFT_365,
        **case.claim,
    }
    return Claim(
        pk=999_999,
        name="M365 for CompanyX",
        organization=PartnerOrganization(name="Fabrikam Consulting"),
        tenant=Tenant(display_name="CompanyX"),
        status=case.status,
        customer_domain="companyx.example",
        customer_contact_name="Joseph Jones",
        customer_contact_email="joseph@companyx.example",
        partner_contact_name="Ola Demmo",
        partner_contact_email="ola@fabrikam.example",
        **facts,
    )
