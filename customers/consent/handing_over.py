"""The reader of the message is not the right person: it names who is, or only says so (F7)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from customers.belonging import belongs_to_tenant
from customers.consent.answering import ENDED, NOT_ASKED, STALE
from customers.consent.asking import readdress
from customers.consent.recipients import is_partners_own, without_partners
from customers.consent.record import note
from customers.enums import ConsentStep
from customers.models import ConsentRequest, Tenant
from customers.signals import ConsentMove, move_claim
from kit.errors import RuleViolation, StaleRecord
from notifications.addresses import domain_of, same_address
from notifications.rendering import one_line


@transaction.atomic
def hand_over(consent: ConsentRequest, *, name: str, email: str, by: str, now: datetime) -> None:
    """Ask the colleague that the contact names instead; the contact's own links stop working. Sends the consent mail anew.

    Only to an address that belongs to the tenant: a partner names the first contact, so a contact that may name anybody
    could keep the customer out for good. The claim follows first, as in every answer. Raises RuleViolation for an address
    that is not the tenant's, the partner's, or the present contact's, and when the request does not stand.
    """
    _standing(consent)
    email = email.strip()
    check_new_contact(consent, email)
    if not one_line(name):
        raise RuleViolation(gettext("Enter the name of the right person."))
    fresh = ConsentRequest.objects.get(pk=consent.pk)
    fresh.stop_window(now)
    move_claim(fresh, ConsentMove.HANDED_OVER, now=now)
    readdress(
        fresh.reference,
        customer_name=one_line(name)[:120],
        customer_email=email,
        step=ConsentStep.HANDED_OVER,
        by=by,
        now=now,
        revoke=True,
    )
    consent.refresh_from_db()


@transaction.atomic
def report_wrong_person(consent: ConsentRequest, *, by: str, now: datetime) -> None:
    """The contact is not the right person and knows no better one: partner and reviewer are told, the days stop if they run.

    The partner corrects the contact then, as after a message that did not arrive. Links keep working, so that nobody's
    denial is lost. Saying it twice changes nothing. Raises RuleViolation when the request does not stand.
    """
    fresh = _standing(consent)
    if fresh.wrong_person_at is None:
        fresh.wrong_person_at = now
        fresh.stop_window(now)
        move_claim(fresh, ConsentMove.WRONG_PERSON, now=now)
        same = ConsentRequest.objects.filter(
            pk=fresh.pk, customer_email=fresh.customer_email, wrong_person_at=None, denied_at=None, withdrawn_at=None
        )
        if not same.update(wrong_person_at=now, opt_out_until=fresh.opt_out_until):
            raise StaleRecord(str(STALE))
        note(fresh, ConsentStep.WRONG_PERSON, now=now, by=by)
    consent.refresh_from_db()


def _standing(consent: ConsentRequest) -> ConsentRequest:
    fresh = ConsentRequest.objects.get(pk=consent.pk)
    if not fresh.asks:
        raise RuleViolation(str(NOT_ASKED))
    if not fresh.stands:
        raise RuleViolation(str(ENDED))
    return fresh


def check_new_contact(consent: ConsentRequest, email: str) -> None:
    """Refuse an address that the request may not be handed over to. Raises RuleViolation with the reason."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise RuleViolation(gettext("Enter an e-mail address such as name@company.com.")) from error
    if same_address(email, consent.customer_email):
        raise RuleViolation(gettext("This is the address that the message went to already. Name another person."))
    tenant = Tenant.objects.filter(tenant_id=consent.tenant_id).first()
    if tenant is None or not belongs_to_tenant(email, tenant=tenant):
        raise RuleViolation(
            gettext("This address is not one of your organization. Name a person with an address of your organization.")
        )
    is_admin = any(same_address(email, each) for each in tenant.admin_emails)
    if is_partners_own(email, consent=consent) or (
        not without_partners([email], consent=consent, tenant=tenant) if is_admin else _same_house(email, consent)
    ):
        raise RuleViolation(gettext("This is an address of the partner. Name a person of your own organization."))


def _same_house(email: str, consent: ConsentRequest) -> bool:
    """Whether the address is at the domain of the partner's contact."""
    return domain_of(email) == domain_of(consent.partner_contact_email)
