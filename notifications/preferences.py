"""Which mail a person wants. Notices in the portal always stay; what was never switched off is on."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import User
from notifications.kinds import Audience, MessageKind, declared_kinds, kind_of
from notifications.models import MutedMail


def wants_mail(recipient: User | str, kind: str) -> bool:
    """Whether mail of this kind may go to a person, or to an address whose account decides if there is one.

    Always, when the kind is mandatory or nobody declared it, or when the address has no account. One query at most.
    """
    address = recipient if isinstance(recipient, str) else recipient.email
    return bool(wanting_mail([address], kind=kind))


def wanting_mail(addresses: Iterable[str], *, kind: str) -> list[str]:
    """Those of the addresses that mail of this kind may go to, in the order given. One query at most."""
    wanted = list(addresses)
    declared = kind_of(kind)
    if not declared.can_be_switched_off:
        return wanted
    muted = MutedMail.objects.annotate(address=Lower("user__email")).filter(
        kind=declared.code, address__in=[address.lower() for address in wanted]
    )
    silent = set(muted.values_list("address", flat=True))
    return [address for address in wanted if address.lower() not in silent]


def audience_of(user: User) -> Audience:
    """Whether messages reach this person as Microsoft staff or as a partner."""
    return Audience.STAFF if user.is_staff else Audience.PARTNER


def switchable_kinds(audience: Audience = Audience.PARTNER) -> list[MessageKind]:
    """The kinds about whose mail a person of this audience decides."""
    return [kind for kind in declared_kinds(audience) if kind.can_be_switched_off]


def muted_kinds(user: User) -> set[str]:
    """Codes of the kinds whose mail the person switched off."""
    return set(user.muted_mail.values_list("kind", flat=True))


@transaction.atomic
def choose_mail(user: User, *, wanted: Iterable[str]) -> None:
    """Keep which kinds the person wants by mail: those in ``wanted`` on, every other switchable kind off.

    Kinds that cannot be switched off, are for another audience, or are not declared (any more), stay as they are.
    """
    switchable = {kind.code for kind in switchable_kinds(audience_of(user))}
    on = switchable & set(wanted)
    user.muted_mail.filter(kind__in=on).delete()
    off = [MutedMail(user=user, kind=code) for code in sorted(switchable - on)]
    MutedMail.objects.bulk_create(off, ignore_conflicts=True)
