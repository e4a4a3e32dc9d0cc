"""What the claim guide and the help pages tell, taken from the settings and tables that the rules themselves use."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber

from claims.documents import MAX_DOCUMENTS
from claims.enums import ClaimStatus
from claims.models import ReasonCode
from claims.papers import guidance
from kit.uploads import ACCEPTED_EXTENSIONS
from partners.models import ProgramCode

ACKNOWLEDGMENT_MONTHS = 12
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit: what runs, how long, and what happens at its end."""

    what: str
    length: str
    then: str


@dataclass(frozen=True, slots=True)
class StatusFact:
    """One status as a partner reads it: what it means, and whose turn it is."""

    status: ClaimStatus
    meaning: str
    next: str

    @property
    def label(self) -> str:
        """The name that every page prints."""
        return self.status.label


def _many(number: int, unit: str) -> str:
    return f"{apnumber(number)} {unit}{'' if number == 1 else 's'}"


def statuses() -> list[StatusFact]:
    """Every status in the order in which a claim meets it, with its clock where it has one (R160)."""
    review = _many(settings.REVIEW_BUSINESS_DAYS, "business day")
    answer = _many(settings.ACTION_REQUIRED_DAYS, "day")
    opt_out = _many(settings.OPT_OUT_DAYS, "day")
    dispute = _many(settings.DISPUTE_DAYS, "day")
    told = {
        ClaimStatus.EDITING: (
            "The claim exists, and only your company sees it.",
            "Attach proof of execution and submit.",
        ),
        ClaimStatus.SUBMITTED: (
            "The claim waits for its review to start.",
            "Nothing. Until the review starts you can take the submission back.",
        ),
        ClaimStatus.UNDER_REVIEW: (
            "Microsoft examines the proof of execution.",
            f"Nothing. Expect a response within {review}.",
        ),
        ClaimStatus.ACTION_REQUIRED: (
            "Microsoft needs more information before it can decide.",
            f"Add what is asked for and submit again within {answer}.",
        ),
        ClaimStatus.APPROVED: (
            "Your company is associated with the customer. This is the status of the association, not of a payment.",
            f"Nothing. The customer is told and has {opt_out} to opt out.",
        ),
        ClaimStatus.REJECTED: (
            "The association was not granted; the claim page gives the reason.",
            f"Dispute it once within {dispute}, or file a new claim.",
        ),
        ClaimStatus.DISPUTED: (
            "You disputed a rejection, and another reviewer looks at the claim again.",
            f"Nothing. Expect a response within {review}.",
        ),
        ClaimStatus.CONSENT_DENIED: (
            "The customer denied the association, which has ended.",
            "Talk to your customer. A new claim needs newer proof of execution.",
        ),
        ClaimStatus.ENDED: (
            "An association that was approved has ended: you left it, or another partner was selected.",
            "Nothing. You can file a new claim.",
        ),
        ClaimStatus.DISCARDED: ("You gave the claim up before it was submitted.", "Nothing."),
    }
    return [StatusFact(status, *told[status]) for status in ClaimStatus]


def clocks() -> list[Clock]:
    """Every time limit of the process, from the settings that the rules read (R162, R165, R168)."""
    before = " and ".join(str(apnumber(days)) for days in settings.ACTION_REMINDER_DAYS)
    return [
        Clock(
            "Claiming a new subscription",
            f"{settings.SUBSCRIPTION_WAIT_HOURS} hours after its activation",
            "Before that the subscription is refused, and the message says from when on it can be claimed.",
        ),
        Clock(
            "Age of the customer acknowledgment",
            f"{ACKNOWLEDGMENT_MONTHS} months at submission",
            "Older proof can be refused as out of date.",
        ),
        Clock(
            "Microsoft's response once a review has started",
            _many(settings.REVIEW_BUSINESS_DAYS, "business day"),
            "The claim is approved, rejected, or comes back to you. It can take longer when another partner is involved.",
        ),
        Clock(
            "Your response to Partner action required",
            _many(settings.ACTION_REQUIRED_DAYS, "day"),
            f"We remind you {before} days before the end. After it the claim is rejected, and a new claim is needed.",
        ),
        Clock(
            "Dispute of a rejection",
            _many(settings.DISPUTE_DAYS, "day"),
            "It is possible once. After that, only a new claim helps.",
        ),
        Clock(
            "The customer's opt-out period",
            _many(settings.OPT_OUT_DAYS, "day"),
            "The association takes effect. The customer can still deny it at any later time.",
        ),
    ]


def facts() -> dict[str, Any]:
    """Everything that the guide and the help pages print. One query, for the reviewers' coded reasons."""
    reasons = list(ReasonCode.objects.filter(is_active=True, for_rejection=True))
    return {
        "statuses": statuses(),
        "clocks": clocks(),
        "rules": guidance.RULES,
        "kinds": guidance.KINDS,
        "checklists": guidance.CHECKLISTS,
        "reasons": [{"reason": reason, "remedy": guidance.REMEDIES.get(reason.code, "")} for reason in reasons],
        "programs": [guidance.PROGRAMS[program] for program in ProgramCode],
        "sites": guidance.SITES,
        "extensions": ACCEPTED_EXTENSIONS,
        "max_megabytes": settings.MAX_DOCUMENT_BYTES // _MEGABYTE,
        "max_documents": MAX_DOCUMENTS,
        "acknowledgment_months": ACKNOWLEDGMENT_MONTHS,
        "opt_out_days": settings.OPT_OUT_DAYS,
        "review_days": settings.REVIEW_BUSINESS_DAYS,
        "action_days": settings.ACTION_REQUIRED_DAYS,
        "dispute_days": settings.DISPUTE_DAYS,
        "wait_hours": settings.SUBSCRIPTION_WAIT_HOURS,
        "guide_version": settings.GUIDE_VERSION,
    }
