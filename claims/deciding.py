"""What Microsoft does with a claim: start the review, ask, approve, reject; and what the customer's denial does."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims import messages
from claims.actors import Actor
from claims.associations import open_associations
from claims.calendar import review_due_on
from claims.consent_items import consent_items
from claims.dispute_period import dispute_until
from claims.enums import ClaimAction, ClaimStatus, LineVerdict
from claims.findings import (
    Finding,
    as_findings,
    mark_lines,
    products_in,
    require_fitting,
    told_to_partner,
    write_fix_list,
)
from claims.history import record_event
from claims.lifecycle import free_lines, perform
from claims.models import ActionRequest, Claim, ClaimEvent, ClaimLine, ReasonCode
from claims.queries import was_disputed
from customers import consent
from kit.errors import RuleViolation

HELD = _(
    "Another partner is already associated with one of these products or subscriptions, so this claim cannot be approved. "
    "One partner per product/workload or subscription."
)
OWN_REJECTION = _(
    "You rejected this claim or confirmed its rejection, and the partner disputed that. Another reviewer decides on it now."
)


def start_review(claim: Claim, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Begin the review: Submitted becomes Under review, and five business days start to run (R161, R162).

    A claim that nobody has becomes the reviewer's own; whoever has it keeps it, also when a colleague begins.
    """
    due = review_due_on(now)
    changes: dict[str, object] = {"review_started_at": now, "review_due_on": due, "queue_due_on": due}
    with transaction.atomic():
        locked = Claim.objects.select_for_update(of=("self",), no_key=True).filter(pk=claim.pk)
        claim.reviewer_id = locked.values_list("reviewer_id", flat=True).get()
        if actor.user and claim.reviewer_id in {None, actor.user.pk}:
            changes |= {"reviewer": actor.user, "reviewer_active_at": now}
        event = perform(claim, ClaimAction.START_REVIEW, actor=actor, now=now, changes=changes)
        messages.tell_review_started(claim, event=event)
    return event


@transaction.atomic
def request_action(
    claim: Claim,
    *,
    reasons: Sequence[ReasonCode | Finding],
    message: str,
    actor: Actor,
    now: datetime,
    accepted: Collection[int] = (),
    due_at: datetime | None = None,
) -> ActionRequest:
    """Ask the partner for more, with coded reasons and a message; 30 days start to run (R164, R165, Q1).

    Each reason becomes an item of the partner's fix list. ``accepted`` are keys of products that need nothing more; the
    partner reads that they are accepted, and they are approved together with the rest. ``due_at`` gives rivals of one
    case the same end. Raises RuleViolation with a sentence.
    """
    findings = as_findings(reasons)
    if not findings:
        raise RuleViolation(gettext("Choose at least one reason, so that the partner knows what to do."))
    if unfit := [each.reason for each in findings if not each.reason.for_action]:
        raise RuleViolation(gettext("«{reason}» is a reason to reject, not to ask.").format(reason=unfit[0].title))
    require_fitting(claim, findings)
    asked = products_in(findings)
    if asked & set(accepted):
        raise RuleViolation(gettext("A product is either accepted or needs more information, not both."))
    _refuse_own_rejection(claim, actor=actor)
    due_at = due_at or now + timedelta(days=settings.ACTION_REQUIRED_DAYS)
    lines = list(claim.lines.select_related("product"))
    verdicts = dict.fromkeys(asked, LineVerdict.ASKED.value) | dict.fromkeys(accepted, LineVerdict.ACCEPTED.value)
    data = told_to_partner(claim, findings, message) | _named("accepted", lines, accepted)
    event = perform(
        claim, ClaimAction.REQUEST_ACTION, actor=actor, now=now, changes={"action_due_at": due_at}, data=data
    )
    mark_lines(lines, verdicts=verdicts)
    request = open_request(claim, findings=findings, message=message, actor=actor, due_at=due_at, now=now)
    messages.tell_action_required(claim, event=event, disputed=was_disputed(claim))
    return request


def open_request(
    claim: Claim, *, findings: Sequence[Finding], message: str, actor: Actor, due_at: datetime, now: datetime
) -> ActionRequest:
    """Write a request with its fix list. Needs an open transaction; raises IntegrityError while another one is open."""
    if actor.user is None:
        raise RuleViolation(gettext("Only a reviewer asks for more."))
    request = ActionRequest.objects.create(
        claim=claim, message=message.strip(), requested_by=actor.user, requested_at=now, due_at=due_at
    )
    request.reasons.set({finding.reason for finding in findings})
    write_fix_list(request, findings)
    return request


@transaction.atomic
def ask_holder(
    claim: Claim,
    *,
    reasons: Sequence[ReasonCode | Finding],
    message: str,
    actor: Actor,
    now: datetime,
    due_at: datetime,
) -> ActionRequest:
    """Ask a partner that holds an association, while its claim stays approved: the same as its rivals are asked (R171).

    It answers on its claim page and may refresh its proof of execution. Silence changes nothing by itself: whoever
    decides the case knows. Raises RuleViolation when the claim is not approved or was asked already.
    """
    findings = as_findings(reasons)
    if not findings:
        raise RuleViolation(gettext("Choose at least one reason, so that the partner knows what to do."))
    claim = Claim.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=claim.pk)
    if claim.status != ClaimStatus.APPROVED:
        raise RuleViolation(gettext("Only an approved claim is asked this way."))
    require_fitting(claim, findings)
    if claim.action_requests.filter(closed_at=None).exists():
        raise RuleViolation(gettext("The partner has already been asked and has not answered yet."))
    data = told_to_partner(claim, findings, message)
    event = record_event(claim, ClaimAction.ASK_HOLDER, actor=actor, now=now, data=data)
    request = open_request(claim, findings=findings, message=message, actor=actor, due_at=due_at, now=now)
    messages.tell_holder_asked(claim, event=event, due_at=due_at)
    return request


