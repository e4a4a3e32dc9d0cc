"""Addresses below /notifications/."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="notices_read"),
    path("<int:notice_id>/open/", views.open_notice, name="notice_open"),
]
