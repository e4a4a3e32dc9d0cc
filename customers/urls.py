"""Addresses below /consent/. ``privacy`` is no token: tokens are 43 characters long."""

from django.urls import path

from customers import views

urlpatterns = [
    path("privacy/", views.privacy_page, name="consent_privacy"),
    path("<str:token>/", views.consent_page, name="consent"),
    path("<str:token>/survey/", views.survey_page, name="consent_survey"),
]
