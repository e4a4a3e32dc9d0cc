"""Conflicts of interest: barring a reviewer from a partner, and lifting that again. What it keeps away is in ``review.access``."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.enums import IN_REVIEW
from claims.models import Claim
from kit.errors import RuleViolation, StaleRecord
from partners.models import PartnerOrganization
from review.access import LEAD
from review.arbitration.deciding import overtake_proposals_of
from review.arbitration.taking import release_case
from review.assigning import release
from review.models import ArbitrationCase, Bar

ALREADY = _("This person is barred from this partner already.")
ONLY_LEADS = _("Only leads keep the list of conflicts of interest.")
OWN_BAR = _("You are the one who is barred. Another lead lifts it.")


@transaction.atomic
def bar_reviewer(reviewer: User, *, organization: PartnerOrganization, reason: str, by: User, now: datetime) -> Bar:
    """Keep a person away from everything of a partner's claims from now on.

    Its claims and cases of this partner go back to the queue, and what it proposed in such a case is overtaken; what it
    decided before stays. The partner learns nothing. All or nothing. Raises RuleViolation when ``by`` is no lead, or the bar exists.
    """
    if not by.has_perm(LEAD):
        raise RuleViolation(ONLY_LEADS)
    try:
        with transaction.atomic():
            bar = Bar.objects.create(
                reviewer=reviewer, organization=organization, reason=reason.strip(), set_by=by, set_at=now
            )
    except IntegrityError as error:
        raise RuleViolation(ALREADY) from error
    _take_away(bar, by=by, now=now)
    return bar


def lift_bar(bar: Bar, *, by: User, now: datetime) -> Bar:
    """End a bar; the row stays, with the time. Raises RuleViolation for an own bar or no lead, StaleRecord when it is lifted."""
    if not by.has_perm(LEAD):
        raise RuleViolation(ONLY_LEADS)
    if bar.reviewer_id == by.pk:
        raise RuleViolation(OWN_BAR)
    if not Bar.objects.filter(pk=bar.pk, lifted_at=None).update(lifted_at=now):
        raise StaleRecord(gettext("This bar was lifted already."))
    bar.lifted_at = now
    return bar


def _take_away(bar: Bar, *, by: User, now: datetime) -> None:
    held = Claim.objects.filter(reviewer=bar.reviewer, organization=bar.organization, status__in=sorted(IN_REVIEW))
    # Locked first: a claim that is decided or given to somebody else at this moment needs no release and stops no bar.
    for claim in held.select_for_update(of=("self",), no_key=True).order_by("pk"):
        release(claim, user=by, now=now)
    cases = ArbitrationCase.objects.filter(reviewer=bar.reviewer, parties__claim__organization=bar.organization)
    for case in cases.exclude(state=ArbitrationCase.State.CLOSED).distinct():
        release_case(case, user=by, now=now)
    overtake_proposals_of(bar.reviewer, organization=bar.organization, by=by, now=now)
