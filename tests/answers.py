"""Partners of tests that answer what a reviewer asked for."""

from datetime import datetime

from claims.fixing import answer_item, open_request_of
from claims.models import Claim, FixItem
from tests.factories import NOW, partner_actor


def answer_everything(claim: Claim, *, now: datetime = NOW, answer: str = "") -> list[FixItem]:
    """Tick every item of the open request, with ``answer`` as its words, as the partner must before it submits again."""
    request = open_request_of(claim)
    assert request is not None
    actor = partner_actor(claim)
    return [answer_item(item, ticked=True, answer=answer, actor=actor, now=now) for item in request.items.all()]
