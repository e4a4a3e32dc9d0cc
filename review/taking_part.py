"""Who took part in a decision: whoever took it, and the second reviewer who confirmed it in a case.

A disputed rejection is decided by somebody else than those (Q49), and none of them looks at it a second time.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import ClaimAction
from claims.models import Claim, ClaimEvent
from review.models import CaseDecision, CaseParty

OWN_REJECTION_IN_CASE = _(
    "You rejected a claim of this case or confirmed its rejection, and the partner disputed that. Another reviewer decides "
    "on the case now."
)


def confirmed_by(user: User, *, claim: str, at: str) -> Exists:
    """Condition on rows: the person confirmed the case decision that moved the claim at that moment.

    ``claim`` and ``at`` name the row's fields. A decision that is carried out and the history of the claims that it moves
    bear the same moment, to the microsecond.
    """
    carried_out = CaseDecision.objects.filter(state=CaseDecision.State.CARRIED_OUT, confirmed_by=user)
    return Exists(carried_out.filter(settled_at=OuterRef(at), case__parties__claim=OuterRef(claim)))


def rejected_before_dispute(user: User, *, claim: str = "pk") -> Exists:
    """Condition on rows: the person took part in the rejection of the claim that its partner disputed.

    ``claim`` names the row's field. It holds whatever the status is: also after a colleague asked for more and the partner
    submitted again.
    """
    disputed = ClaimEvent.objects.filter(action=ClaimAction.DISPUTE, claim=OuterRef("claim"), pk__gt=OuterRef("pk"))
    rejected = ClaimEvent.objects.filter(Exists(disputed), action=ClaimAction.REJECT, claim=OuterRef(claim))
    return Exists(rejected.filter(Q(actor=user) | confirmed_by(user, claim="claim", at="at")))


def took_part_in_disputed_rejection(claim: Claim, *, user: User) -> bool:
    """Whether another reviewer decides on this claim now, since its partner disputed a rejection that is also this person's.

    One query; none on a page that has read the column ``own_rejection`` for the person along with the claim.
    """
    known: bool | None = getattr(claim, "own_rejection", None)
    return Claim.objects.filter(rejected_before_dispute(user), pk=claim.pk).exists() if known is None else known


def rejected_a_party(user: User) -> Exists:
    """Condition on cases: the same holds for a claim that is in the case now."""
    parties = CaseParty.objects.filter(rejected_before_dispute(user, claim="claim"), case=OuterRef("pk"), is_open=True)
    return Exists(parties)
