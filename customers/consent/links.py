"""The keys that messages to customers carry, and the numbers by which such a message can be checked (F8)."""

import secrets
import unicodedata
from datetime import datetime

from customers.models import ConsentLink, ConsentRequest
from kit.links import digest, new_token

# Without letters and digits that are read wrongly: I, L, O, U, 0, 1.
_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_GROUPS, _LENGTH = 3, 4
_DASHES = dict.fromkeys(map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2212._"))


def new_link(consent: ConsentRequest, *, now: datetime) -> tuple[ConsentLink, str]:
    """Write a link to the request for its present contact, and return it with the token that is stored nowhere."""
    token = new_token()
    link = ConsentLink.objects.create(
        consent=consent,
        token_digest=digest(token),
        reference_number=new_number(),
        sent_to=consent.customer_email,
        created_at=now,
    )
    return link, token


def find_link(token: str) -> ConsentLink | None:
    """The link that a token opens with its request, or None. Only digests are compared, so timing tells nothing."""
    standing = ConsentLink.objects.filter(token_digest=digest(token), revoked_at=None)
    return standing.select_related("consent").first()


def find_request(token: str) -> ConsentRequest | None:
    """The request that a link's token opens, or None."""
    link = find_link(token)
    return link.consent if link else None


def find_by_number(number: str) -> ConsentLink | None:
    """The message behind a reference number, however it was typed: with or without dashes and spaces, in any case (F8).

    A revoked link is found too: the message was genuine.
    """
    written = read_number(number)
    if written is None:
        return None
    return ConsentLink.objects.filter(reference_number=written).select_related("consent").first()


def read_number(typed: str) -> str | None:
    """What was typed as a reference number is printed, or None when no number can look like that.

    Dashes, spaces, case and wide letters of Asian keyboards make no difference.
    """
    signs = "".join(unicodedata.normalize("NFKC", typed[:80]).upper().split()).translate(_DASHES)
    if len(signs) != _GROUPS * _LENGTH or set(signs) - set(_SIGNS):
        return None
    return _grouped(signs)


def revoke_links(consent: ConsentRequest, *, now: datetime) -> None:
    """Let the links that were sent so far open nothing any more."""
    ConsentLink.objects.filter(consent=consent, revoked_at=None).update(revoked_at=now)


def new_number() -> str:
    """A reference number of 12 signs, some 57 random bits: nobody meets one by trying."""
    return _grouped("".join(secrets.choice(_SIGNS) for _ in range(_GROUPS * _LENGTH)))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _LENGTH] for start in range(0, len(signs), _LENGTH))
