"""What the messages about claims look like, made of invented facts by the functions that write the real ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

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
_NAME = "M365 for CompanyX"  # unread
_A, _S = ClaimAction, ClaimStatus
_TO = _("The person who created the claim, and the contact that the partner named; never the customer.")


@dataclass(frozen=True, slots=True)
class _Case:
    """One situation in which a message is told."""

    label: str
    action: ClaimAction
    status: ClaimStatus
    data: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    claim: dict[str, Any] = field(default_factory=dict)


def _cases() -> dict[str, list[_Case]]:
    """Each message by its function's name, in the language of the reader."""
    reasons = [
        {
            "code": "product_missing",
            "title": gettext("A product is not named"),
            "text": gettext("Each product must be linked to the work in the document."),
            "about": "INTUNE",
            "note": gettext("Page 3 names Exchange Online only."),
        },
        {
            "code": "dates",
            "title": gettext("Dates are missing or out of date"),
            "text": gettext("Both signatures must carry a date."),
        },
    ]
    words = {"reasons": reasons, "message": gettext("Thank you for your work with this customer.")}
    undisputed = {"disputed": False}
    lost = {"lost": ["AZURE INFORMATION PROTECTION (AIP), AIP"]}
    denial = {
        "denial_reasons": [gettext("Partner is unknown")],
        "shared_comment": gettext("We have never met this company."),
    }
    late = {
        "code": "no_response",
        "title": gettext("Proof not provided on time"),
        "text": gettext("No response within 30 days."),
    }
    return {
        "tell_submitted": [
            _Case(gettext("First submission"), _A.SUBMIT, _S.SUBMITTED),
            _Case(gettext("Submitted again"), _A.RESUBMIT, _S.UNDER_REVIEW),
        ],
        "tell_review_started": [
            _Case(gettext("Review started"), _A.START_REVIEW, _S.UNDER_REVIEW, claim={"review_due_on": date(2026, 4, 1)}),
            _Case(gettext("Without a date"), _A.START_REVIEW, _S.UNDER_REVIEW),
        ],
        "tell_action_required": [
            *(
                _Case(title, _A.REQUEST_ACTION, _S.ACTION_REQUIRED, words, {"disputed": disputed}, {"action_due_at": _MONTH})
                for title, disputed in ((gettext("Action required"), False), (gettext("On a dispute"), True))
            ),
            _Case(
                gettext("Some products accepted"), _A.REQUEST_ACTION, _S.ACTION_REQUIRED, words | {"accepted": ["INTUNE"]},
                undisputed, {"action_due_at": _MONTH},
            ),
        ],
        "tell_reminder": [
            *(
                _Case(
                    gettext("{days} days before").format(days=days), _A.REMIND, _S.ACTION_REQUIRED,
                    facts={"due_at": _AT + timedelta(days=days)},
                )
                for days in settings.ACTION_REMINDER_DAYS
            ),
            _Case(
                gettext("Hours before, after a standstill"), _A.REMIND, _S.ACTION_REQUIRED,
                facts={"due_at": _AT + timedelta(hours=5)},
            ),
            _Case(
                gettext("Minutes before, after a standstill"), _A.REMIND, _S.ACTION_REQUIRED,
                facts={"due_at": _AT + timedelta(minutes=20)},
            ),
            _Case(gettext("To a partner that holds the association"), _A.REMIND, _S.APPROVED, facts={"due_at": _WEEK}),
        ],
        "tell_approved": [
            _Case(gettext("Approved"), _A.APPROVE, _S.APPROVED, {"message": words["message"]}, undisputed),
            _Case(gettext("Approved in part"), _A.APPROVE, _S.APPROVED, words | {"refused": ["INTUNE"]}, undisputed),
            _Case(
                gettext("Revenue association"), _A.APPROVE, _S.APPROVED, {}, undisputed,
                {"activities": [Activity.REVENUE], "solution_area": SolutionArea.BUSINESS_APPLICATIONS},
            ),
            _Case(gettext("Outcome of a dispute"), _A.APPROVE, _S.APPROVED, {"message": words["message"]}, {"disputed": True}),
        ],
        "tell_rejected": [
            _Case(gettext("Rejected"), _A.REJECT, _S.REJECTED, words, undisputed, {"dispute_until": _MONTH}),
            _Case(gettext("No answer in time"), _A.LAPSE, _S.REJECTED, {"reasons": [late]}, undisputed, {"dispute_until": _MONTH}),
            _Case(gettext("Outcome of a dispute"), _A.REJECT, _S.REJECTED, words, {"disputed": True}),
            _Case(gettext("No answer in time on a dispute"), _A.LAPSE, _S.REJECTED, {"reasons": [late]}, {"disputed": True}),
        ],
        "tell_in_effect": [
            _Case(gettext("Association in effect"), _A.CLOSE_WINDOW, _S.APPROVED, facts={"in_part": False}),
            _Case(gettext("After a part was denied"), _A.CLOSE_WINDOW, _S.APPROVED, facts={"in_part": True}),
        ],
        "tell_consent_denied": [_Case(gettext("Denied"), _A.DENY_CONSENT, _S.CONSENT_DENIED, denial)],
        "tell_disputed": [
            _Case(
                gettext("Disputed"), _A.DISPUTE, _S.DISPUTED, {"message": gettext("The signature stands on page 3.")},
                claim={"review_due_on": date(2026, 4, 1)},
            ),
            _Case(gettext("Without a date"), _A.DISPUTE, _S.DISPUTED, {"message": gettext("The signature stands on page 3.")}),
        ],
        "tell_ended": [_Case(gettext("Ended by the partner"), _A.DISASSOCIATE, _S.ENDED, {"message": gettext("The project is over.")})],
        "tell_holder_asked": [_Case(gettext("Holder asked"), _A.ASK_HOLDER, _S.APPROVED, words, {"due_at": _MONTH})],
        "tell_answered": [
            _Case(gettext("Answered"), _A.ANSWER, _S.APPROVED, {"answers": [{"about": "INTUNE", "answer": gettext("See page 4.")}]})
        ],
        "tell_selected_against": [
            _Case(gettext("Association ended"), _A.SUPERSEDE, _S.ENDED, words | lost),
            _Case(gettext("A part ended"), _A.LOSE_PRODUCT, _S.APPROVED, words | lost),
        ],
        "tell_association_kept": [
            _Case(gettext("Kept"), _A.KEEP_ASSOCIATION, _S.APPROVED, {"message": gettext("Yours is the most recent proof of execution.")})
        ],
        "tell_customer_not_reached": [
            _Case(
                gettext("Not delivered"), _A.MISS_CUSTOMER, _S.APPROVED,
                {"trouble": CustomerTrouble.UNDELIVERABLE.value, "message": "550 5.1.1 The mailbox does not exist."},  # unread
            ),
            _Case(gettext("Wrong person"), _A.MISS_CUSTOMER, _S.APPROVED, {"trouble": CustomerTrouble.WRONG_PERSON.value}),
            _Case(
                gettext("Wrong person, after the opt-out period"), _A.MISS_CUSTOMER, _S.APPROVED,
                {"trouble": CustomerTrouble.WRONG_PERSON.value}, claim={"opt_out_until": _AT},
            ),
        ],
        "tell_handed_over": [_Case(gettext("Handed over"), _A.HAND_OVER, _S.APPROVED)],
        "tell_consent_given": [_Case(gettext("Consent given"), _A.GIVE_CONSENT, _S.APPROVED)],
        "tell_part_denied": [_Case(gettext("A part denied"), _A.DENY_PART, _S.APPROVED, denial | lost)],
        "tell_part_restored": [
            _Case(
                gettext("A part again"), _A.RESTORE_PART, _S.APPROVED, {"restored": lost["lost"]},
                claim={"opt_out_until": _WEEK},
            )
        ],
        "tell_consent_restored": [
            _Case(gettext("Denial taken back"), _A.RESTORE_CONSENT, _S.APPROVED, claim={"opt_out_until": _WEEK})
        ],
        "tell_subscription_ended": [
            _Case(gettext("All of it"), _A.EXPIRE, _S.ENDED, lost, {"whole": True}),
            _Case(gettext("A part"), _A.LOSE_SUBSCRIPTION, _S.APPROVED, lost, {"whole": False}),
        ],
        "tell_dispute_closed": [_Case(gettext("Dispute period ended"), _A.CLOSE_DISPUTE, _S.REJECTED)],
    }  # fmt: skip


