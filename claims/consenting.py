"""What the customer's answers, and the message to it, do to the claim behind the request."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from claims import customer_messages, messages
from claims.actors import Actor
from claims.associations import end_associations, end_part, reopen_associations, reopen_part
from claims.enums import ClaimAction, ClaimStatus, CustomerTrouble
from claims.history import record_event
from claims.lifecycle import perform, touch
from claims.losing import let_go, take_up
from claims.models import Association, Claim, ClaimEvent
from claims.signals import customer_not_reached
from customers.enums import DenialReason
from customers.models import ConsentRequest
from kit.errors import RuleViolation

DENIED = Association.EndReason.CONSENT_DENIED
TAKEN = gettext_noop(
    "Another partner has been associated with one of these products meanwhile, so the denial can't be taken back."
)
ENDED = gettext_noop("This association has ended already. There is nothing to deny.")
NOT_DENIED = gettext_noop("Nothing was denied here, so there is nothing to take back.")
PART_ENDED = gettext_noop("A part of this has ended already. Open the page again to see what is associated now.")


@transaction.atomic
def accept_denial(request: ConsentRequest, *, now: datetime) -> ClaimEvent:
    """The customer denied: Approved becomes Customer consent denied, the associations end, the partner is told (R183).

    Possible at any time; after the opt-out period history says so (Q2). Raises RuleViolation when the association has
    ended already.
    """
    claim = _locked(request)
    if claim.status != ClaimStatus.APPROVED:
        raise RuleViolation(ENDED)
    data = _said(request.denial_reasons, request.comment if request.share_comment else "")
    data["late"] = bool(claim.opt_out_until and now >= claim.opt_out_until)
    # A denial received in time wins over a sweep that came to the claim first: the period did not end undenied.
    changes = {} if data["late"] else {"in_effect_at": None}
    event = perform(claim, ClaimAction.DENY_CONSENT, actor=_customer(request), now=now, changes=changes, data=data)
    end_associations(claim, reason=DENIED, now=now)
    messages.tell_consent_denied(claim, event=event)
    return event


@transaction.atomic
def accept_part_denial(
    request: ConsentRequest, *, items: Collection[str], reasons: Sequence[str], shared_comment: str, now: datetime
) -> ClaimEvent:
    """The customer denied some products or subscriptions: those associations end, the claim stays approved for the rest (F7).

    Raises RuleViolation when the association has ended, or one of ``items`` is not part of it any more.
    """
    claim = _locked(request)
    if claim.status != ClaimStatus.APPROVED:
        raise RuleViolation(ENDED)
    workloads, subscriptions = _keys_of(items)
    lost = [item.words for item in request.items.filter(key__in=items)]
    ended = end_part(claim, workloads=workloads, subscriptions=subscriptions, reason=DENIED, now=now)
    if ended != len(items) or len(lost) != len(items):
        raise RuleViolation(PART_ENDED)
    touch(claim)
    let_go(claim, subscriptions=subscriptions, now=now)
    data = _said(reasons, shared_comment) | {"lost": lost}
    event = record_event(claim, ClaimAction.DENY_PART, actor=_customer(request), now=now, data=data)
    customer_messages.tell_part_denied(claim, event=event)
    return event


def accept_restoration(request: ConsentRequest, *, now: datetime) -> ClaimEvent:
    """The customer took its denial back: the claim is approved again, for what the denial had ended (F7).

    Raises RuleViolation when another partner, or another claim of the same one, holds a part of that by now: the database
    decides, whoever came first (R004).
    """
    with _unless_taken():
        claim = _locked(request)
        if claim.status != ClaimStatus.CONSENT_DENIED:
            raise RuleViolation(NOT_DENIED)
        denial = claim.events.filter(action=ClaimAction.DENY_CONSENT).order_by("-pk").first()
        event = perform(claim, ClaimAction.RESTORE_CONSENT, actor=_customer(request), now=now)
        reopen_associations(claim, ended_at=denial.at if denial else now, reason=DENIED, now=now)
        customer_messages.tell_consent_restored(claim, event=event)
    return event


def accept_part_restoration(request: ConsentRequest, *, items: Collection[str], now: datetime) -> ClaimEvent:
    """The customer took back that it denied some products or subscriptions: those are associated again (F7).

    Raises RuleViolation when the association has ended, when one of ``items`` did not end by a denial, and when another
    partner, or another claim of the same one, holds one of them by now (R004).
    """
    with _unless_taken():
        claim = _locked(request)
        if claim.status != ClaimStatus.APPROVED:
            raise RuleViolation(ENDED)
        workloads, subscriptions = _keys_of(items)
        back = reopen_part(claim, workloads=workloads, subscriptions=subscriptions, reason=DENIED, now=now)
        if back != len(items):
            raise RuleViolation(PART_ENDED)
        touch(claim)
        take_up(claim, subscriptions=subscriptions, now=now)
        data = {"restored": [item.words for item in request.items.filter(key__in=items)]}
        event = record_event(claim, ClaimAction.RESTORE_PART, actor=_customer(request), now=now, data=data)
        customer_messages.tell_part_restored(claim, event=event)
    return event


@transaction.atomic
def note_consent(request: ConsentRequest, *, now: datetime) -> ClaimEvent:
    """The customer consented in so many words: history says so; the opt-out period goes on all the same (R182)."""
    claim = _locked(request)
    event = record_event(claim, ClaimAction.GIVE_CONSENT, actor=_customer(request), now=now)
    customer_messages.tell_consent_given(claim, event=event)
    return event


@transaction.atomic
def start_window(request: ConsentRequest, *, now: datetime) -> None:
    """The message to the customer has left, or arrived: the days to opt out run until the date of the request (Q7, R168).

    They do not begin anew when they have passed; that the customer was not reached is over in any case.
    """
    claim = _locked(request)
    if claim.status != ClaimStatus.APPROVED:
        return
    waited, until = claim.opt_out_until is None and claim.in_effect_at is None, request.opt_out_until
    follow_days(claim, request)
    if waited and until and now < until:
        data = {"until": until.isoformat()}
        record_event(claim, ClaimAction.START_WINDOW, actor=Actor.system(), now=now, data=data, is_activity=False)


@transaction.atomic
def note_not_reached(request: ConsentRequest, *, trouble: CustomerTrouble, now: datetime) -> ClaimEvent | None:
    """The message did not reach the customer, or the wrong person: the days stop, the partner is asked to correct the contact.

    The claim carries a flag for the reviewer until a new message has left. None when the claim holds nothing any more.
    """
    claim = _locked(request)
    if claim.status != ClaimStatus.APPROVED:
        return None
    follow_days(claim, request, trouble=trouble, at=now)
    data = {"trouble": trouble.value, "message": request.undeliverable_reason}
    event = record_event(claim, ClaimAction.MISS_CUSTOMER, actor=Actor.system(), now=now, data=data)
    customer_messages.tell_customer_not_reached(claim, event=event)
    customer_not_reached.send(sender=Claim, claim=claim, event=event)
    return event


@transaction.atomic
def note_not_sent(request: ConsentRequest, *, now: datetime) -> ClaimEvent | None:
    """The message to the customer could not be sent for reasons of the portal's own: reviewers are told, the partner asked nothing.

    The claim carries a flag until a message has left. None when the claim holds nothing any more.
    """
    claim = _locked(request)
    if claim.status != ClaimStatus.APPROVED:
        return None
    follow_days(claim, request, trouble=CustomerTrouble.NOT_SENT, at=now)
    data = {"trouble": CustomerTrouble.NOT_SENT.value}
    event = record_event(claim, ClaimAction.DELAY_MESSAGE, actor=Actor.system(), now=now, data=data, is_activity=False)
    customer_not_reached.send(sender=Claim, claim=claim, event=event)
    return event


@transaction.atomic
def note_hand_over(request: ConsentRequest, *, now: datetime) -> ClaimEvent:
    """The customer's contact named a colleague, who is asked now. The partner learns that, not whom: the customer decided it."""
    claim = _locked(request)
    follow_days(claim, request)
    event = record_event(claim, ClaimAction.HAND_OVER, actor=Actor.customer("Customer"), now=now)
    customer_messages.tell_handed_over(claim, event=event)
    customer_not_reached.send(sender=Claim, claim=claim, event=event)
    return event


