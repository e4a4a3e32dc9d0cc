"""Addresses below /organization/."""

from django.urls import path

from partners.organization.views import invitations, organization, people

urlpatterns = [
    path("", organization.organization, name="organization"),
    path("people/", people.people, name="organization-people"),
    path("people/<int:membership_id>/", people.person, name="organization-person"),
    path("people/<int:membership_id>/remove/", people.remove, name="organization-person-remove"),
    path("invitations/", invitations.invitations, name="organization-invitations"),
    path("invitations/new/", invitations.new, name="organization-invite"),
    path("invitations/<int:invitation_id>/resend/", invitations.resend, name="organization-invitation-resend"),
    path("invitations/<int:invitation_id>/revoke/", invitations.withdraw, name="organization-invitation-revoke"),
    path("changes/", organization.changes, name="organization-changes"),
]
