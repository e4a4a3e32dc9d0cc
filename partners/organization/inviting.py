"""Inviting people by e-mail. The secret of the link exists only in the mail; the database keeps its SHA-256 (Q34)."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import punycode
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from kit.errors import RuleViolation
from kit.links import digest, new_token
from notifications.outbox import enqueue, withhold_all
from notifications.rendering import render_mail
from partners.models import Invitation, Location, Membership, PartnerOrganization, Role
from partners.organization.changes import Kind, access_text, record_change
from partners.organization.managing import lock_as_admin

MAIL = "organization.invitation"
VALID_DAYS = 14
MOST_OPEN = 50
MOST_MAILS_A_DAY = 100
MOST_MAILS_TO_ONE_ADDRESS_A_DAY = 5
NOT_OPEN = gettext_lazy("This invitation is no longer open.")
STAFF = gettext_lazy("This is the address of a Microsoft employee, who cannot join a partner organization.")
MEMBER_ALREADY = gettext_lazy("This person already belongs to your organization.")
INVITED_ALREADY = gettext_lazy("This address is invited already. Send that invitation again, or revoke it first.")


class AddressRefused(RuleViolation):
    """The refusal is about the e-mail address that was typed."""


def normal_address(email: str) -> str:
    """The address as it is stored and compared: lower case, an international domain in its ASCII form.

    Browsers post such domains in ASCII, too, so the same address signs in later.
    """
    local, _, domain = email.strip().rpartition("@")
    with suppress(UnicodeError):  # what is no domain name at all is refused by the form
        domain = punycode(domain)
    return f"{local}@{domain}".lower()


@transaction.atomic
def invite(
    email: str, *, full_name: str, role: str, locations: Collection[Location], by: Membership, now: datetime
) -> Invitation:
    """Invite a person: store the invitation, queue its mail, write the list of changes. The link works for 14 days.

    An invitation of the same address that has expired is replaced. Whether the address has an account, or belongs to
    another organisation, is not told here. Raises RuleViolation when the caller is no Incentive Admin or too many
    invitations are on their way, AddressRefused when this address cannot be invited.
    """
    admin = lock_as_admin(by)
    organization, address = admin.organization, normal_address(email)
    if any(location.organization_id != organization.pk for location in locations):
        raise RuleViolation(gettext("Select MPN locations of your own organization."))
    _refuse_address(organization, address, now=now)
    _refuse_too_many(organization, address, now=now)
    organization.invitations.filter(email=address, accepted_at=None, revoked_at=None).update(revoked_at=now)
    token = new_token()
    invitation = Invitation.objects.create(
        organization=organization, email=address, full_name=full_name, role=Role(role), token_digest=digest(token),
        invited_by=admin.user, invited_at=now, sent_at=now, expires_at=now + timedelta(days=VALID_DAYS),
    )  # fmt: skip
    invitation.locations.set(locations)
    _queue_mail(invitation, token=token, now=now)
    _record(Kind.INVITED, invitation, admin=admin, now=now)
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: Membership, now: datetime) -> Invitation:
    """Send a new link, good for another 14 days; the earlier link stops working. Writes the list of changes.

    Raises RuleViolation when the caller is no Incentive Admin, the invitation is answered or revoked, or it was sent
    too often.
    """
    admin = lock_as_admin(by)
    invitation = _unanswered(admin, invitation)
    _refuse_address(admin.organization, invitation.email, now=now, but=invitation)
    _refuse_too_many(admin.organization, invitation.email, now=now, but=invitation)
    withhold_all(kind=MAIL, reference=_reference(invitation))
    token = new_token()
    invitation.token_digest, invitation.sent_at, invitation.mails = digest(token), now, invitation.mails + 1
    invitation.expires_at, invitation.invited_by = now + timedelta(days=VALID_DAYS), admin.user
    invitation.save(update_fields=["token_digest", "sent_at", "mails", "expires_at", "invited_by"])
    _queue_mail(invitation, token=token, now=now)
    _record(Kind.SENT_AGAIN, invitation, admin=admin, now=now)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Membership, now: datetime) -> None:
    """Take an invitation back: its link stops working, a mail still in the queue is kept back. Writes the list of changes.

    Raises RuleViolation when the caller is no Incentive Admin, or it is answered or revoked already.
    """
    admin = lock_as_admin(by)
    _revoke(_unanswered(admin, invitation), admin=admin, now=now)


def revoke_all_of(person: User, *, admin: Membership, now: datetime) -> None:
    """Revoke what a former Incentive Admin sent, lest an own second address lead back in. Needs the organisation's lock."""
    sent = admin.organization.invitations.filter(invited_by=person, accepted_at=None, revoked_at=None)
    for invitation in sent:
        _revoke(invitation, admin=admin, now=now)


