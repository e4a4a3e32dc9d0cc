"""Addresses under /resources/."""

from django.urls import path

from claims.views import resources

urlpatterns = [
    path("claim-guide.pdf", resources.guide, name="claim-guide"),
]
