"""The same question to all parties of a case, with the same end (R171). Each reads it as about its own claim alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from claims.actors import Actor
from claims.deciding import ask_holder, request_action, start_review
from claims.enums import ClaimStatus
from claims.findings import Finding
from claims.models import ActionRequest, Claim
from kit.errors import RuleViolation
from review.arbitration.binding import note
from review.arbitration.room import locked_room, require_may_act
from review.models import ArbitrationCase, CaseParty

MAX_MESSAGE = 4000


@transaction.atomic
def ask_all(
    case: ArbitrationCase, *, reasons: Sequence[Finding], message: str, user: User, now: datetime
) -> tuple[list[ActionRequest], list[str]]:
    """Ask every party that can be asked now the same, until the same moment; all or none.

    Contenders in review get a request for action, partners that hold are asked while their claims stay approved. Returns
    the requests, and a sentence for each party that could not be asked. Raises RuleViolation with a sentence when nobody
    can be asked, or when a rule on a claim says no; then nobody was.
    """
    room = locked_room(case.pk)
    require_may_act(room.case, user=user)
    if room.case.state == ArbitrationCase.State.PROPOSED:
        raise RuleViolation(
            gettext("A decision of this case waits for confirmation. Let it be returned or take it back first.")
        )
    if any(finding.product or finding.document for finding in reasons):
        raise RuleViolation(
            gettext("All parties are asked the same, so a question is not about one claim's product or document.")
        )
    if len(message.strip()) > MAX_MESSAGE:
        raise RuleViolation(gettext("A message has at most {most:,} characters.").format(most=MAX_MESSAGE))
    due_at = now + timedelta(days=settings.ACTION_REQUIRED_DAYS)
    refused = refusals_to_ask(room.parties)
    passed_over = list(refused.values())
    free = [party for party in room.parties if party.pk not in refused]
    asked = [_ask(party, reasons=reasons, message=message, user=user, due_at=due_at, now=now) for party in free]
    if not asked:
        raise RuleViolation(" ".join([gettext("Nobody can be asked now."), *passed_over]))
    day = f"{due_at:%B} {due_at.day}, {due_at.year}"
    claims = ", ".join(str(request.claim_id) for request in asked)
    told = gettext("Claims {claims} were asked the same, until {day}: {reasons}.")
    note(room.case, told.format(claims=claims, day=day, reasons=_titles(reasons)), now=now, by=user)
    return asked, passed_over


def refusals_to_ask(parties: Sequence[CaseParty]) -> dict[int, str]:
    """Why some of the parties cannot be asked now, a sentence by the key of each. One query."""
    keys = [party.claim_id for party in parties]
    waiting = set(ActionRequest.objects.filter(claim__in=keys, closed_at=None).values_list("claim_id", flat=True))
    found = {party.pk: _refusal_to_ask(party.claim, waits=party.claim_id in waiting) for party in parties}
    return {key: sentence for key, sentence in found.items() if sentence}


def _refusal_to_ask(claim: Claim, *, waits: bool) -> str:
    if waits:
        return gettext("Claim {claim} of {partner} is left out: it was asked already and has not answered yet.").format(
            claim=claim.pk, partner=claim.organization.name
        )
    askable = {ClaimStatus.APPROVED, ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DISPUTED}
    if claim.status not in askable:
        return gettext("Claim {claim} of {partner} is left out: its status is {status}.").format(
            claim=claim.pk, partner=claim.organization.name, status=claim.get_status_display()
        )
    return ""


def _ask(
    party: CaseParty, *, reasons: Sequence[Finding], message: str, user: User, due_at: datetime, now: datetime
) -> ActionRequest:
    claim, actor = party.claim, Actor.reviewer(user)
    if claim.status == ClaimStatus.APPROVED:
        return ask_holder(claim, reasons=reasons, message=message, actor=actor, now=now, due_at=due_at)
    if claim.status == ClaimStatus.SUBMITTED:
        start_review(claim, actor=actor, now=now)
    return request_action(claim, reasons=reasons, message=message, actor=actor, now=now, due_at=due_at)


def _titles(reasons: Sequence[Finding]) -> str:
    return ", ".join(finding.reason.title for finding in reasons)
