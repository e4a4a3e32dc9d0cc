"""What stands beside a claim's page: who has it open, the checklist of a document, all claims that resemble it."""

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from claims.models import Claim, Document
from kit.errors import RuleViolation
from review.access import claim_for, decides, reads
from review.assigning import note_activity
from review.checks import checks_of, save_checks, summary
from review.facts import products_with_subscriptions
from review.matrix import matrix_of, results_in
from review.pages import render_desk
from review.presence import note_presence, presence_on
from review.related import KINDS, similar_page
from review.views.claim import TEMPLATE, claim_or_404, show_claim

CHECKS = "review/claim_checks_saved.html"


@reads
@require_safe
def presence(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Who else has the claim open, asked again while the page is looked at; also notes that its reviewer is at work."""
    user: User = request.user  # type: ignore[assignment]
    now, claim = timezone.now(), claim_for(user, claim_id)
    people = presence_on(claim, now=now)
    note_presence(claim, user=user, now=now, people=people)
    note_activity(claim, user=user, now=now)
    if not getattr(request, "htmx", False):
        return redirect("admin:review-claim", claim_id)
    return render_desk(request, TEMPLATE, {"people": people, "claim": claim}, fragment="presence")


@decides
@require_POST
def checks(request: HttpRequest, claim_id: int, document_id: int) -> HttpResponse:
    """Keep what was found in a document: all of a form at once, or for HTMX each word as it is said (R142)."""
    claim = claim_or_404(request, claim_id)
    document = get_object_or_404(claim.documents, pk=document_id)
    products = list(claim.lines.values_list("product_id", flat=True))
    results = results_in(request.POST.dict(), document, products=products)
    refusal = ""
    try:
        save_checks(claim, results=results, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except RuleViolation as error:
        refusal = error.message
    if getattr(request, "htmx", False):
        return _in_place(request, claim, document, refusal=refusal)
    if refusal:
        return show_claim(request, claim_id, status=409, refusal=refusal)
    flash.success(request, gettext("Checks of {document} saved.").format(document=document.name))
    return redirect(f"{reverse('admin:review-claim', args=[claim_id])}#checks-{document.pk}")


def _in_place(request: HttpRequest, claim: Claim, document: Document, *, refusal: str) -> HttpResponse:
    """What was saved, and the summary of all documents; the matrix itself only when the server filled it."""
    found, lines = checks_of(claim), products_with_subscriptions(claim)
    context = {
        "claim": claim,
        "matrix": matrix_of(document, lines=lines, checks=found),
        "checks": summary(claim, products=[line.product for line in lines], checks=found),
        "refusal": refusal,
        "filled": "rest" in request.POST,
        "may_check": True,
        "decides": True,
    }
    return render_desk(request, CHECKS, context, status=409 if refusal else 200)


@reads
@require_safe
def similar(request: HttpRequest, claim_id: int, kind: str) -> HttpResponse:
    """All claims that resemble this one in one way, newest first, fifty a page. An unknown way is 404."""
    if kind not in KINDS:
        raise Http404
    claim, before = claim_or_404(request, claim_id), request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    lines = list(claim.lines.all())
    group, going_on = similar_page(claim, kind, user=request.user, lines=lines, before=key)  # type: ignore[arg-type]
    context = {
        "title": f"{KINDS[kind]}: {claim}",
        "claim": claim,
        "group": group,
        "next_key": going_on,
        "is_first": key is None,
    }
    return render_desk(request, "review/claim_similar_page.html", context)
