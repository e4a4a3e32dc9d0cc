"""Two colleagues who edit one claim at the same time: the second is told, and overwrites nothing."""

import hashlib
import json

from django.utils.translation import gettext

from claims.creating import printed_content
from claims.enums import ActorKind, ClaimAction
from claims.models import Claim, ClaimDraft
from kit.errors import StaleRecord

_SLOT = "begun"


def remember_start(draft: ClaimDraft, claim: Claim) -> None:
    """Keep with the edit what the claim looked like when it began. Documents and comments do not count."""
    draft.answers = {**draft.answers, _SLOT: {"with": [_fingerprint(claim)]}}
    draft.save(update_fields=["answers"])


def refuse_overtaken(draft: ClaimDraft, claim: Claim) -> None:
    """Raise StaleRecord, naming the colleague, when the claim's content changed since the edit began."""
    begun = draft.answers.get(_SLOT, {}).get("with", [""])[0]
    if not begun or begun == _fingerprint(claim):
        return
    last = claim.events.filter(action=ClaimAction.EDIT, actor_kind=ActorKind.PARTNER).order_by("-at", "-pk").first()
    who = last.actor_name if last else gettext("A colleague")
    raise StaleRecord(
        gettext(
            "{who} changed this claim while you were editing it, so nothing was saved. Select Cancel, look at the "
            "claim, then edit it again."
        ).format(who=who)
    )


def _fingerprint(claim: Claim) -> str:
    return hashlib.sha256(json.dumps(printed_content(claim), sort_keys=True).encode()).hexdigest()
