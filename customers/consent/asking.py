"""Asking a customer for consent, and asking again at a corrected address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.consent.links import new_link, revoke_links
from customers.consent.recipients import copies_of, is_partners_own
from customers.consent.record import note
from customers.enums import ConsentStep
from customers.languages import language_of
from customers.mails import render_consent_mail
from customers.models import ConsentItem, ConsentRequest, Tenant
from kit.errors import RuleViolation
from notifications.outbox import enqueue, withhold_all
from notifications.rendering import one_line
from partners.models import PartnerOrganization

CONSENT_MAIL = "consent.request"
PARTNERS_OWN_ADDRESS = _(
    "The customer contact is a person of the partner's own company, so the customer would not be told. Ask the partner "
    "for another customer contact."
)


@dataclass(frozen=True, slots=True)
class Item:
    """One product/workload or subscription that is asked for: the asker's own ``key`` for it, and the text of the mail.

    The name of ``country`` (its code) follows the text, in the customer's language.
    """

    key: str
    text: str
    country: str = ""


@transaction.atomic
def ask_for_consent(
    *,
    reference: str,
    solution_area: str,
    tenant: Tenant,
    domain: str,
    customer_name: str,
    customer_email: str,
    items: Sequence[Item],
    partner: PartnerOrganization,
    partner_name: str,
    partner_contact_name: str,
    partner_contact_email: str,
    now: datetime,
    asks: bool = True,
) -> ConsentRequest:
    """Ask the customer: store what it is told, and queue the consent mail to it, copied to the tenant's admins (R180).

    The partner is in the text, and nobody of it among the recipients (Q8); without admins there is no copy (Q9). The days to
    opt out begin when the message has left (``customers.consent.clock``). While a request for ``reference`` stands, it is
    returned and nothing is sent; one that ended is asked anew, and the links of earlier mails stop working. One that does
    not ask (``asks``: revenue association, R181) is only kept, so that the customer's center can show it. Raises
    RuleViolation when the customer contact that is asked is the partner's.
    """
    former = _end_former(reference, now=now)
    if former and former.stands:
        return former
    consent = ConsentRequest(
        pk=former.pk if former else None,
        reference=reference,
        asks=asks,
        solution_area=solution_area,
        tenant_id=tenant.tenant_id,
        domain=one_line(domain),
        customer_name=one_line(customer_name),
        customer_email=customer_email,
        partner=partner,
        partner_name=one_line(partner_name),
        partner_contact_name=one_line(partner_contact_name),
        partner_contact_email=partner_contact_email,
        language=language_of(tenant),
        asked_at=now,
    )
    if asks:
        _refuse_partners_address(customer_email, consent)
    consent.save()
    _write_items(consent, items)
    note(consent, ConsentStep.ASKED if asks else ConsentStep.SHOWN, now=now)
    if asks:
        queue_mail(consent, tenant=tenant, now=now)
    return consent


@transaction.atomic
def readdress(
    reference: str,
    *,
    customer_name: str,
    customer_email: str,
    step: ConsentStep,
    by: str,
    now: datetime,
    revoke: bool = False,
) -> ConsentRequest:
    """Ask another person of the customer: the contact was corrected, or handed the question over.

    A new message goes to the new contact, copied to the tenant's admins as the first one; the days to opt out begin with
    it, unless they have passed already. Earlier links keep working, so that nobody's denial is lost, unless ``revoke``:
    the person that had them said that it is the wrong one. Raises RuleViolation when the request does not stand, or for
    the partner's own address.
    """
    consent = ConsentRequest.objects.select_for_update().filter(reference=reference).first()
    if consent is None or not consent.stands or not consent.asks:
        raise RuleViolation(gettext("This association has ended already. There is nobody to ask."))
    _refuse_partners_address(customer_email, consent)
    if revoke:
        revoke_links(consent, now=now)
    consent.customer_name, consent.customer_email = one_line(customer_name), customer_email
    consent.wrong_person_at = consent.undeliverable_at = None
    consent.undeliverable_reason = ""
    consent.sent_at = consent.delivered_at = None
    consent.stop_window(now)
    consent.save()
    note(consent, step, now=now, by=by)
    tenant = Tenant.objects.filter(tenant_id=consent.tenant_id).first()
    queue_mail(consent, tenant=tenant, now=now)
    return consent


def _refuse_partners_address(customer: str, consent: ConsentRequest) -> None:
    if is_partners_own(customer, consent=consent):
        raise RuleViolation(str(PARTNERS_OWN_ADDRESS))


def _end_former(reference: str, *, now: datetime) -> ConsentRequest | None:
    """The request of this reference as it is. One that ended lets its links and items go, to be written anew."""
    existing = ConsentRequest.objects.select_for_update().filter(reference=reference).first()
    if existing and not existing.stands:
        revoke_links(existing, now=now)
        existing.items.all().delete()
    return existing


def _write_items(consent: ConsentRequest, items: Sequence[Item]) -> None:
    ConsentItem.objects.bulk_create(
        ConsentItem(consent=consent, key=item.key, text=one_line(item.text)[:400], country=item.country)
        for item in items
    )


def queue_mail(consent: ConsentRequest, *, tenant: Tenant | None, now: datetime) -> None:
    """Queue the consent mail with a link of its own; one for the same request that has not left yet stays here."""
    withhold_all(kind=CONSENT_MAIL, reference=consent.reference)
    link, token = new_link(consent, now=now)
    subject, text, html = render_consent_mail(consent, token=token, reference_number=link.reference_number)
    enqueue(
        kind=CONSENT_MAIL,
        to=[consent.customer_email],
        cc=copies_of(consent, tenant=tenant),
        subject=subject,
        text=text,
        html=html,
        reference=consent.reference,
        dedupe_key=f"consent:{link.token_digest}",
        sensitive=True,
        language=consent.language,
        now=now,
    )
