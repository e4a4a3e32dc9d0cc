"""A case with everything that its rules need: as it stands, locked or not, and what changed since somebody read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Max, OuterRef, Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import ActorKind, ClaimStatus
from claims.history import tell_reviewer
from claims.models import ActionRequest, Claim, ClaimEvent, ClaimLine, LineSubscription
from customers.models import Tenant
from kit.errors import RuleViolation, StaleRecord
from kit.texts import Text
from review.access import DECIDE, LEAD, barred_organizations
from review.models import ArbitrationCase, CaseItem, CaseParty
from review.taking_part import OWN_REJECTION_IN_CASE, rejected_a_party

BARRED = _("You are barred from a partner in this case because of a conflict of interest. A lead keeps the list.")
CLOSED = _("This case is closed, so nothing can be done in it any more.")
SHOWN = 6
_OUTSIDE = frozenset({ActorKind.PARTNER, ActorKind.CUSTOMER})


@dataclass(frozen=True, slots=True)
class Room:
    """A case with the items and parties that are in it now, and the live products of each claim."""

    case: ArbitrationCase
    items: list[CaseItem]
    parties: list[CaseParty]
    lines: dict[int, list[ClaimLine]]


def case_for(user: User, case_id: int) -> ArbitrationCase:
    """A case that the person may see: 404 for none, PermissionDenied when barred from a partner that is or was in it.

    Its column ``own_rejection`` says whether the person took part in a rejection that is disputed in it.
    """
    barred = CaseParty.objects.filter(case=OuterRef("pk"), claim__organization__in=barred_organizations(user))
    cases = ArbitrationCase.objects.select_related("tenant", "reviewer", "merged_into")
    cases = cases.annotate(barred=Exists(barred), own_rejection=rejected_a_party(user))
    case: ArbitrationCase = get_object_or_404(cases, pk=case_id)
    if case.barred:  # type: ignore[attr-defined]
        raise PermissionDenied(BARRED)
    return case


def is_barred_from(case: ArbitrationCase, *, user: User) -> bool:
    """Whether a conflict of interest with any partner that is or was in the case keeps the person from it."""
    return CaseParty.objects.filter(case=case, claim__organization__in=barred_organizations(user)).exists()


def room_of(case: ArbitrationCase) -> Room:
    """The case as it stands now. Five queries."""
    parties = case.parties.filter(is_open=True).select_related("claim__organization").order_by("role", "claim_id")
    return _furnished(case, sorted(parties, key=lambda party: (party.role != "holder", party.claim_id)))


def locked_room(case_id: int) -> Room:
    """The case with its claims, its customer and itself locked, in that order. Needs an open transaction.

    Raises StaleRecord when its parties change at this moment.
    """
    wanted = CaseParty.objects.filter(case=case_id, is_open=True).values_list("claim_id", flat=True)
    locking = Claim.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=sorted(wanted))
    claims = {claim.pk: claim for claim in locking.select_related("organization", "tenant").order_by("pk")}
    tenant = ArbitrationCase.objects.values_list("tenant_id", flat=True).get(pk=case_id)
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant)
    case = ArbitrationCase.objects.select_for_update(no_key=True).get(pk=case_id)
    parties = list(case.parties.filter(is_open=True))
    if {party.claim_id for party in parties} != claims.keys():
        raise StaleRecord(gettext("The parties of this case are changing at this moment. Read it again."))
    for party in parties:
        party.claim = claims[party.claim_id]
    return _furnished(case, sorted(parties, key=lambda party: (party.role != "holder", party.claim_id)))


def _furnished(case: ArbitrationCase, parties: list[CaseParty]) -> Room:
    items = list(case.items.filter(is_open=True).select_related("product", "subscription"))
    chosen = LineSubscription.objects.filter(live=True).select_related("subscription", "line__product")
    rows = ClaimLine.objects.filter(claim__in=[party.claim_id for party in parties], live=True)
    lines: dict[int, list[ClaimLine]] = {party.claim_id: [] for party in parties}
    for line in rows.select_related("product").prefetch_related(Prefetch("subscriptions", chosen)):
        lines[line.claim_id].append(line)
    return Room(case, items, parties, lines)


def state_of(room: Room) -> dict[str, Any]:
    """What a decision rests on: the version of the case, and of each claim with the newest row of its history."""
    keys = [party.claim_id for party in room.parties]
    newest = ClaimEvent.objects.filter(claim__in=keys).order_by().values_list("claim_id").annotate(Max("pk"))
    events = dict(newest)
    claims = {str(party.claim_id): [party.claim.version, events.get(party.claim_id, 0)] for party in room.parties}
    return {"case": room.case.version, "claims": claims}


def changes_since(room: Room, seen: Mapping[str, Any]) -> list[str]:
    """What happened since the state that was ``seen``, a sentence for each claim; empty when a decision may rest on it.

    A claim counts when it moved, or when its partner or customer added anything, be it a comment: that may be evidence.
    Words of staff alone do not. One query for all claims, one more when the case itself changed.
    """
    known = seen.get("claims", {})
    read = {party.claim_id: known.get(str(party.claim_id), [0, 0]) for party in room.parties}
    later = _events_after({claim: event for claim, (_, event) in read.items() if event})
    said = []
    for party in room.parties:
        version, _ = read[party.claim_id]
        rows = later.get(party.claim_id, [])
        if party.claim.version == version and not any(row.actor_kind in _OUTSIDE for row in rows):
            continue
        told = [f"{each.who} {each.sentence}" for each in tell_reviewer(rows[:SHOWN])]
        sentence = (
            gettext("Claim {claim}: {happened}") if told else gettext("Claim {claim}: it joined, or was changed.")
        )
        said.append(sentence.format(claim=party.claim_id, happened=" ".join(told)))
    if seen.get("case") != room.case.version or set(known) != {str(party.claim_id) for party in room.parties}:
        said += [event.text for event in room.case.events.all()[:3]]
    return list(dict.fromkeys(said))


def _events_after(read: Mapping[int, int]) -> dict[int, list[ClaimEvent]]:
    """The rows of history of each claim after the one that was read, oldest first. One query."""
    newer = Q()
    for claim, event in read.items():
        newer |= Q(claim=claim, pk__gt=event)
    found: dict[int, list[ClaimEvent]] = {}
    for row in ClaimEvent.objects.filter(newer, claim__in=read).order_by("pk"):
        found.setdefault(row.claim_id, []).append(row)
    return found


def require_as_read(room: Room, seen: Mapping[str, Any]) -> None:
    """Raise StaleRecord, saying what happened, when case or claims changed or a partner or customer added something."""
    if said := changes_since(room, seen):
        raise StaleRecord(" ".join([gettext("This case changed since you read it, so nothing was done."), *said]))


def require_may_act(case: ArbitrationCase, *, user: User) -> None:
    """Raise RuleViolation when the person may not act in the case, as ``require_may_judge``, or it is somebody else's.

    A lead may act in the case of another reviewer.
    """
    require_may_judge(case, user=user)
    if case.reviewer_id not in {None, user.pk} and not user.has_perm(LEAD):
        name = case.reviewer.get_full_name() if case.reviewer else gettext("somebody else")
        raise RuleViolation(gettext("This case is assigned to {name}. Ask for its release first.").format(name=name))


def require_may_judge(case: ArbitrationCase, *, user: User) -> None:
    """Raise RuleViolation when the person decides on this case neither first nor second, as ``refusal_to_judge`` says."""
    if refusal := refusal_to_judge(case, user=user):
        raise RuleViolation(refusal)


def refusal_to_judge(case: ArbitrationCase, *, user: User) -> Text:
    """Why the person decides on this case neither first nor second, whoever has it; empty when it may.

    It is closed, or the person does not decide, is barred from a partner, or took part in a rejection that is disputed in
    the case (Q49).
    """
    if case.is_closed:
        return CLOSED
    if not user.is_active or not user.has_perm(DECIDE):
        return gettext("Your role lets you read cases, not decide on them.")
    if is_barred_from(case, user=user):
        return BARRED
    own = ArbitrationCase.objects.filter(rejected_a_party(user), pk=case.pk)
    return OWN_REJECTION_IN_CASE if own.exists() else ""


def waiting_for(parties: list[CaseParty], *, now: datetime) -> dict[int, ActionRequest]:
    """Requests whose time to answer still runs, by claim: nobody is selected against while it may answer. One query."""
    keys = [party.claim_id for party in parties]
    asked = ActionRequest.objects.filter(claim__in=keys, closed_at=None).select_related("claim__organization")
    return still_running(asked, now=now)


def still_running(requests: Iterable[ActionRequest], *, now: datetime) -> dict[int, ActionRequest]:
    """Those of the requests that their partners may still answer, by claim."""
    return {
        request.claim_id: request
        for request in requests
        if request.closed_at is None and (request.due_at > now or request.claim.status == ClaimStatus.ACTION_REQUIRED)
    }


def sentence_about(request: ActionRequest) -> str:
    """Why nothing is decided while a partner may answer."""
    day = f"{request.due_at:%B} {request.due_at.day}, {request.due_at.year}"
    return gettext(
        "Claim {claim} of {partner} has until {day} to answer. Decide when it has answered, or when that time is over."
    ).format(claim=request.claim_id, partner=request.claim.organization.name, day=day)
