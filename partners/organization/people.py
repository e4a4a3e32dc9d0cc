"""Changing and removing people of an organisation, by its Incentive Admins (Q34)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.errors import RuleViolation
from notifications.notices import notify
from partners.models import Location, Membership, PartnerOrganization, Role
from partners.organization.changes import Kind, access_text, record_change
from partners.organization.inviting import revoke_all_of
from partners.organization.managing import lock_as_admin

OWN_CHANGE = _("Your own role and access can only be changed by another Incentive Admin.")
OWN_REMOVAL = _("You cannot remove yourself. Ask another Incentive Admin.")
LAST_ADMIN = _("This is the only Incentive Admin of your organization. Give another person this role first.")
GONE = _("This person no longer belongs to your organization.")
FOREIGN_LOCATION = _("Select MPN locations of your own organization.")


@transaction.atomic
def change_member(
    member: Membership, *, role: str, locations: Collection[Location], by: Membership, now: datetime
) -> bool:
    """Give a member a role and access to MPN locations; no locations means all of them (R071). False when nothing changes.

    Writes one row per change to the organisation's list, and a notice to the person. A person who stops being
    Incentive Admin loses the open invitations that it sent. Raises RuleViolation when the caller is no Incentive Admin,
    when it concerns the caller itself, or when no Incentive Admin would be left.
    """
    admin = lock_as_admin(by)
    member = _member(admin, member)
    if member.user_id == admin.user_id:
        raise RuleViolation(OWN_CHANGE)
    if any(location.organization_id != admin.organization_id for location in locations):
        raise RuleViolation(FOREIGN_LOCATION)
    said = [*_change_role(member, Role(role), admin=admin, now=now), *_change_access(member, locations, admin, now)]
    if said:
        _tell(
            member.user,
            gettext("Your access at {organization} changed").format(organization=admin.organization),
            [*said, _by(admin)],
            now=now,
        )
    return bool(said)


@transaction.atomic
def remove_member(member: Membership, *, by: Membership, now: datetime) -> None:
    """Take a person out of the organisation. The account and its claims stay; it sees nothing of the organisation any more.

    Writes the list of changes and a notice to the person, and revokes the open invitations that it sent. Raises
    RuleViolation when the caller is no Incentive Admin, removes itself, or when no Incentive Admin would be left.
    """
    admin = lock_as_admin(by)
    member = _member(admin, member)
    if member.user_id == admin.user_id:
        raise RuleViolation(OWN_REMOVAL)
    _keep_an_admin(member)
    organization, person = admin.organization, member.user
    old = f"{member.get_role_display()}, {access_text(member.locations.all())}"
    revoke_all_of(person, admin=admin, now=now)
    member.delete()
    record_change(Kind.REMOVED, organization=organization, actor=admin.user, person=person, old=old, now=now)
    said = [
        gettext("You can no longer see its customer associations. The claims you created stay with the organization.")
    ]
    _tell(
        person,
        gettext("You were removed from {organization}").format(organization=organization),
        [*said, _by(admin)],
        now=now,
    )


def is_last_admin(member: Membership) -> bool:
    """Whether nobody else of the organisation who can sign in is Incentive Admin."""
    if member.role != Role.INCENTIVE_ADMIN:
        return False
    admins = Membership.objects.filter(organization_id=member.organization_id, role=Role.INCENTIVE_ADMIN)
    return not admins.filter(user__is_active=True).exclude(pk=member.pk).exists()


def still_working_for(organization: PartnerOrganization, *, user: User) -> list[User]:
    """Whom to tell about something this person began for the organisation: itself while it works there, else the admins.

    A person who left learns nothing more of the organisation, and what needs an answer still reaches somebody (Q35).
    """
    members = organization.memberships.select_related("user").order_by("pk")
    incentive = [each for each in members if each.has_incentive_role]
    if any(each.user_id == user.pk for each in incentive):
        return [user]
    return [each.user for each in incentive if each.role == Role.INCENTIVE_ADMIN]


def addresses_inside(organization: PartnerOrganization, *, addresses: Collection[str]) -> list[str]:
    """The addresses without those whose account does not, or no longer, belong to the organisation (Q35).

    An address without an account stays: a partner may name a contact who never signs in.
    """
    lower = [address.lower() for address in addresses]
    outside = User.objects.filter(email__in=lower).exclude(memberships__organization=organization)
    gone = set(outside.values_list("email", flat=True))
    return [address for address in lower if address not in gone]


def _member(admin: Membership, member: Membership) -> Membership:
    found = admin.organization.memberships.select_related("user").filter(pk=member.pk).first()
    if found is None:
        raise RuleViolation(GONE)
    return found


def _keep_an_admin(member: Membership) -> None:
    if is_last_admin(member):
        raise RuleViolation(LAST_ADMIN)


def _change_role(member: Membership, role: Role, *, admin: Membership, now: datetime) -> list[str]:
    if role == member.role:
        return []
    _keep_an_admin(member)
    old, new = str(Role(member.role).label), str(role.label)
    if member.role == Role.INCENTIVE_ADMIN:
        revoke_all_of(member.user, admin=admin, now=now)
    member.role = role
    member.save(update_fields=["role"])
    record_change(
        Kind.ROLE, organization=admin.organization, actor=admin.user, person=member.user, old=old, new=new, now=now
    )
    return [gettext("Your role changed from {old} to {new}.").format(old=old, new=new)]


def _change_access(member: Membership, locations: Collection[Location], admin: Membership, now: datetime) -> list[str]:
    before = list(member.locations.all())
    if {location.pk for location in before} == {location.pk for location in locations}:
        return []
    member.locations.set(locations)
    old, new = access_text(before), access_text(member.locations.all())
    record_change(
        Kind.ACCESS, organization=admin.organization, actor=admin.user, person=member.user, old=old, new=new, now=now
    )
    return [gettext("Your MPN access is now: {new}.").format(new=new)]


def _by(admin: Membership) -> str:
    return gettext("Changed by {name}.").format(name=admin.user.get_full_name())


def _tell(person: User, title: str, paragraphs: list[str], *, now: datetime) -> None:
    body = " ".join(paragraphs)
    notify(users=[person], kind="organization", title=title, body=body, url=reverse("home"), reference="", now=now)
