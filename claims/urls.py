"""Addresses under /incentives/customer-associations/."""

from django.urls import path

from claims.views import (
    actions,
    calendar,
    claim,
    dashboard,
    documents,
    drafts,
    export,
    fixes,
    history,
    papers,
    proof,
    saved_views,
)
from claims.wizard import views as wizard

urlpatterns = [
    path("", dashboard.dashboard, name="associations"),
    path("export/", export.dialog, name="claims-export"),
    path("export/file/", export.file, name="claims-export-file"),
    path("views/", saved_views.saved_views, name="claim-views"),
    path("views/<int:view_id>/delete/", saved_views.delete, name="claim-view-delete"),
    path("new/", wizard.start, name="association-new"),
    path("new/<uuid:draft_id>/", wizard.resume, name="association-resume"),
    path("new/<uuid:draft_id>/delete/", drafts.delete, name="association-draft-delete"),
    path("new/<uuid:draft_id>/cancel/", wizard.cancel, name="association-new-cancel"),
    path("new/<uuid:draft_id>/<slug:slug>/", wizard.step, name="association-new-step"),
    path("calendar/", calendar.calendar_address, name="calendar-address"),
    path("<int:claim_id>/", claim.claim_page, name="claim"),
    path("<int:claim_id>/history/", history.history_page, name="claim-history"),
    path("<int:claim_id>/submit/", actions.submit_dialog, name="claim-submit"),
    path("<int:claim_id>/comment/", claim.comment, name="claim-comment"),
    path("<int:claim_id>/withdraw/", actions.withdraw_dialog, name="claim-withdraw"),
    path("<int:claim_id>/discard/", actions.discard_dialog, name="claim-discard"),
    path("<int:claim_id>/disassociate/", actions.disassociate_dialog, name="claim-disassociate"),
    path("<int:claim_id>/dispute/", proof.dispute_dialog, name="claim-dispute"),
    path("<int:claim_id>/refresh/", proof.refresh_dialog, name="claim-refresh"),
    path("<int:claim_id>/answers/", fixes.save, name="claim-fixes"),
    path("<int:claim_id>/answers/hand-in/", fixes.hand_in, name="claim-fixes-hand-in"),
    path("<int:claim_id>/checklist/", documents.checklist, name="claim-checklist"),
    path("<int:claim_id>/edit/", wizard.edit, name="claim-edit"),
    path("<int:claim_id>/edit/cancel/", wizard.edit_cancel, name="claim-edit-cancel"),
    path("<int:claim_id>/edit/<slug:slug>/", wizard.edit_step, name="claim-edit-step"),
    path("<int:claim_id>/template/", papers.template, name="claim-template"),
    path("<int:claim_id>/template.docx", papers.template_docx, name="claim-template-docx"),
    path("<int:claim_id>/documents/", documents.upload, name="claim-upload"),
    path("<int:claim_id>/documents/<int:document_id>/", documents.download, name="claim-document"),
    path("<int:claim_id>/documents/<int:document_id>/note/", documents.note, name="claim-document-note"),
    path("<int:claim_id>/documents/<int:document_id>/remove/", documents.remove, name="claim-document-remove"),
]
