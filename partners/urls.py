"""Addresses of the partner's own pages under /incentives/."""

from django.urls import path

from partners import views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("co-op/", views.coop, name="coop"),
    path("enrollments/", views.enrollments, name="enrollments"),
]
