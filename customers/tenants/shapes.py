"""Take a value out of parsed JSON, or say at which path it is not what Microsoft Graph answers."""

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.guids import parse_guid
from customers.importing import ImportRefused

LARGEST_INTEGER = 2**31 - 1
_NOT_OF_KIND = {
    dict: _("is not an object."),
    list: _("is not a list."),
    str: _("is not a text."),
    bool: _("is not true or false."),
    int: _("is not a whole number."),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A value in the file together with its path, such as ``subscriptions.value[3].createdDateTime``.

    Every method reads one property of an object, and raises ImportRefused with the property's path when it is
    absent, null (unless it may be), of another type, or not valid.
    """

    value: Any
    path: str = ""

    def object(self, key: str) -> "Node":
        """The object under ``key``."""
        return Node(self._typed(key, dict), self._path(key))

    def objects(self, key: str, *, optional: bool = False) -> list["Node"]:
        """The objects of the list under ``key``; none where it may be absent or null."""
        path = self._path(key)
        items = self._typed(key, list, optional=optional) or []
        return [self._item(item, f"{path}[{number}]") for number, item in enumerate(items)]

    def page(self, key: str) -> list["Node"]:
        """The objects of a Graph answer under ``key``, which must be its only page."""
        answer = self.object(key)
        if "@odata.nextLink" in answer.value:
            reason = gettext("the answer goes on at @odata.nextLink. Fetch the other pages and join their values.")
            raise ImportRefused(reason, place=answer.path)
        return answer.objects("value")

    def text(self, key: str, *, longest: int, optional: bool = False) -> str:
        """A text without control characters and outer spaces; empty only where it may be."""
        text = (self._typed(key, str, optional=optional) or "").strip()
        if not text and not optional:
            raise ImportRefused(gettext("is empty."), place=self._path(key))
        if len(text) > longest:
            raise ImportRefused(
                gettext("is longer than {count} characters.").format(count=longest), place=self._path(key)
            )
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            raise ImportRefused(gettext("has characters that no text has."), place=self._path(key))
        return text

    def choice(self, key: str, choices: Collection[str]) -> str:
        """A text that is one of ``choices``."""
        text = self._typed(key, str)
        if text not in choices:
            reason = gettext("«{text}» is none of {choices}.")
            raise ImportRefused(
                reason.format(text=_short(text), choices=", ".join(sorted(choices))), place=self._path(key)
            )
        return text

    def guid(self, key: str) -> UUID:
        """An identifier."""
        guid = self.guid_or_none(key)
        if guid is None:
            raise ImportRefused(gettext("is missing."), place=self._path(key))
        return guid

    def guid_or_none(self, key: str) -> UUID | None:
        """An identifier, or None where it is absent, null or empty."""
        text = self._typed(key, str, optional=True)
        if not text:
            return None
        guid = parse_guid(text)
        if guid is None:
            reason = gettext("«{text}» is not a GUID.").format(text=_short(text))
            raise ImportRefused(reason, place=self._path(key))
        return guid

    def flag(self, key: str, *, optional: bool = False) -> bool:
        """True or false; false where it may be absent or null."""
        return bool(self._typed(key, bool, optional=optional))

    def count(self, key: str) -> int:
        """A number of licences; 0 where it is absent or null."""
        number = self._typed(key, int, optional=True) or 0
        if not 0 <= number <= LARGEST_INTEGER:
            reason = gettext("is not between 0 and {most}.").format(most=LARGEST_INTEGER)
            raise ImportRefused(reason, place=self._path(key))
        return number

    def time(self, key: str) -> datetime:
        """A point in time, in UTC."""
        moment = self.time_or_none(key)
        if moment is None:
            raise ImportRefused(gettext("is missing."), place=self._path(key))
        return moment

    def time_or_none(self, key: str) -> datetime | None:
        """A point in time as ISO 8601 with its offset, in UTC; None where it is absent or null."""
        text = self._typed(key, str, optional=True)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        reason = gettext("«{text}» is not a time such as 2026-01-31T00:00:00Z.").format(text=_short(text))
        raise ImportRefused(reason, place=self._path(key))

    def email_or_none(self, key: str) -> str | None:
        """An e-mail address in lower case; None where it is absent, null or empty."""
        text = self.text(key, longest=254, optional=True).lower()
        if not text:
            return None
        try:
            validate_email(text)
        except ValidationError as error:
            reason = gettext("«{text}» is not an e-mail address.").format(text=_short(text))
            raise ImportRefused(reason, place=self._path(key)) from error
        return text

    def _typed(self, key: str, kind: type, *, optional: bool = False) -> Any:
        value = self.value.get(key)
        if value is None and optional:
            return None
        if value is None:
            raise ImportRefused(gettext("is missing."), place=self._path(key))
        if type(value) is not kind:
            raise ImportRefused(_NOT_OF_KIND[kind], place=self._path(key))
        return value

    def _item(self, value: Any, path: str) -> "Node":
        if not isinstance(value, dict):
            raise ImportRefused(gettext("is not an object."), place=path)
        return Node(value, path)

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def each_once(nodes: list[Node], keys: list[Any], *, key: str) -> Iterator[tuple[Node, Any]]:
    """Pair nodes with their keys. Raises ImportRefused where a key comes twice; None is no key."""
    seen: set[Any] = set()
    for node, found in zip(nodes, keys, strict=True):
        if found is not None and found in seen:
            reason = gettext("«{text}» is listed twice.").format(text=found)
            raise ImportRefused(reason, place=f"{node.path}.{key}")
        seen.add(found)
        yield node, found


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
