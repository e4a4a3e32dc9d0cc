"""What the invitation to a partner organisation looks like."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.registry import RegisteredMessage, Sample
from partners.models import Invitation, PartnerOrganization, Role
from partners.organization.inviting import MAIL, render_invitation


def registered() -> Iterator[RegisteredMessage]:
    """The messages of this room, for the list that staff read."""
    yield RegisteredMessage(
        code="invitation",
        title=_("Invitation"),
        when=_("An Incentive Admin invites somebody to join the organization."),
        to=_("The person that is invited."),
        kinds=(MAIL,),
        mailed=True,
        in_portal=False,
        make=lambda language: [_sample()],
    )


def _sample() -> Sample:
    invitation = Invitation(
        organization=PartnerOrganization(name="Fabrikam Consulting"),  # unread
        full_name="Kim Akers",  # unread
        email="kim@fabrikam.example",
        role=Role.INCENTIVE_USER,
        invited_by=User(full_name="Ola Demmo", email="ola@fabrikam.example"),  # unread
        expires_at=datetime(2026, 4, 1, 12, 0, tzinfo=UTC),
    )
    return Sample(_("Invitation"), *render_invitation(invitation, token="x" * 43))