def approve(
    claim: Claim,
    *,
    actor: Actor,
    now: datetime,
    message: str = "",
    refused: Sequence[Finding] = (),
    without: Sequence[Finding] = (),
) -> ClaimEvent:
    """Approve: open the associations, ask the customer (not for revenue association), tell the partner (R006, R168).

    The days to opt out begin when the message to the customer has left (Q7).

    ``refused`` holds a reason for each product that is not approved: it stays in the claim, is free for others, and
    neither associated nor named to the customer. So is each subscription that a reason of ``without`` is about, of a
    product that is approved for others. Raises RuleViolation when nothing would be left to approve; when another
    partner holds one of the products: the database lets exactly one through (R004); and when the reviewer's own
    rejection was disputed (Q49).
    """
    _refuse_own_rejection(claim, actor=actor)
    if unfit := [each.reason for each in refused if not each.reason.for_rejection]:
        raise RuleViolation(gettext("«{reason}» cannot be a reason to reject.").format(reason=unfit[0].title))
    if any(each.product is None for each in refused):
        raise RuleViolation(gettext("A reason that comes with an approval is about one product that is not approved."))
    require_fitting(claim, [*refused, *without])
    try:
        with transaction.atomic():
            return _approve(claim, actor=actor, now=now, message=message, refused=refused, without=without)
    except IntegrityError as error:
        raise RuleViolation(HELD) from error


def _approve(
    claim: Claim,
    *,
    actor: Actor,
    now: datetime,
    message: str,
    refused: Sequence[Finding],
    without: Sequence[Finding],
) -> ClaimEvent:
    lines = list(claim.lines.select_related("product"))
    left_out = products_in(refused)
    if left_out >= {line.product_id for line in lines}:
        raise RuleViolation(gettext("No product would be approved. Reject the claim instead."))
    changes = {
        "decided_at": now,
        "opt_out_until": None,
        "in_effect_at": now if claim.is_revenue else None,
        "customer_trouble": "",
        "customer_trouble_at": None,
        "dispute_until": None,
    }
    names = [line.product.label for line in lines if line.product_id in left_out] + [each.about for each in without]
    data = told_to_partner(claim, [*refused, *without], message) | ({"refused": names} if names else {})
    event = perform(claim, ClaimAction.APPROVE, actor=actor, now=now, changes=changes, data=data)
    accepted = {line.product_id: LineVerdict.ACCEPTED.value for line in lines}
    mark_lines(lines, verdicts=accepted | dict.fromkeys(left_out, LineVerdict.REFUSED.value))
    parts = [each.subscription.pk for each in without if each.subscription]
    free_lines(claim, products=left_out, subscriptions=parts, now=now)
    open_associations(claim, now=now)
    _ask_customer(claim, now=now)
    messages.tell_approved(claim, event=event, disputed=was_disputed(claim))
    return event


def _ask_customer(claim: Claim, *, now: datetime) -> None:
    """Ask the customer; one with a revenue association is only able to look it up (R181)."""
    request = consent.ask_for_consent(
        reference=str(claim.pk),
        solution_area=claim.solution_area,
        tenant=claim.tenant,
        domain=claim.customer_domain,
        customer_name=claim.customer_contact_name,
        customer_email=claim.customer_contact_email,
        items=consent_items(claim),
        partner=claim.organization,
        partner_name=claim.organization.name,
        partner_contact_name=claim.partner_contact_name,
        partner_contact_email=claim.partner_contact_email,
        now=now,
        asks=not claim.is_revenue,
    )
    if not claim.is_revenue:
        data = {} if consent.copies_of(request, tenant=claim.tenant) else {"without_copy": True}
        record_event(claim, ClaimAction.ASK_CONSENT, actor=Actor.system(), now=now, data=data)


@transaction.atomic
def reject(
    claim: Claim, *, reasons: Sequence[ReasonCode | Finding], message: str, actor: Actor, now: datetime
) -> ClaimEvent:
    """Reject with coded reasons and a message; the products are free again (R166)."""
    findings = as_findings(reasons)
    if not findings:
        raise RuleViolation(gettext("Choose at least one reason, so that the partner knows why."))
    if unfit := [each.reason for each in findings if not each.reason.for_rejection]:
        raise RuleViolation(gettext("«{reason}» cannot be a reason to reject.").format(reason=unfit[0].title))
    require_fitting(claim, findings)
    _refuse_own_rejection(claim, actor=actor)
    data = told_to_partner(claim, findings, message)
    changes = {"decided_at": now, "dispute_until": dispute_until(claim, now=now)}
    event = perform(claim, ClaimAction.REJECT, actor=actor, now=now, changes=changes, data=data)
    mark_lines(claim.lines.all(), verdicts={})
    messages.tell_rejected(claim, event=event, disputed=was_disputed(claim))
    return event


def _refuse_own_rejection(claim: Claim, *, actor: Actor) -> None:
    """A disputed claim is decided by another reviewer than the one who rejected it, also after one more request (Q49).

    Who confirmed the rejection only the desk knows; it asks before it comes here.
    """
    dispute = claim.events.filter(action=ClaimAction.DISPUTE).first()
    if dispute and claim.events.filter(action=ClaimAction.REJECT, actor=actor.user, pk__lt=dispute.pk).exists():
        raise RuleViolation(OWN_REJECTION)


def _named(key: str, lines: Sequence[ClaimLine], products: Collection[int]) -> dict[str, list[str]]:
    """The chosen products by name, as history keeps them; nothing when none was chosen."""
    names = [line.product.label for line in lines if line.product_id in products]
    return {key: names} if names else {}
