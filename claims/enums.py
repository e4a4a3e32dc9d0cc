"""Words of a claim's life. Ask ``status in LIVE``; never list statuses in the code that asks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.enums import SolutionArea
from partners.models import ProgramCode


class ClaimStatus(models.TextChoices):
    """Stored status of a claim (R160). «Ready to submit» is derived, not stored (Q5)."""

    EDITING = "editing", _("Editing")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    ACTION_REQUIRED = "partner_action_required", _("Partner action required")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DISPUTED = "disputed", _("Disputed")
    CONSENT_DENIED = "consent_denied", _("Customer consent denied")
    ENDED = "ended", _("Association ended")
    DISCARDED = "discarded", _("Discarded")


S = ClaimStatus
EDITABLE = frozenset({S.EDITING, S.ACTION_REQUIRED})  # the partner may change its content (R131)
PARTNERS_OWN = frozenset({S.EDITING, S.DISCARDED})  # not, or no longer, with Microsoft: withdrawn ones too (Q23)
IN_REVIEW = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.DISPUTED})  # waits for Microsoft
OPEN_FOR_REQUEST = frozenset({S.ACTION_REQUIRED, S.APPROVED})  # may carry an open request to the partner
LIVE = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.ACTION_REQUIRED, S.APPROVED, S.DISPUTED})  # holds its products (Q13)
DECIDED = frozenset({S.APPROVED, S.REJECTED, S.CONSENT_DENIED, S.ENDED})


class Activity(models.TextChoices):
    """What the partner did for the customer (R062, R063)."""

    PRE_SALES = "pre_sales", _("Pre-sales")
    USAGE = "usage", _("Usage")
    REVENUE = "revenue_association", _("Revenue association")


class QueueRank(models.IntegerChoices):
    """Who comes first in the reviewers' queue among claims that are due on the same day."""

    DISPUTE = 0, _("Dispute")
    RESUBMISSION = 1, _("Submitted again")
    CONFLICT = 2, _("Conflict")
    ORDINARY = 3, _("First submission")


class LineVerdict(models.TextChoices):
    """What Microsoft found of one product of a claim."""

    OPEN = "", _("Not decided")
    ACCEPTED = "accepted", _("Accepted")
    ASKED = "asked", _("More information needed")
    REFUSED = "refused", _("Not approved")
    LOST = "lost", _("No longer associated")


NOT_HELD = frozenset({LineVerdict.REFUSED, LineVerdict.LOST})  # an approved claim does not hold these


class CustomerTrouble(models.TextChoices):
    """Why the message to the customer has not reached whom it should."""

    UNDELIVERABLE = "undeliverable", _("Message not delivered")
    WRONG_PERSON = "wrong_person", _("Not the right person")
    NOT_SENT = "not_sent", _("Message not sent")


ABOUT_CONTACT = frozenset({CustomerTrouble.UNDELIVERABLE, CustomerTrouble.WRONG_PERSON})  # a partner can mend it


class ClaimField(models.TextChoices):
    """Content of a claim that a reviewer can ask a partner to change: what «Edit» opens (R130)."""

    LOCATION = "location", _("MPN location")
    CUSTOMER_CONTACT = "customer_contact", _("Customer contact")
    PARTNER_CONTACT = "partner_contact", _("Your company's contact")


class ActorKind(models.TextChoices):
    """Who did something. Partners see every reviewer as «Microsoft» (Q50)."""

    PARTNER = "partner", _("Partner")
    REVIEWER = "reviewer", _("Microsoft")
    CUSTOMER = "customer", _("Customer")
    SYSTEM = "system", _("Microsoft")


class ClaimAction(models.TextChoices):
    """Everything that writes a row of history; the first block moves the status."""

    SUBMIT = "submit", _("Submitted")
    WITHDRAW = "withdraw", _("Submission withdrawn")
    DISCARD = "discard", _("Discarded")
    START_REVIEW = "start_review", _("Review started")
    REQUEST_ACTION = "request_action", _("Action requested")
    RESUBMIT = "resubmit", _("Submitted again")
    LAPSE = "lapse", _("Rejected: no response in time")
    APPROVE = "approve", _("Approved")
    REJECT = "reject", _("Rejected")
    DISPUTE = "dispute", _("Disputed")
    DENY_CONSENT = "deny_consent", _("Customer denied consent")
    DISASSOCIATE = "disassociate", _("Customer disassociated")
    SUPERSEDE = "supersede", _("Association ended")
    RESTORE_CONSENT = "restore_consent", _("Denial taken back")
    EXPIRE = "expire", _("Association ended with its subscription")

    CREATE = "create", _("Created")
    EDIT = "edit", _("Edited")
    ADD_DOCUMENT = "add_document", _("Document uploaded")
    REMOVE_DOCUMENT = "remove_document", _("Document removed")
    NOTE_DOCUMENT = "note_document", _("Document note changed")
    REFRESH_POE = "refresh_poe", _("Proof of execution refreshed")
    COMMENT = "comment", _("Comment added")
    ASK_HOLDER = "ask_holder", _("Information requested")
    ANSWER = "answer", _("Request answered")
    LOSE_PRODUCT = "lose_product", _("Product lost")
    KEEP_ASSOCIATION = "keep_association", _("Association kept")
    ASK_CONSENT = "ask_consent", _("Message to the customer")
    START_WINDOW = "start_window", _("Opt-out period began")
    MISS_CUSTOMER = "miss_customer", _("Customer not reached")
    DELAY_MESSAGE = "delay_message", _("Message to the customer delayed")
    ASK_AGAIN = "ask_again", _("Customer contact asked again")
    CORRECT_CONTACT = "correct_contact", _("Customer contact corrected")
    HAND_OVER = "hand_over", _("Handed over by the customer")
    GIVE_CONSENT = "give_consent", _("Customer consented")
    DENY_PART = "deny_part", _("Customer denied a part")
    RESTORE_PART = "restore_part", _("Denial taken back in part")
    LOSE_SUBSCRIPTION = "lose_subscription", _("Subscription ended")
    CLOSE_WINDOW = "close_window", _("Opt-out period ended")
    REMIND = "remind", _("Reminder sent")
    CLOSE_DISPUTE = "close_dispute", _("Dispute period ended")


ACTIVITIES_OF = {
    SolutionArea.BUSINESS_APPLICATIONS: (Activity.PRE_SALES, Activity.USAGE, Activity.REVENUE),
    SolutionArea.MICROSOFT_365: (Activity.USAGE,),
}

_PROGRAM = {
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.PRE_SALES): ProgramCode.OSA_SELL,
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.USAGE): ProgramCode.OSU_BA,
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.REVENUE): ProgramCode.OSA_SELL,
    (SolutionArea.MICROSOFT_365, Activity.USAGE): ProgramCode.OSU_M365,
}


def programs_for(solution_area: str, activities: list[str]) -> list[ProgramCode]:
    """The incentive programmes that solution area and activities belong to, each once, in order (R041, Q11)."""
    wanted = [_PROGRAM[SolutionArea(solution_area), Activity(activity)] for activity in activities]
    return list(dict.fromkeys(wanted))
