"""What reviewers did in the cases that the sample claims opened: scores everywhere, one proposal, one decision."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from claims.enums import ClaimStatus
from demo.sample_data.special import FABRIKAM
from review.arbitration.deciding import decide
from review.arbitration.plans import Plan
from review.arbitration.room import Room, room_of, state_of, waiting_for
from review.arbitration.rubric import active_criteria, score_party
from review.arbitration.taking import take_case
from review.models import ArbitrationCase, CaseDecision

_LETTER = (
    "We compared the proof of execution of all partners that claim this. Yours was read in full. Another proof is more recent "
    "and shows the customer's signature with its date."
)
_REASON = "The newer statement of work is signed by both sides and names exactly this product; the other one is older."
_NOTES = ("Signed and dated by both.", "Dates are there, the milestone is vague.", "Names the product on page 1.", "")


def decide_some_cases(*, now: datetime) -> None:
    """Score the running cases, propose a decision in one with a partner that holds, and decide one without.

    The others stay open: some wait for answers, some are ready. Fabrikam's claims are left to whoever tries the demo.
    """
    people = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith="@microsoft.example")}
    reviewer = people["reviewer"]
    rooms = [room_of(case) for case in ArbitrationCase.objects.exclude(state="closed").order_by("pk")]
    for number, room in enumerate(rooms):
        _score(room, by=reviewer, now=now - timedelta(hours=6, minutes=7 * number))
    ready = [room for room in rooms if _is_simple(room, now=now)]
    with_holder = [room for room in ready if _holders(room)]
    without = [room for room in ready if not _holders(room)]
    if with_holder:
        _decide(with_holder[0], reviewer, now=now - timedelta(hours=3))
    if without:
        _decide(without[0], reviewer, now=now - timedelta(hours=2))
    for room in (with_holder[1:] or without[1:])[:1]:
        take_case(room.case, user=reviewer, now=now - timedelta(hours=1))


def _is_simple(room: Room, *, now: datetime) -> bool:
    """Two partners, one of them new, none asked, neither of them Fabrikam."""
    names = {party.claim.organization.name for party in room.parties}
    statuses = {party.claim.status for party in room.parties}
    waits = waiting_for(room.parties, now=now)
    return len(room.parties) == 2 and FABRIKAM not in names and not waits and ClaimStatus.UNDER_REVIEW in statuses


def _holders(room: Room) -> list[int]:
    return [party.pk for party in room.parties if party.claim.status == ClaimStatus.APPROVED]


def _score(room: Room, *, by: User, now: datetime) -> None:
    rng = Random(f"case {room.case.pk}")
    criteria = active_criteria()
    for party in room.parties:
        given = criteria if rng.random() < 0.7 else criteria[:3]
        points = {criterion.pk: rng.randint(1, 4) for criterion in given}
        notes = {criterion.pk: rng.choice(_NOTES) for criterion in given}
        score_party(party, points=points, notes=notes, by=by, now=now)


def _decide(room: Room, user: User, *, now: datetime) -> CaseDecision:
    """Select the newest claim for everything."""
    winner = max(room.parties, key=lambda party: party.claim_id if party.pk not in _holders(room) else 0)
    losers = [party.pk for party in room.parties if party.pk != winner.pk]
    plan = Plan({item.pk: winner.pk for item in room.items}, dict.fromkeys(losers, _LETTER))
    return decide(room.case, plan=plan, reason=_REASON, seen=state_of(room), user=user, now=now)
