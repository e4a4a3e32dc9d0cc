"""Asking a customer for consent, its denial, and the end of the question.

Consent needs no action (R182). The link in the mail is the customer's key: it works for as long as the
request exists, before and after the opt-out date (Q2, Q36).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from customers.enums import DenialReason
from customers.mails import render_consent_mail
from customers.models import ConsentRequest, Tenant
from customers.signals import consent_denied
from kit.errors import RuleViolation, StaleRecord
from kit.links import digest, new_token
from notifications.outbox import enqueue, withhold_all
from notifications.rendering import one_line

CONSENT_MAIL = "consent.request"
ENDED = "This association has ended already. There is nothing to deny."
COMMENT_LENGTH = 2000
PARTNERS_OWN_ADDRESS = (
    "The customer contact has the e-mail address of the partner's own contact, so the customer would not be "
    "told. Ask the partner for another customer contact."
)


@transaction.atomic
def ask_for_consent(
    *,
    reference: str,
    solution_area: str,
    tenant: Tenant,
    domain: str,
    customer_name: str,
    customer_email: str,
    items: Sequence[str],
    partner_name: str,
    partner_contact_name: str,
    partner_contact_email: str,
    now: datetime,
) -> ConsentRequest:
    """Ask the customer: store what it is told, and queue the consent mail to it, copied to the tenant's
    admins (R180).

    The partner is in the text and never among the recipients (Q8); without admins there is no copy (Q9).
    While a request for ``reference`` stands, it is returned and nothing is sent; one that was denied or
    withdrawn is asked anew, and the link of the earlier mail stops working. Raises RuleViolation when the
    customer contact is the partner's.
    """
    if customer_email.lower() == partner_contact_email.lower():
        raise RuleViolation(PARTNERS_OWN_ADDRESS)
    existing = ConsentRequest.objects.select_for_update().filter(reference=reference).first()
    if existing and existing.denied_at is None and existing.withdrawn_at is None:
        return existing
    token = new_token()
    consent = ConsentRequest(
        pk=existing.pk if existing else None,
        reference=reference,
        token_digest=digest(token),
        solution_area=solution_area,
        tenant_id=tenant.tenant_id,
        domain=one_line(domain),
        customer_name=one_line(customer_name),
        customer_email=customer_email,
        items=[one_line(item) for item in items],
        partner_name=one_line(partner_name),
        partner_contact_name=one_line(partner_contact_name),
        partner_contact_email=partner_contact_email,
        asked_at=now,
        opt_out_until=now + timedelta(days=settings.OPT_OUT_DAYS),
    )
    consent.save()
    _queue_mail(consent, token=token, admins=tenant.admin_emails, now=now)
    return consent


def find_request(token: str) -> ConsentRequest | None:
    """The request that a link's token opens, or None. Only digests are compared, so timing tells nothing."""
    return ConsentRequest.objects.filter(token_digest=digest(token)).first()


def deny(consent: ConsentRequest, *, reasons: Iterable[str], comment: str, share_comment: bool, now: datetime) -> None:
    """The customer denies or cancels the association, at any time (R182, R183, Q37); ``consent`` is brought
    up to date.

    The claim behind it ends in the same transaction, through ``consent_denied``. Denying twice changes
    nothing. Raises RuleViolation without a known reason, with too long a comment, or when the association has
    ended otherwise.
    """
    chosen = [reason for reason in DenialReason.values if reason in set(reasons)]
    if not chosen:
        raise RuleViolation("Choose at least one reason.")
    if len(comment) > COMMENT_LENGTH:
        raise RuleViolation(f"Keep the comment within {COMMENT_LENGTH:,} characters.")
    try:
        with transaction.atomic():
            _deny(consent.pk, chosen=chosen, comment=comment.strip(), share_comment=share_comment, now=now)
    except RuleViolation:
        consent.refresh_from_db()
        if consent.denied_at is None:
            raise
    else:
        consent.refresh_from_db()


def _deny(pk: int, *, chosen: list[str], comment: str, share_comment: bool, now: datetime) -> None:
    """The receiver locks the claim first and the request is written after it: the order in which a claim's
    end goes.
    """
    consent = ConsentRequest.objects.get(pk=pk)
    if consent.denied_at:
        return
    if consent.withdrawn_at:
        raise RuleViolation(ENDED)
    answer = {
        "denied_at": now,
        "denial_reasons": chosen,
        "comment": comment,
        "share_comment": share_comment and bool(comment),
    }
    for name, value in answer.items():
        setattr(consent, name, value)
    consent_denied.send(sender=ConsentRequest, consent=consent, now=now)
    if not ConsentRequest.objects.filter(pk=pk, denied_at=None, withdrawn_at=None).update(**answer):
        raise StaleRecord("This request was answered in the meantime. Open the link again to see how it stands.")


@transaction.atomic
def withdraw(reference: str, *, now: datetime) -> None:
    """The association ended otherwise: the link says so and asks nothing any more; a mail still queued stays
    here.
    """
    standing = ConsentRequest.objects.filter(reference=reference, denied_at=None, withdrawn_at=None)
    if standing.update(withdrawn_at=now):
        withhold_all(kind=CONSENT_MAIL, reference=reference)


def narrow(reference: str, *, items: Sequence[str]) -> None:
    """A part of the association ended otherwise: the standing question names only ``items`` from here on.

    The mail stays as it was sent; the page behind its link says what still stands.
    """
    standing = ConsentRequest.objects.filter(reference=reference, denied_at=None, withdrawn_at=None)
    standing.update(items=[one_line(item) for item in items])


def _queue_mail(consent: ConsentRequest, *, token: str, admins: Iterable[str], now: datetime) -> None:
    withhold_all(kind=CONSENT_MAIL, reference=consent.reference)
    subject, text, html = render_consent_mail(consent, token=token)
    partner = consent.partner_contact_email.lower()
    enqueue(
        kind=CONSENT_MAIL,
        to=[consent.customer_email],
        cc=[address for address in admins if address.lower() != partner],
        subject=subject,
        text=text,
        html=html,
        reference=consent.reference,
        dedupe_key=f"consent:{consent.token_digest}",
        sensitive=True,
        now=now,
    )
