"""What the claim guide and the help pages tell, taken from the settings and tables that the rules themselves use."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

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
        return str(self.status.label)


def _days(number: int) -> str:
    return ngettext("{count} day", "{count} days", number).format(count=apnumber(number))


def _business_days(number: int) -> str:
    return ngettext("{count} business day", "{count} business days", number).format(count=apnumber(number))


def statuses() -> list[StatusFact]:
    """Every status in the order in which a claim meets it, with its clock where it has one (R160)."""
    review = _business_days(settings.REVIEW_BUSINESS_DAYS)
    answer = _days(settings.ACTION_REQUIRED_DAYS)
    opt_out = _days(settings.OPT_OUT_DAYS)
    dispute = _days(settings.DISPUTE_DAYS)
    told = {
        ClaimStatus.EDITING: (
            gettext("The claim exists, and only your company sees it."),
            gettext("Attach proof of execution and submit."),
        ),
        ClaimStatus.SUBMITTED: (
            gettext("The claim waits for its review to start."),
            gettext("Nothing. Until the review starts you can take the submission back."),
        ),
        ClaimStatus.UNDER_REVIEW: (
            gettext("Microsoft examines the proof of execution."),
            gettext("Nothing. Expect a response within {review}.").format(review=review),
        ),
        ClaimStatus.ACTION_REQUIRED: (
            gettext("Microsoft needs more information before it can decide."),
            gettext("Add what is asked for and submit again within {answer}.").format(answer=answer),
        ),
        ClaimStatus.APPROVED: (
            gettext(
                "Your company is associated with the customer. This is the status of the association, not of a payment."
            ),
            gettext("Nothing. The customer is told and has {opt_out} to opt out.").format(opt_out=opt_out),
        ),
        ClaimStatus.REJECTED: (
            gettext("The association was not granted; the claim page gives the reason."),
            gettext("Dispute it once within {dispute}, or file a new claim.").format(dispute=dispute),
        ),
        ClaimStatus.DISPUTED: (
            gettext("You disputed a rejection, and another reviewer looks at the claim again."),
            gettext("Nothing. Expect a response within {review}.").format(review=review),
        ),
        ClaimStatus.CONSENT_DENIED: (
            gettext("The customer denied the association, which has ended."),
            gettext("Talk to your customer. A new claim needs newer proof of execution."),
        ),
        ClaimStatus.ENDED: (
            gettext(
                "An association that was approved has ended: you left it, another partner was selected, or its subscription "
                "ended."
            ),
            gettext("Nothing. You can file a new claim."),
        ),
        ClaimStatus.DISCARDED: (gettext("You gave the claim up before it was submitted."), gettext("Nothing.")),
    }
    return [StatusFact(status, *told[status]) for status in ClaimStatus]


def clocks() -> list[Clock]:
    """Every time limit of the process, from the settings that the rules read (R162, R165, R168)."""
    before = get_text_list([str(apnumber(days)) for days in settings.ACTION_REMINDER_DAYS], gettext("and"))
    return [
        Clock(
            gettext("Claiming a new subscription"),
            ngettext(
                "{count} hour after its activation",
                "{count} hours after its activation",
                settings.SUBSCRIPTION_WAIT_HOURS,
            ).format(count=settings.SUBSCRIPTION_WAIT_HOURS),
            gettext("Before that the subscription is refused, and the message says from when on it can be claimed."),
        ),
        Clock(
            gettext("Age of the customer acknowledgment"),
            ngettext("{count} month at submission", "{count} months at submission", ACKNOWLEDGMENT_MONTHS).format(
                count=ACKNOWLEDGMENT_MONTHS
            ),
            gettext("Older proof can be refused as out of date."),
        ),
        Clock(
            gettext("Microsoft's response once a review has started"),
            _business_days(settings.REVIEW_BUSINESS_DAYS),
            gettext(
                "The claim is approved, rejected, or comes back to you. It can take longer when another partner is involved."
            ),
        ),
        Clock(
            gettext("Your response to Partner action required"),
            _days(settings.ACTION_REQUIRED_DAYS),
            gettext(
                "We remind you {before} days before the end. After it the claim is rejected, and a new claim is needed."
            ).format(before=before),
        ),
        Clock(
            gettext("Dispute of a rejection"),
            _days(settings.DISPUTE_DAYS),
            gettext("It is possible once. After that, only a new claim helps."),
        ),
        Clock(
            gettext("The customer's opt-out period"),
            _days(settings.OPT_OUT_DAYS),
            gettext("The association takes effect. The customer can still deny it at any later time."),
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
        "checklists": {str(activity.label): items for activity, items in guidance.CHECKLISTS.items()},
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
