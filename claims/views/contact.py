"""The dialog in which a partner corrects the customer contact that was not reached."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from claims.contact_form import ContactForm
from claims.contacting import correct_contact, refusal_to_correct
from claims.customer_messages import days_of_the_next_message
from claims.views.claim import actor_of, own_claim
from claims.views.dialogs import Question, ask
from kit.errors import RuleViolation
from kit.pages import go_to
from partners.access import PartnerRequest, partner_required

_CONTACT = Question(_("Correct the customer contact"), "contact", "claim-contact", _("Notify this contact"))


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_dialog(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Name another customer contact, while the message to the customer has not reached the right person (Q7)."""
    claim = own_claim(request, claim_id)
    refusal = refusal_to_correct(claim)
    if refusal:
        return ask(request, claim, _CONTACT, refusal=refusal, status=409)
    form = ContactForm(request.POST if request.method == "POST" else None, claim=claim)
    if not form.is_valid():
        return ask(request, claim, _CONTACT, status=422 if form.is_bound else 200, form=form)
    name, email, title = (form.cleaned_data[f"customer_{part}"] for part in ("name", "email", "title"))
    try:
        correct_contact(claim, name=name, email=email, title=title, actor=actor_of(request), now=timezone.now())
    except RuleViolation as late:
        return ask(request, claim, _CONTACT, refusal=late.message, status=409, form=form)
    notified = gettext("Microsoft notifies {name} now.").format(name=name)
    flash.success(request, f"{notified} {days_of_the_next_message(own_claim(request, claim_id))}")
    return go_to(request, claim.get_absolute_url())
