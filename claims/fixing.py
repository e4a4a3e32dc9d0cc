"""The partner's fix list: answering what a reviewer asked for, item by item, before submitting again (R164, R151)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from claims import messages
from claims.actors import Actor
from claims.enums import OPEN_FOR_REQUEST, ActorKind, ClaimAction, ClaimStatus
from claims.history import record_event
from claims.lifecycle import locked
from claims.models import ActionRequest, Claim, FixItem
from kit.errors import RuleViolation

MAX_ANSWER = 2000
CLOSED = _("This request is closed, so its list cannot be changed any more.")
TOO_LONG = format_lazy(_("An answer has at most {most:,} characters."), most=MAX_ANSWER)


def open_request_of(claim: Claim) -> ActionRequest | None:
    """The request that waits for the partner, with its items, or None. Two queries."""
    if claim.status not in OPEN_FOR_REQUEST:
        return None
    items = Prefetch("items", FixItem.objects.select_related("product", "document", "answered_by"))
    return claim.action_requests.filter(closed_at=None).prefetch_related(items).first()


def open_items(items: Sequence[FixItem], *, products: set[int]) -> list[FixItem]:
    """The items that are neither ticked nor answered, and whose product is still among the claim's ``products``."""
    return [item for item in items if not is_settled(item, products=products)]


def is_settled(item: FixItem, *, products: set[int]) -> bool:
    """Whether nothing is left to do for an item: ticked, answered, or its product was taken out of the claim."""
    return item.is_done or is_taken_out(item, products=products)


def is_taken_out(item: FixItem, *, products: set[int]) -> bool:
    """Whether the item is about a product that the claim does not name any more."""
    return item.product_id is not None and item.product_id not in products


@transaction.atomic
def answer_item(
    item: FixItem, *, actor: Actor, now: datetime, ticked: bool | None = None, answer: str | None = None
) -> FixItem:
    """Tick an item, or answer it in words, or take that back; None leaves a colleague's tick or answer as it stands.

    Moves nothing, writes no history of its own, and does not count as a change of the claim's content, so that nobody's
    edit grows stale: history keeps the answers once they are handed in (R151). What is already so is not written again.
    Raises RuleViolation when the request is closed, the claim is not the partner's to change, or the answer is too long.
    """
    if actor.kind != ActorKind.PARTNER or actor.organization is None:
        raise RuleViolation(gettext("Only the partner answers what was asked."))
    # Whoever hands the answers in, or closes the request, holds the claim as well: no answer comes in between.
    claim = locked(ActionRequest.objects.values_list("claim_id", flat=True).get(pk=item.request_id))
    if claim.organization_id != actor.organization.pk:
        raise RuleViolation(gettext("Only the partner answers what was asked."))
    still_open = claim.action_requests.filter(pk=item.request_id, closed_at=None).exists()
    if not still_open or claim.status not in OPEN_FOR_REQUEST:
        raise RuleViolation(CLOSED)
    item.refresh_from_db(fields=["ticked", "answer", "answered_by", "answered_at"])
    ticked = item.ticked if ticked is None else ticked
    answer = item.answer if answer is None else with_plain_breaks(answer)
    if len(answer) > MAX_ANSWER:
        raise RuleViolation(TOO_LONG)
    if (item.ticked, item.answer) == (ticked, answer):
        return item
    item.ticked, item.answer = ticked, answer
    item.answered_by, item.answered_at = (actor.user, now) if item.is_done else (None, None)
    item.save(update_fields=["ticked", "answer", "answered_by", "answered_at"])
    return item


def with_plain_breaks(text: str) -> str:
    """A text as it is kept: browsers send line breaks as two signs, and count them as one."""
    return text.replace("\r\n", "\n").strip()


@transaction.atomic
def hand_in_answers(claim: Claim, *, actor: Actor, now: datetime) -> ActionRequest:
    """A holder hands in its answers: the request closes, the claim stays approved (R171). Queues the receipt.

    A claim that waits for its partner is submitted again instead. Raises RuleViolation while an item is open, and when
    the request was closed meanwhile, as by the end of the association.
    """
    claim = locked(claim.pk)
    request = claim.action_requests.filter(closed_at=None).first()
    if request is None or claim.status != ClaimStatus.APPROVED:
        raise RuleViolation(gettext("There is no open request to answer."))
    products = set(claim.lines.values_list("product_id", flat=True))
    left = open_items(list(request.items.all()), products=products)
    if left:
        raise RuleViolation(sentence_about(len(left), handing_in=True))
    request.closed_at = now
    request.save(update_fields=["closed_at"])
    event = record_event(claim, ClaimAction.ANSWER, actor=actor, now=now, data=answers_of(request))
    messages.tell_answered(claim, event=event)
    return request


def sentence_about(count: int, *, handing_in: bool = False) -> str:
    """What stands in the way while items are open, and what is possible afterwards: to submit, or to hand in answers."""
    if handing_in:
        said = ngettext(
            "One item of the list of what is needed is still open. Tick or answer each, then hand in your answers.",
            "{count} items of the list of what is needed are still open. Tick or answer each, then hand in your answers.",
            count,
        )
    else:
        said = ngettext(
            "One item of the list of what is needed is still open. Tick or answer each, then submit the claim.",
            "{count} items of the list of what is needed are still open. Tick or answer each, then submit the claim.",
            count,
        )
    return said.format(count=count)


def answers_of(request: ActionRequest) -> dict[str, list[dict[str, str]]]:
    """The answers as history keeps them."""
    return {"answers": [{"about": str(item), "answer": item.answer} for item in request.items.all() if item.answer]}
