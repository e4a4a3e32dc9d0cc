"""One-time codes: they prove that whoever opens the consent center reads the mailbox that had the message (F7)."""

import secrets
import unicodedata
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, ngettext

from customers.consent.recipients import without_partners
from customers.mails import render_code_mail
from customers.models import AccessCode, ConsentLink, Tenant
from kit.errors import RuleViolation
from notifications.addresses import same_address
from notifications.models import OutgoingEmail
from notifications.outbox import enqueue

CODE_MAIL = "consent.code"
DIGITS, MINUTES, TRIES, CODES_PER_HOUR = 6, 15, 5, 3
_KEPT = timedelta(days=1)


def addresses_of(link: ConsentLink) -> list[str]:
    """Where a code may go: the contact that had the message, and the tenant's administrators that had a copy of it.

    None of a partner's people, also when they have become that since.
    """
    found = [link.sent_to]
    mail = OutgoingEmail.objects.filter(dedupe_key=f"consent:{link.token_digest}").only("cc").first()
    tenant = Tenant.objects.filter(tenant_id=link.consent.tenant_id).only("admin_emails").first()
    if mail and tenant:
        still = [each for each in mail.cc if any(same_address(each, admin) for admin in tenant.admin_emails)]
        found += without_partners(still, consent=link.consent, tenant=tenant)
    return found


def masked(email: str) -> str:
    """An address as somebody recognizes its own and nobody else learns it: «t…@contoso.com»."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def send_code(link: ConsentLink, *, email: str, now: datetime) -> AccessCode:
    """Mail a new code to ``email``; an earlier one to the same address counts no more.

    Writes the keyed digest alone. Raises RuleViolation for an address that had no message, and after three codes within
    an hour.
    """
    if email not in addresses_of(link):
        raise RuleViolation(gettext("Choose one of these addresses."))
    with transaction.atomic():
        ConsentLink.objects.select_for_update().get(pk=link.pk)
        codes = AccessCode.objects.filter(link=link)
        codes.filter(created_at__lt=now - _KEPT).delete()
        if codes.filter(created_at__gt=now - timedelta(hours=1)).count() >= CODES_PER_HOUR:
            raise RuleViolation(
                gettext("Three codes were sent within the last hour. Use the newest one, or come back in an hour.")
            )
        codes.filter(email=email, used_at=None, expires_at__gt=now).update(expires_at=now)
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        row = AccessCode.objects.create(
            link=link,
            email=email,
            code_digest=_digest(link, email, code),
            created_at=now,
            expires_at=now + timedelta(minutes=MINUTES),
        )
        subject, text, html = render_code_mail(link.consent, code=code, minutes=MINUTES)
        enqueue(
            kind=CODE_MAIL,
            to=[email],
            subject=subject,
            text=text,
            html=html,
            reference=link.consent.reference,
            dedupe_key=f"consent-code:{row.pk}",
            sensitive=True,
            language=link.consent.language,
            now=now,
            useless_after=row.expires_at,
        )
    return row


def read_code(typed: str) -> str | None:
    """The six digits that were typed, with or without spaces and in wide digits too; None when they are none."""
    digits = "".join(unicodedata.normalize("NFKC", typed[:40]).split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def use_code(link: ConsentLink, *, typed: str, now: datetime) -> str:
    """The address that proved itself with a code. A code works once.

    A wrong one costs each code that is still good a try; after five, none is good any more. Raises RuleViolation with
    what is the matter: not six digits, wrong, expired, used, or too many tries.
    """
    digits = read_code(typed)
    if digits is None:
        raise RuleViolation(gettext("Type the 6 digits of the code."))
    with transaction.atomic():
        ConsentLink.objects.select_for_update().get(pk=link.pk)
        codes = list(AccessCode.objects.filter(link=link, created_at__gt=now - _KEPT).order_by("-pk"))
        matching = [
            code for code in codes if constant_time_compare(code.code_digest, _digest(link, code.email, digits))
        ]
        good = [code for code in codes if code.used_at is None and now < code.expires_at and code.tries < TRIES]
        found = next((code for code in matching if code in good), None)
        if found:
            AccessCode.objects.filter(pk=found.pk).update(used_at=now)
        elif good:
            for code in good:
                code.tries += 1
            AccessCode.objects.bulk_update(good, ["tries"])
    if found is None:
        raise RuleViolation(_what_is_wrong(codes, matching, good, now=now))
    return found.email


def _what_is_wrong(
    codes: list[AccessCode], matching: list[AccessCode], good: list[AccessCode], *, now: datetime
) -> str:
    if any(code.used_at for code in matching):
        return gettext("This code was used already. Have a new one sent.")
    if any(now >= code.expires_at for code in matching):
        return gettext("This code is not good any more. Use the newest one, or have a new one sent.")
    left = max((TRIES - code.tries for code in good), default=0)
    if left:
        wrong = ngettext(
            "This code is not right. You have %(count)s try left.",
            "This code is not right. You have %(count)s tries left.",
            left,
        )
        return wrong % {"count": left}
    if any(code.tries >= TRIES for code in codes):
        return gettext("There were too many tries with a wrong code. Have a new one sent.")
    return gettext("No code is waiting to be used. Have a new one sent.")


def _digest(link: ConsentLink, email: str, code: str) -> str:
    """What is stored of a code. The installation's key is in it: six digits alone would be guessed from a plain digest."""
    return salted_hmac("customers.center.codes", f"{link.pk}:{email}:{code}", algorithm="sha256").hexdigest()
