"""Addresses below /consent/. ``privacy`` and ``center`` are no tokens: tokens are 43 characters long."""

from django.urls import path

from customers.views import acts, center, entering, links, open_pages

urlpatterns = [
    path("privacy/", open_pages.privacy_page, name="consent_privacy"),
    path("center/", center.center_page, name="consent_center"),
    path("center/record/", center.record_page, name="consent_record"),
    path("center/record.pdf", center.record_file, name="consent_record_file"),
    path("center/deny-all/", acts.deny_all_page, name="consent_deny_all"),
    path("center/close/", center.close_page, name="consent_center_close"),
    path("center/handed-over/", open_pages.handed_over_page, name="consent_handed_over"),
    path("center/enter/<str:token>/", entering.enter_page, name="consent_enter"),
    path("center/enter/<str:token>/code/", entering.code_page, name="consent_code"),
    path("center/<int:pk>/consent/", acts.confirm_page, name="consent_confirm"),
    path("center/<int:pk>/deny/", acts.deny_page, name="consent_deny"),
    path("center/<int:pk>/restore/", acts.restore_page, name="consent_restore"),
    path("center/<int:pk>/wrong-person/", acts.wrong_person_page, name="consent_wrong_person"),
    path("<str:token>/", links.consent_page, name="consent"),
    path("<str:token>/survey/", links.survey_page, name="consent_survey"),
]
