"""Words of a claim's life. Ask ``status in LIVE``; never list statuses in the code that asks."""

from django.db import models

from customers.enums import SolutionArea
from partners.models import ProgramCode


class ClaimStatus(models.TextChoices):
    """Stored status of a claim (R160). «Ready to submit» is derived, not stored (Q5)."""

    EDITING = "editing", "Editing"
    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    ACTION_REQUIRED = "partner_action_required", "Partner action required"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    DISPUTED = "disputed", "Disputed"
    CONSENT_DENIED = "consent_denied", "Customer consent denied"
    ENDED = "ended", "Association ended"
    DISCARDED = "discarded", "Discarded"


S = ClaimStatus
EDITABLE = frozenset({S.EDITING, S.ACTION_REQUIRED})  # the partner may change its content (R131)
IN_REVIEW = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.DISPUTED})  # waits for Microsoft
OPEN_FOR_REQUEST = frozenset({S.ACTION_REQUIRED, S.APPROVED})  # may carry an open request to the partner
LIVE = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.ACTION_REQUIRED, S.APPROVED, S.DISPUTED})  # holds its products (Q13)
DECIDED = frozenset({S.APPROVED, S.REJECTED, S.CONSENT_DENIED, S.ENDED})


class Activity(models.TextChoices):
    """What the partner did for the customer (R062, R063)."""

    PRE_SALES = "pre_sales", "Pre-sales"
    USAGE = "usage", "Usage"
    REVENUE = "revenue_association", "Revenue association"


class QueueRank(models.IntegerChoices):
    """Who comes first in the reviewers' queue among claims that are due on the same day."""

    DISPUTE = 0, "Dispute"
    RESUBMISSION = 1, "Submitted again"
    CONFLICT = 2, "Conflict"
    ORDINARY = 3, "First submission"


class LineVerdict(models.TextChoices):
    """What Microsoft found of one product of a claim."""

    OPEN = "", "Not decided"
    ACCEPTED = "accepted", "Accepted"
    ASKED = "asked", "More information needed"
    REFUSED = "refused", "Not approved"


class CustomerTrouble(models.TextChoices):
    """Why the message to the customer has not reached whom it should."""

    UNDELIVERABLE = "undeliverable", "Message not delivered"
    WRONG_PERSON = "wrong_person", "Not the right person"


class ClaimField(models.TextChoices):
    """Content of a claim that a reviewer can ask a partner to change: what «Edit» opens (R130)."""

    LOCATION = "location", "MPN location"
    CUSTOMER_CONTACT = "customer_contact", "Customer contact"
    PARTNER_CONTACT = "partner_contact", "Your company's contact"


class ActorKind(models.TextChoices):
    """Who did something. Partners see every reviewer as «Microsoft» (Q50)."""

    PARTNER = "partner", "Partner"
    REVIEWER = "reviewer", "Microsoft"
    CUSTOMER = "customer", "Customer"
    SYSTEM = "system", "Microsoft"


class ClaimAction(models.TextChoices):
    """Everything that writes a row of history; the first block moves the status."""

    SUBMIT = "submit", "Submitted"
    WITHDRAW = "withdraw", "Submission withdrawn"
    DISCARD = "discard", "Discarded"
    START_REVIEW = "start_review", "Review started"
    REQUEST_ACTION = "request_action", "Action requested"
    RESUBMIT = "resubmit", "Submitted again"
    LAPSE = "lapse", "Rejected: no response in time"
    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    DISPUTE = "dispute", "Disputed"
    DENY_CONSENT = "deny_consent", "Customer denied consent"
    DISASSOCIATE = "disassociate", "Customer disassociated"
    SUPERSEDE = "supersede", "Association ended"
    RESTORE_CONSENT = "restore_consent", "Denial taken back"
    EXPIRE = "expire", "Association ended with its subscription"

    CREATE = "create", "Created"
    EDIT = "edit", "Edited"
    ADD_DOCUMENT = "add_document", "Document uploaded"
    REMOVE_DOCUMENT = "remove_document", "Document removed"
    NOTE_DOCUMENT = "note_document", "Document note changed"
    REFRESH_POE = "refresh_poe", "Proof of execution refreshed"
    COMMENT = "comment", "Comment added"
    ASK_HOLDER = "ask_holder", "Information requested"
    ANSWER = "answer", "Request answered"
    LOSE_PRODUCT = "lose_product", "Product lost"
    KEEP_ASSOCIATION = "keep_association", "Association kept"
    ASK_CONSENT = "ask_consent", "Message to the customer"
    START_WINDOW = "start_window", "Opt-out period began"
    MISS_CUSTOMER = "miss_customer", "Customer not reached"
    CORRECT_CONTACT = "correct_contact", "Customer contact corrected"
    HAND_OVER = "hand_over", "Handed over by the customer"
    GIVE_CONSENT = "give_consent", "Customer consented"
    DENY_PART = "deny_part", "Customer denied a part"
    RESTORE_PART = "restore_part", "Denial taken back in part"
    LOSE_SUBSCRIPTION = "lose_subscription", "Subscription ended"
    CLOSE_WINDOW = "close_window", "Opt-out period ended"
    REMIND = "remind", "Reminder sent"
    CLOSE_DISPUTE = "close_dispute", "Dispute period ended"


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
