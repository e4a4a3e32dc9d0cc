"""One claim with everything a decision needs."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from claims.calendar import day_of
from claims.contacting import refusal_to_ask_again
from claims.enums import programs_for
from claims.flags import flags_on
from claims.models import Claim, ClaimEvent, ClaimLine, Document
from claims.problems import missing_programs
from claims.queries import documents_of, events_of
from claims.results import results_of
from claims.snapshots import changes_at_last_submission, is_before_reviewer
from kit.downloads import attachment
from partners.programs import names_of_programs
from review.access import DECIDE, LEAD, claim_for, reads
from review.assigning import deciders, note_activity
from review.checks import checks_of, may_check, summary
from review.decision.matter import Matter
from review.facts import columns_along, directory_facts, products_with_subscriptions, requests_of
from review.forms import CommentForm, NoteForm
from review.matrix import matrix_of
from review.notes import comments_and_notes
from review.pages import render_desk
from review.presence import note_presence, people_in
from review.queue.due import due_with
from review.record import dispute_in, held_since, record_of
from review.related import related_to
from review.views.panel import panel_of

TEMPLATE = "review/claim.html"
_RELATED = ("location", "tenant", "created_by", "agreed_by", "reviewer")


def claim_or_404(request: HttpRequest, claim_id: int) -> Claim:
    """A submitted claim with what its page prints, or 404: drafts are the partner's own. 403 for who is barred from it."""
    return claim_for(request.user, claim_id, *_RELATED)  # type: ignore[arg-type]


def show_claim(request: HttpRequest, claim_id: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Answer with the claim's page, read afresh, and note that this person has it open.

    ``extra`` replaces forms that came back, and may carry a ``refusal``. A form that came back incomplete keeps
    the ``version`` it was posted with, since what changed meanwhile must still refuse it.
    """
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    claim = claim_for(user, claim_id, *_RELATED, facts=columns_along(user, today=day_of(now)))
    context = _facts(claim, user=user, now=now)
    matter = Matter(claim, lines=context["lines"], documents=context["documents"])
    context |= panel_of(claim, user=user, matter=matter) | extra
    note_presence(claim, user=user, now=now, people=context["people"])
    note_activity(claim, user=user, now=now)
    return render_desk(request, TEMPLATE, context, status=status)


def _facts(claim: Claim, *, user: User, now: datetime) -> dict[str, Any]:
    """Everything the page prints. Each part is read once; small ones came along with the claim."""
    lines, documents, events = products_with_subscriptions(claim), list(documents_of(claim)), list(events_of(claim))
    rivals, similar = related_to(claim, user=user, lines=lines)
    comments, notes = comments_and_notes(claim)
    claim.held_since = held_since(claim.reviewer_id, claim.assigned)  # type: ignore[attr-defined]
    return {
        "title": str(claim),
        "claim": claim,
        "version": claim.version,
        "seen_event": max((event.pk for event in events), default=0),
        "due": due_with(claim.calendar_entries, claim, today=day_of(now)),  # type: ignore[attr-defined]
        "people": people_in(claim.present, now=now),  # type: ignore[attr-defined]
        "programs": names_of_programs(programs_for(claim.solution_area, claim.activities)),
        "missing_programs": missing_programs(claim, enrolled=claim.enrolled),  # type: ignore[attr-defined]
        "flags": flags_on(
            claim,
            rivals=bool(rivals.claims or rivals.hidden),
            lines=lines,
            denied_before=claim.denied_before,  # type: ignore[attr-defined]
        ),
        "results": results_of(claim, lines),
        "may_ask_again": user.has_perm(DECIDE) and not refusal_to_ask_again(claim),
        "facts": directory_facts(claim, lines=lines, now=now),
        "rivals": rivals,
        "similar": [group for group in similar if group.claims or group.hidden or group.has_more],
        "requests": requests_of(claim, products=[line.product_id for line in lines]),
        "difference": changes_at_last_submission(claim.kept),  # type: ignore[attr-defined]
        "difference_is_news": is_before_reviewer(events, submitted_at=claim.kept_at),  # type: ignore[attr-defined]
        "comments": comments,
        "notes": notes,
        "history": record_of(events, claim.assigned),  # type: ignore[attr-defined]
        "decides": user.has_perm(DECIDE),
        "deciders": deciders() if user.has_perm(LEAD) else None,
        "comment_form": CommentForm(),
        "note_form": NoteForm(),
    } | _proof(claim, lines=lines, documents=documents, events=events)


def _proof(
    claim: Claim, *, lines: list[ClaimLine], documents: list[Document], events: list[ClaimEvent]
) -> dict[str, Any]:
    """Documents with their checklists, and what the dispute says of them."""
    checks = [] if claim.is_revenue else checks_of(claim)
    return {
        "lines": lines,
        "documents": documents,
        "present": [matrix_of(each, lines=lines, checks=checks) for each in documents if not each.removed_at],
        "removed": [matrix_of(each, lines=lines, checks=checks) for each in documents if each.removed_at],
        "may_check": may_check(claim),
        "checks": summary(claim, products=[line.product for line in lines], documents=documents, checks=checks),
        "dispute": dispute_in(events),
    }


@reads
@require_safe
def claim_page(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Details, directory, findings, documents, checks, related claims, comments, notes, history (R170, Q4, Q50)."""
    return show_claim(request, claim_id)


@reads
@require_safe
def document(request: HttpRequest, claim_id: int, document_id: int) -> FileResponse:
    """Hand out a document of the claim as an attachment, never shown by the browser itself (Q25)."""
    found = get_object_or_404(Document, claim=claim_or_404(request, claim_id), pk=document_id)
    return attachment(found.file.open("rb"), name=found.name, size=found.size)