def follow_days(
    claim: Claim, request: ConsentRequest, *, trouble: CustomerTrouble | None = None, at: datetime | None = None
) -> None:
    """The days of the claim are those of its request, which decides whether they run, stop, or have passed; nobody else does.

    Notes with them what trouble there is with reaching the customer, or that there is none. Needs the claim's lock.
    """
    claim.opt_out_until = request.opt_out_until
    claim.customer_trouble, claim.customer_trouble_at = trouble or "", at if trouble else None
    claim.save(update_fields=["opt_out_until", "customer_trouble", "customer_trouble_at"])


@contextmanager
def _unless_taken() -> Iterator[None]:
    """A transaction that is undone, with a sentence, when the database finds that somebody else holds the same."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise RuleViolation(TAKEN) from error


def _locked(request: ConsentRequest) -> Claim:
    return Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=int(request.reference))


def _customer(request: ConsentRequest) -> Actor:
    return Actor.customer(request.customer_name)


def _keys_of(items: Collection[str]) -> tuple[set[int], set[int]]:
    """The products held as workloads and the subscriptions that the customer's items stand for."""
    parts = [item.partition(":") for item in items]
    workloads = {int(key) for kind, _, key in parts if kind == "product"}
    return workloads, {int(key) for kind, _, key in parts if kind == "subscription"}


def _said(reasons: Sequence[str], shared_comment: str) -> dict[str, object]:
    labels = [str(DenialReason(reason).label) for reason in reasons]
    return {"denial_reasons": labels, "shared_comment": shared_comment}