def _revoke(invitation: Invitation, *, admin: Membership, now: datetime) -> None:
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    withhold_all(kind=MAIL, reference=_reference(invitation))
    _record(Kind.REVOKED, invitation, admin=admin, now=now)


def _unanswered(admin: Membership, invitation: Invitation) -> Invitation:
    found = admin.organization.invitations.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).first()
    if found is None:
        raise RuleViolation(NOT_OPEN)
    return found


def _refuse_address(
    organization: PartnerOrganization, address: str, *, now: datetime, but: Invitation | None = None
) -> None:
    if User.objects.filter(email__iexact=address, is_staff=True).exists():
        raise AddressRefused(STAFF)
    if organization.memberships.filter(user__email__iexact=address).exists():
        raise AddressRefused(MEMBER_ALREADY)
    standing = organization.invitations.filter(email=address, accepted_at=None, revoked_at=None, expires_at__gt=now)
    if standing.exclude(pk=but.pk if but else 0).exists():
        raise AddressRefused(INVITED_ALREADY)


def _refuse_too_many(
    organization: PartnerOrganization, address: str, *, now: datetime, but: Invitation | None = None
) -> None:
    """Limits keep the portal from being used to flood anybody with mail."""
    standing = organization.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    if standing.exclude(pk=but.pk if but else 0).count() >= MOST_OPEN:
        raise RuleViolation(
            gettext("{count} invitations are open. Revoke one, or wait until one is accepted.").format(count=MOST_OPEN)
        )
    today = organization.changes.filter(kind__in=[Kind.INVITED, Kind.SENT_AGAIN], at__gt=now - timedelta(days=1))
    if today.count() >= MOST_MAILS_A_DAY:
        raise RuleViolation(
            gettext("Your organization sent {count} invitations within a day. Try again tomorrow.").format(
                count=MOST_MAILS_A_DAY
            )
        )
    if today.filter(person_email=address).count() >= MOST_MAILS_TO_ONE_ADDRESS_A_DAY:
        raise AddressRefused(
            gettext("This address was sent {count} invitations within a day. Try again tomorrow.").format(
                count=MOST_MAILS_TO_ONE_ADDRESS_A_DAY
            )
        )


def _record(kind: str, invitation: Invitation, *, admin: Membership, now: datetime) -> None:
    what = f"{Role(invitation.role).label}, {access_text(invitation.locations.all())}"
    record_change(
        kind, organization=admin.organization, actor=admin.user, name=invitation.full_name, email=invitation.email,
        old=what if kind == Kind.REVOKED else "", new="" if kind == Kind.REVOKED else what, now=now,
    )  # fmt: skip


def _reference(invitation: Invitation) -> str:
    return f"invitation-{invitation.pk}"


def render_invitation(invitation: Invitation, *, token: str) -> tuple[str, str, str]:
    """Subject, text and HTML of an invitation. Its link carries ``token``, so it is secret."""
    context = {
        "invitation": invitation,
        "organization": invitation.organization,
        "inviter": invitation.invited_by,
        "link": settings.PORTAL_URL + reverse("join", args=[token]),
    }
    return render_mail("invitation", context)


def _queue_mail(invitation: Invitation, *, token: str, now: datetime) -> None:
    subject, text, html = render_invitation(invitation, token=token)
    enqueue(
        kind=MAIL, to=[invitation.email], subject=subject, text=text, html=html, reference=_reference(invitation),
        dedupe_key=f"invitation:{invitation.pk}:{invitation.mails}", sensitive=True, now=now,
    )  # fmt: skip
