"""Who manages an organisation, and its preferred contact."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kit.errors import RuleViolation
from partners.models import Membership, PartnerOrganization, Role
from partners.organization.changes import Kind, record_change

ONLY_ADMINS = _("Only an Incentive Admin of your organization can change this.")


def may_manage(membership: Membership) -> bool:
    """Only an Incentive Admin manages people and settings of the organisation (Q34)."""
    return membership.role == Role.INCENTIVE_ADMIN


def lock_organization(organization_id: int) -> PartnerOrganization:
    """Lock the organisation until the transaction ends, so that changes of its people happen one after the other."""
    return PartnerOrganization.objects.select_for_update(of=("self",)).get(pk=organization_id)


def lock_as_admin(membership: Membership) -> Membership:
    """Lock the organisation and return the caller's membership as it is now, not as it was when the page was read.

    Raises RuleViolation when the caller is no Incentive Admin (any more).
    """
    organization = lock_organization(membership.organization_id)
    fresh = organization.memberships.select_related("user").filter(pk=membership.pk).first()
    if fresh is None or not may_manage(fresh):
        raise RuleViolation(ONLY_ADMINS)
    return fresh


@transaction.atomic
def set_preferred_contact(*, name: str, email: str, by: Membership, now: datetime) -> bool:
    """Set whom the wizard's contact step suggests for the company; both empty means nobody. Writes the list of changes.

    False when it is the same already. Claims keep the contact they were made with. Raises RuleViolation when the
    caller may not, or when only one of the two is given.
    """
    organization = lock_as_admin(by).organization
    if bool(name) != bool(email):
        raise RuleViolation(gettext("Enter both a name and an e-mail address, or neither."))
    old = contact_text(organization)
    organization.preferred_contact_name, organization.preferred_contact_email = name, email
    new = contact_text(organization)
    if new == old:
        return False
    organization.save(update_fields=["preferred_contact_name", "preferred_contact_email"])
    record_change(Kind.CONTACT, organization=organization, actor=by.user, old=old, new=new, now=now)
    return True


def contact_text(organization: PartnerOrganization) -> str:
    """The preferred contact on one line, empty when there is none."""
    name, email = organization.preferred_contact_name, organization.preferred_contact_email
    return f"{name} ({email})" if name and email else name or email
