"""Who may see what of a tenant's associations."""

from uuid import UUID

from django.db.models import QuerySet

from customers.models import ConsentRequest, Tenant
from notifications.addresses import as_written, same_address


def belongs_to_tenant(email: str, *, tenant: Tenant) -> bool:
    """Whether an address is the tenant's own: of a verified domain or one below it, or one of its administrators'.

    A partner names the customer's contact, so it could name an accomplice. That the tenant itself has proven a domain, or
    made somebody an administrator, is what a partner cannot bring about.
    """
    return any(same_address(email, each) for each in tenant.admin_emails) or is_at_own_domain(email, tenant=tenant)


def is_at_own_domain(email: str, *, tenant: Tenant) -> bool:
    """Whether an address is at a domain that the tenant has proven its own, or below one."""
    local, _, domain = as_written(email.strip()).rpartition("@")
    labels = domain.lower().split(".")
    candidates = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return bool(local and candidates) and tenant.domains.filter(name__in=candidates).exists()


def may_read_answer(consent: ConsentRequest, *, email: str) -> bool:
    """Whether an address may read what the customer answered: reasons, comment, and feedback on the partner.

    The present contact may, and any address of the tenant's own. An earlier contact whom the partner named by mistake, or
    on purpose, keeps a link that works, so that nobody's denial is lost; it does not read on.
    """
    if same_address(email, consent.customer_email):
        return True
    tenant = Tenant.objects.filter(tenant_id=consent.tenant_id).first()
    return tenant is not None and belongs_to_tenant(email, tenant=tenant)


def visible_requests(*, tenant_id: UUID, email: str) -> tuple[QuerySet[ConsentRequest], bool]:
    """The associations of a tenant that an address may see and answer, and whether these are all of them.

    An address of the tenant's own sees everything. Any other sees only what was addressed to itself at this tenant, by
    links that have not been revoked.
    """
    everything = ConsentRequest.objects.filter(tenant_id=tenant_id)
    tenant = Tenant.objects.filter(tenant_id=tenant_id).first()
    if tenant is not None and belongs_to_tenant(email, tenant=tenant):
        return everything, True
    own = everything.filter(links__sent_to__iexact=email, links__revoked_at=None)
    return everything.filter(pk__in=own.values("pk")), False