def registered() -> Iterator[RegisteredMessage]:
    """All messages about claims, for the list that staff read."""
    for message in sorted(MESSAGES, key=lambda each: each.compose.__module__ != "claims.messages"):
        yield RegisteredMessage(
            code="claim-" + message.name.removeprefix("tell_").replace("_", "-"),
            title=message.title,
            when=message.when,
            to=_TO,
            kinds=tuple(f"claim.{action}" for action in message.actions),
            mailed=message.mail,
            in_portal=True,
            make=lambda language, message=message: samples_of(message),  # type: ignore[misc]
        )

    yield RegisteredMessage(
        code="claim-draft-reminder",
        title=_("Unfinished claims"),
        when=format_lazy(
            ngettext_lazy(
                "A claim or an unfinished association was left alone for {days} day; once for each silence.",
                "A claim or an unfinished association was left alone for {days} days; once for each silence.",
                settings.DRAFT_REMINDER_DAYS,
            ),
            days=settings.DRAFT_REMINDER_DAYS,
        ),
        to=_("Whoever began it; the Incentive Admins once that person has left."),
        kinds=(draft_reminders.KIND,),
        mailed=True,
        in_portal=True,
        make=lambda language: _draft_reminders(),
    )


def _draft_reminders() -> list[Sample]:
    claim = _sample_claim(_Case("", _A.REMIND, _S.EDITING))
    return [
        _reminder(gettext("Unfinished association"), draft_reminders.of_draft(_NAME, domain="companyx.example")),
        _reminder(
            gettext("Unfinished association, before its customer is entered"),
            draft_reminders.of_draft(_NAME, domain=""),
        ),
        _reminder(gettext("Claim that is ready to submit"), draft_reminders.of_claim(claim, ready=True)),
        _reminder(gettext("Claim without proof of execution"), draft_reminders.of_claim(claim, ready=False)),
    ]


def _reminder(label: str, reminder: draft_reminders.Reminder) -> Sample:
    subject, text, html = draft_reminders.render_reminder(reminder, changed_at=_AT, url="/")
    return Sample(label, subject, text, html, f"{reminder.title}\n{reminder.text}")


def samples_of(message: ClaimMessage) -> list[Sample]:
    """The message in each situation in which it is told. Reads the database at most, and changes nothing."""
    return [_sample(message, case) for case in _cases()[message.name]]


def _sample(message: ClaimMessage, case: _Case) -> Sample:
    claim = _sample_claim(case)
    event = ClaimEvent(
        claim=claim,
        action=case.action,
        actor_kind=ActorKind.PARTNER,
        actor_name="Ola Demmo",  # unread
        at=_AT,
        data=case.data,
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
        name=_NAME,
        organization=PartnerOrganization(name="Fabrikam Consulting"),  # unread
        tenant=Tenant(display_name="CompanyX"),
        status=case.status,
        customer_domain="companyx.example",
        customer_contact_name="Joseph Jones",  # unread
        customer_contact_email="joseph@companyx.example",
        partner_contact_name="Ola Demmo",  # unread
        partner_contact_email="ola@fabrikam.example",
        **facts,
    )
