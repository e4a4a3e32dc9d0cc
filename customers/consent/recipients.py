"""Who has a copy of a consent mail: the tenant's administrators (R180), and nobody of a partner (Q8).

Customers make people of partners administrators, who look after their systems. A copy holds the link that denies, and leads to
the consent center, so such a person would answer for the customer and read of the partner's rivals (Q35).
"""

from collections.abc import Collection

from django.db.models.functions import Lower

from customers.belonging import is_at_own_domain
from customers.free_mail import FREE_MAIL
from customers.models import ConsentRequest, Tenant
from notifications.addresses import as_written, domain_of, same_address
from partners.models import Membership, PartnerOrganization


def copies_of(consent: ConsentRequest, *, tenant: Tenant | None) -> list[str]:
    """The administrators that get a copy; none without a tenant, or when all are a partner's people (Q9)."""
    return without_partners(tenant.admin_emails, consent=consent, tenant=tenant) if tenant else []


def without_partners(addresses: Collection[str], *, consent: ConsentRequest, tenant: Tenant) -> list[str]:
    """These addresses of administrators without those of a partner's people, which are:

    - the partner's own contact, and everybody who has an account in its organisation, whatever the address;
    - an address at the domain of the partner's contact, unless everybody gets one there or the tenant has proven that
      domain its own: what a partner types in as its contact must not take the customer's administrators away;
    - everybody who has an account in another partner's organisation, but at a domain of the tenant's own: a customer may
      be a partner elsewhere.
    """
    employers = _employers_of(addresses)
    return [each for each in addresses if not _is_partners(each, employers.get(_plain(each)), consent, tenant)]


def is_partners_own(address: str, *, consent: ConsentRequest) -> bool:
    """Whether an address is the partner's contact, or of somebody who has an account in its organisation."""
    return _is_own(address, _employers_of([address]).get(_plain(address)), consent)


def works_for(address: str, organization: PartnerOrganization) -> bool:
    """Whether the owner of an address has an account in this organisation: nobody who is asked as a customer (Q47). One query."""
    return _employers_of([address]).get(_plain(address)) == organization.pk


def _is_partners(address: str, employer: int | None, consent: ConsentRequest, tenant: Tenant) -> bool:
    if _is_own(address, employer, consent):
        return True
    house = domain_of(consent.partner_contact_email)
    looks_like_it = employer is not None or (domain_of(address) == house and house not in FREE_MAIL)
    return looks_like_it and not is_at_own_domain(address, tenant=tenant)


def _is_own(address: str, employer: int | None, consent: ConsentRequest) -> bool:
    if same_address(address, consent.partner_contact_email):
        return True
    return employer is not None and employer == consent.partner_id


def _employers_of(addresses: Collection[str]) -> dict[str, int]:
    """The partner's organisation of each of these addresses whose owner has an account in one. One query, none for no address."""
    wanted = {form for each in addresses for form in (_plain(each), each.strip().lower())}
    found = Membership.objects.alias(address=Lower("user__email")).filter(address__in=wanted)
    return {_plain(email): organization for email, organization in found.values_list("user__email", "organization")}


def _plain(address: str) -> str:
    return as_written(address.strip()).casefold()
