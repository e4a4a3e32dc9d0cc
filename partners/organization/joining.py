"""Joining an organisation with the link of an invitation. Opening the link changes nothing; an answer does."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.errors import RuleViolation
from kit.links import digest
from notifications.notices import notify
from partners.models import Invitation, Membership, Role
from partners.organization.changes import Kind, access_text, record_change
from partners.organization.managing import lock_organization

REFUSALS = {
    "accepted": _("This invitation was used already."),
    "revoked": _("This invitation was revoked."),
    "expired": _("This invitation has expired."),
    "staff": _("Microsoft employees cannot join a partner organization."),
    "inactive": _("The account with this address is switched off."),
    "sign_in": _("There is an account with this address already. Sign in to accept the invitation."),
    "other_account": _("This invitation is for another account."),
    "belongs": _("Your account already belongs to an organization."),
    "accept": _("There is an account with this address already. Sign in to accept the invitation."),
    "register": _("There is no account with this address yet."),
}


def find_invitation(token: str) -> Invitation | None:
    """The invitation whose link carries this token, whatever became of it."""
    found = Invitation.objects.select_related("organization", "invited_by")
    return found.filter(token_digest=digest(token)).first()


def standing_of(invitation: Invitation, *, visitor: User | None, now: datetime) -> str:
    """What whoever opened the link can do: «register», «accept», «sign_in», or why nothing, a key of ``REFUSALS``.

    Whether the account belongs to an organisation is told only to the account itself.
    """
    state = invitation.state(now=now)
    if state != "open":
        return state
    account = User.objects.filter(email__iexact=invitation.email).first()
    if visitor is not None and visitor != account:
        return "other_account"
    if account is None:
        return "register"
    if account.is_staff:
        return "staff"
    if not account.is_active:
        return "inactive"
    if visitor is None:
        return "sign_in"
    return "belongs" if account.memberships.exists() else "accept"


@transaction.atomic
def accept(invitation: Invitation, *, user: User, now: datetime) -> Membership:
    """Let the account that the invitation was sent to join. Writes the list of changes and a notice to the inviter.

    Raises RuleViolation when the invitation is no longer open, is for another account, or the account already belongs
    to an organisation; of two that it accepts at the same moment one wins.
    """
    invitation = _locked(invitation)
    standing = standing_of(invitation, visitor=user, now=now)
    if standing != "accept":
        raise RuleViolation(REFUSALS[standing])
    return _join(invitation, user=user, now=now)


@transaction.atomic
def register(invitation: Invitation, *, full_name: str, password: str, now: datetime) -> User:
    """Create the account for the invited address, and let it join. The address is proven, as the link came by mail.

    Raises RuleViolation when the invitation is no longer open or there is an account with this address by now.
    """
    invitation = _locked(invitation)
    standing = standing_of(invitation, visitor=None, now=now)
    if standing != "register":
        raise RuleViolation(REFUSALS[standing])
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, full_name=full_name)
    except IntegrityError:
        raise RuleViolation(REFUSALS["sign_in"]) from None
    _join(invitation, user=user, now=now)
    return user


def _locked(invitation: Invitation) -> Invitation:
    lock_organization(invitation.organization_id)
    return Invitation.objects.select_related("organization", "invited_by").get(pk=invitation.pk)


def _join(invitation: Invitation, *, user: User, now: datetime) -> Membership:
    organization, locations = invitation.organization, list(invitation.locations.all())
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=user, organization=organization, role=invitation.role)
    except IntegrityError:
        raise RuleViolation(REFUSALS["belongs"]) from None
    membership.locations.set(locations)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    new = f"{Role(invitation.role).label}, {access_text(locations)}"
    record_change(Kind.JOINED, organization=organization, actor=user, person=user, new=new, now=now)
    inviter = organization.memberships.select_related("user").filter(user_id=invitation.invited_by_id).first()
    if inviter is not None and inviter.has_incentive_role:
        notify(
            users=[inviter.user],
            kind="organization",
            title=gettext("{name} joined {organization}").format(name=user.get_full_name(), organization=organization),
            body=gettext("{email} accepted your invitation.").format(email=user.email),
            url=reverse("organization-people"),
            reference="",
            now=now,
        )
    return membership
