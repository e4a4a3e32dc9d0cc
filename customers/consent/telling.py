"""The customer's record in words: one whole sentence for each line of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.enums import ConsentStep, DenialReason
from customers.models import ConsentEvent

_PLAIN = {
    ConsentStep.ASKED: _("Microsoft approved the association and wrote to the contact."),
    ConsentStep.SHOWN: _("Microsoft approved the association. No consent is needed for it."),
    ConsentStep.READDRESSED: _("The partner corrected the contact."),
    ConsentStep.ASKED_AGAIN: _("Microsoft wrote to the same contact again."),
    ConsentStep.WRONG_PERSON: _("The contact said not to be the right person."),
    ConsentStep.HANDED_OVER: _("The contact handed the request over to a colleague."),
    ConsentStep.CONSENTED: _("Consent was given explicitly."),
    ConsentStep.RESTORED: _("The denial was taken back. The association is as before."),
    ConsentStep.WITHDRAWN: _("The association ended without a denial."),
}
_WITH_ADDRESS = {
    ConsentStep.SENT: _("The message with the reference number %(number)s was sent to %(address)s."),
    ConsentStep.DELIVERED: _("The message arrived at %(address)s."),
    ConsentStep.UNDELIVERABLE: _("The message to %(address)s could not be delivered."),
}
_OF_PARTS = {
    ConsentStep.DENIED_PART: ngettext_lazy(
        "This part of the association was denied: %(items)s. Reasons: %(reasons)s",
        "These parts of the association were denied: %(items)s. Reasons: %(reasons)s",
        "count",
    ),
    ConsentStep.RESTORED_PART: ngettext_lazy(
        "The denial of this part was taken back: %(items)s.",
        "The denial of these parts was taken back: %(items)s.",
        "count",
    ),
    ConsentStep.NARROWED: ngettext_lazy(
        "This part of the association ended: %(items)s.", "These parts of the association ended: %(items)s.", "count"
    ),
}

_DENIED_PART = ngettext_lazy(
    "This part of the association was denied: %(items)s.",
    "These parts of the association were denied: %(items)s.",
    "count",
)


def tell(event: ConsentEvent, *, show: Callable[[str], str] = str, reasons: bool = True) -> str:
    """What happened, as one sentence or two. ``show`` prints an address: as it is, or masked.

    Without ``reasons`` a denial is told without them, as for who may not read them.
    """
    step, data = ConsentStep(event.step), event.data
    if step in _PLAIN:
        return str(_PLAIN[step])
    if step in _WITH_ADDRESS:
        return str(_WITH_ADDRESS[step]) % {"address": show(data.get("to", "")), "number": data.get("number", "")}
    items = data.get("items", [])
    values = {"items": _listed(items), "reasons": _reasons(data)}
    if step == ConsentStep.DENIED:
        told = (
            gettext("The association was denied. Reasons: %(reasons)s")
            if reasons
            else gettext("The association was denied.")
        )
        return told % values
    sentence = _OF_PARTS[step] if reasons or step != ConsentStep.DENIED_PART else _DENIED_PART
    return str(sentence % {**values, "count": len(items)})


def _reasons(data: Mapping[str, Any]) -> str:
    known = set(DenialReason.values)
    return " ".join(_ended(str(DenialReason(reason).label)) for reason in data.get("reasons", []) if reason in known)


def _ended(text: str) -> str:
    return text if text.endswith((".", "。")) else f"{text}."


def _listed(texts: Sequence[str]) -> str:
    """Names of products in brackets, as the message prints them."""
    return ", ".join(f"[{text}]" for text in texts)
