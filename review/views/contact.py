"""Having the customer's contact asked once more, from the claim's page."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from claims.contacting import ask_again as ask_contact_again
from claims.customer_messages import days_of_the_next_message
from kit.errors import RuleViolation
from review.access import decides
from review.actors import reviewer_of
from review.views.claim import claim_or_404, show_claim


@decides
@require_POST
def ask_again(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Have the message to the customer contact written anew; 409 with a sentence when there is nobody to ask."""
    claim = claim_or_404(request, claim_id)
    try:
        ask_contact_again(claim, actor=reviewer_of(request), now=timezone.now())
    except RuleViolation as refusal:
        return show_claim(request, claim_id, status=409, refusal=refusal.message)
    asked = gettext("The customer contact is being asked again.")
    flash.success(request, f"{asked} {days_of_the_next_message(claim_or_404(request, claim_id))}")
    return redirect("admin:review-claim", claim_id)
