"""Addresses below /notifications/."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="notices_read"),
    path("bell/", views.bell, name="notices_bell"),
    path("settings/", views.settings, name="notification-settings"),
    path("<int:notice_id>/open/", views.open_notice, name="notice_open"),
    path("<int:notice_id>/mark/", views.mark_notice, name="notice_mark"),
]
