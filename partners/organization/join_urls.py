"""Addresses below /join/: the links of invitations."""

from django.urls import path

from partners.organization.views import joining

urlpatterns = [path("<str:token>/", joining.join, name="join")]
