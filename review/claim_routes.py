"""Addresses of the queue and of a claim's page, below the desk's own."""

from collections.abc import Callable

from django.http import HttpResponseBase

from review.views import assignment, beside, claim, contact, decision, previews, queue, queue_actions, talk

Route = tuple[str, Callable[..., HttpResponseBase], str]

ROUTES: list[Route] = [
    ("claims/", queue.queue, "queue"),
    ("claims/next/", assignment.next_claim, "next"),
    ("claims/several/", queue_actions.bulk, "queue-bulk"),
    ("claims/export/", queue_actions.export, "queue-export"),
    ("claims/saved/", queue_actions.save, "queue-save"),
    ("claims/saved/<int:saved_id>/delete/", queue_actions.delete_saved, "queue-forget"),
    ("claims/<int:claim_id>/take/", assignment.take, "take"),
    ("claims/<int:claim_id>/release/", assignment.release, "release"),
    ("claims/<int:claim_id>/assign/", assignment.assign, "assign"),
    ("claims/<int:claim_id>/", claim.claim_page, "claim"),
    ("claims/<int:claim_id>/start/", decision.start, "start"),
    ("claims/<int:claim_id>/decision/", decision.decide, "decide"),
    ("claims/<int:claim_id>/decision/form/", decision.compose, "compose"),
    ("claims/<int:claim_id>/decision/preview/", decision.preview, "decision-preview"),
    ("claims/<int:claim_id>/comment/", talk.comment, "comment"),
    ("claims/<int:claim_id>/note/", talk.note, "note"),
    ("claims/<int:claim_id>/ask-again/", contact.ask_again, "ask-again"),
    ("claims/<int:claim_id>/presence/", beside.presence, "presence"),
    ("claims/<int:claim_id>/similar/<slug:kind>/", beside.similar, "similar"),
    ("claims/<int:claim_id>/documents/<int:document_id>/", claim.document, "document"),
    ("claims/<int:claim_id>/documents/<int:document_id>/checks/", beside.checks, "checks"),
    ("claims/<int:claim_id>/documents/<int:document_id>/preview/", previews.preview, "preview"),
]
KEPT_BY_BROWSERS: list[Route] = [
    ("claims/<int:claim_id>/documents/<int:document_id>/preview/<int:page>/", previews.preview_image, "preview-image"),
]
