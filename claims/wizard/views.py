"""The wizard's pages: one address per step, a whole page or the inside of the dialog."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.problems import OWN_CLAIM
from claims.programs import prefill_for
from claims.wizard.drafts import finish, start_draft, start_edit
from claims.wizard.overtaken import refuse_overtaken, remember_start
from claims.wizard.state import BY_SLUG, STEPS, Step, Wizard
from kit.errors import RuleViolation
from kit.pages import go_to, render_page
from kit.texts import Text
from partners.access import PartnerRequest, partner_required

TEMPLATE = "claims/wizard/step.html"


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PartnerRequest) -> HttpResponse:
    """First step of a new association. The draft is stored only with the first answer.

    ``program`` and ``activity`` of the address fill in the first two steps (R012); each is still asked and checked.
    Posted as an answer of their own they lead to that address.
    """
    now = timezone.now()
    asked = request.POST if "program" in request.POST else request.GET
    prefill = prefill_for(asked.get("program", ""), asked.getlist("activity"))
    wizard = Wizard(start_draft(request.membership, now=now), membership=request.membership, now=now)
    if prefill:
        wizard.begun_with = prefill.query
        if request.POST.get("solution_area", prefill.solution_area) == prefill.solution_area:
            wizard.draft.typed = prefill.typed
    if asked is request.POST:
        return redirect(_address(wizard, STEPS[0]))
    return _serve(request, wizard, STEPS[0])


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PartnerRequest, draft_id: UUID, slug: str) -> HttpResponse:
    """A later step, or the first one again, of an unfinished association."""
    membership = request.membership
    draft = get_object_or_404(
        membership.user.claim_drafts, pk=draft_id, claim=None, organization=membership.organization
    )
    return _serve(request, Wizard(draft, membership=membership, now=timezone.now()), _known(slug))


@partner_required
@require_safe
def resume(request: PartnerRequest, draft_id: UUID) -> HttpResponse:
    """Go on with an unfinished association at the first step that still needs an answer, else at the last (Q48)."""
    membership = request.membership
    draft = get_object_or_404(
        membership.user.claim_drafts, pk=draft_id, claim=None, organization=membership.organization
    )
    wizard = Wizard(draft, membership=membership, now=timezone.now())
    return redirect(_address(wizard, wizard.first_incomplete() or wizard.steps[-1]))


@partner_required
@require_POST
def cancel(request: PartnerRequest, draft_id: UUID) -> HttpResponse:
    """Cancel leaves nothing behind (R042)."""
    request.membership.user.claim_drafts.filter(pk=draft_id, claim=None).delete()
    return go_to(request, reverse("associations"))


@partner_required
@require_POST
def edit(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Begin editing a claim of the own organisation (R113), at the step that the button names, else at the first."""
    claim = get_object_or_404(request.membership.organization.claims, pk=claim_id)
    draft = start_edit(claim, membership=request.membership, now=timezone.now())
    remember_start(draft, claim)
    wizard = Wizard(draft, membership=request.membership, now=timezone.now())
    named = [step for step in wizard.steps if step.slug == request.POST.get("step")]
    return redirect(_address(wizard, (named or wizard.steps)[0]))


@partner_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: PartnerRequest, claim_id: int, slug: str) -> HttpResponse:
    """One step of editing a claim (R130-R132)."""
    membership = request.membership
    claim = get_object_or_404(membership.organization.claims, pk=claim_id)
    draft = membership.user.claim_drafts.filter(claim=claim).first()
    if draft is None or not claim.is_editable:
        return redirect(claim)
    draft.claim = claim
    return _serve(request, Wizard(draft, membership=membership, now=timezone.now()), _known(slug))


@partner_required
@require_POST
def edit_cancel(request: PartnerRequest, claim_id: int) -> HttpResponse:
    """Leave the claim as it is."""
    claim = get_object_or_404(request.membership.organization.claims, pk=claim_id)
    claim.drafts.filter(owner=request.membership.user).delete()
    return go_to(request, claim.get_absolute_url())


def _known(slug: str) -> Step:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _serve(request: PartnerRequest, wizard: Wizard, current: Step) -> HttpResponse:
    """Show a step, or take its answer: Back and the helper buttons keep what was typed, Continue checks it."""
    if not wizard.reachable(current.slug):
        first = wizard.first_incomplete()
        return redirect(_address(wizard, first or wizard.steps[-1]))
    if request.method != "POST":
        return _show(request, wizard, current, wizard.form(current.slug))
    go, _, detail = request.POST.get("go", "continue").partition(":")
    if go == "back" and (before := wizard.previous_step(current.slug)):
        wizard.remember_typed(current.slug, request.POST)
        return redirect(_address(wizard, before))
    form = wizard.form(current.slug, request.POST)
    if go == "add" and current.slug == "subscriptions":
        form.add_entry(detail)
        return _show(request, wizard, current, form, unchecked=True)
    if go == "filter":
        return _show(request, wizard, current, wizard.form_as_typed(current.slug, request.POST), unchecked=True)
    if not form.is_valid():
        return _show(request, wizard, current, form, status=422)
    wizard.answer(current.slug, request.POST)
    after = wizard.next_step(current.slug)
    return redirect(_address(wizard, after)) if after else _finish(request, wizard, current)


def _finish(request: PartnerRequest, wizard: Wizard, current: Step) -> HttpResponse:
    """The last step was answered: create or change the claim, or show why that is no longer possible."""
    broken = wizard.first_incomplete()
    if broken is not None:
        return redirect(_address(wizard, broken))
    try:
        if wizard.claim is not None:
            refuse_overtaken(wizard.draft, wizard.claim)
        claim = finish(wizard, now=timezone.now())
    except IntegrityError:
        return _show(request, wizard, current, wizard.form(current.slug), refusal=OWN_CLAIM, status=409)
    except RuleViolation as refusal:
        return _show(request, wizard, current, wizard.form(current.slug), refusal=refusal.message, status=409)
    if wizard.claim is not None:
        flash.success(request, gettext("Your changes were saved."))
    return go_to(request, claim.get_absolute_url())


def _show(
    request: PartnerRequest,
    wizard: Wizard,
    current: Step,
    form: Any,
    *,
    refusal: Text = "",
    unchecked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "wizard": wizard,
        "step": current,
        "form": form,
        "refusal": refusal,
        "unchecked": unchecked,
        "is_last": wizard.next_step(current.slug) is None and current.slug == "contacts",
        "previous": wizard.previous_step(current.slug),
        "position": [each.slug for each in wizard.steps].index(current.slug) + 1,
        "address": _address(wizard, current),
        "cancel_address": _cancel_address(wizard),
        "body_template": f"claims/wizard/{current.slug.replace('-', '_')}.html",
        "in_dialog": bool(request.htmx),
    }
    response = render_page(request, TEMPLATE, context, fragment="dialog", status=status)
    if request.htmx:
        response.headers["HX-Push-Url"] = context["address"]
    return response


def _address(wizard: Wizard, step: Step) -> str:
    if wizard.claim is not None:
        return reverse("claim-edit-step", args=[wizard.claim.pk, step.slug])
    if wizard.draft._state.adding:
        return reverse("association-new", query=wizard.begun_with or None)
    return reverse("association-new-step", args=[wizard.draft.pk, step.slug])


def _cancel_address(wizard: Wizard) -> str:
    if wizard.claim is not None:
        return reverse("claim-edit-cancel", args=[wizard.claim.pk])
    return "" if wizard.draft._state.adding else reverse("association-new-cancel", args=[wizard.draft.pk])
