"""Uploaded files between the check and the import: in the cache, so that any web process finds them, and not for long."""

import hashlib
import json
import zlib
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext

from kit.errors import RuleViolation

KEPT_MINUTES = 30
MOST_BYTES = 24 * 1024 * 1024  # of all files of one check, compressed


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one check, with what was chosen beside them."""

    files: list[KeptFile]
    options: dict[str, str]


def keep_files(kind: str, *, person: int, files: list[KeptFile], options: dict[str, str]) -> str:
    """Keep the files of a person's check for half an hour; a later check of the same kind takes their place.

    Returns a digest that names exactly these files. Raises RuleViolation when they are too large together, or when the
    cache does not hold them.
    """
    packed = [(file.name, zlib.compress(file.content)) for file in files]
    if sum(len(content) for _, content in packed) > MOST_BYTES:
        raise RuleViolation(gettext("These files are too large together. Choose fewer at a time."))
    digest = _digest(files, options)
    cache.set(_key(kind, person), (digest, packed, options), KEPT_MINUTES * 60)
    if not _found(kind, person, digest):
        raise RuleViolation(gettext("The portal cannot keep the files at the moment. Try again in a few minutes."))
    return digest


def take_files(kind: str, *, person: int, digest: str) -> Kept | None:
    """The files that this digest names, once: None when they were taken, replaced, or kept for too long."""
    found = _found(kind, person, digest)
    if found is None or not cache.delete(_key(kind, person)):
        return None
    return found


def _found(kind: str, person: int, digest: str) -> Kept | None:
    kept = cache.get(_key(kind, person))
    if kept is None or kept[0] != digest:
        return None
    return Kept([KeptFile(name, zlib.decompress(content)) for name, content in kept[1]], kept[2])


def _key(kind: str, person: int) -> str:
    return f"import:{kind}:{person}"


def _digest(files: list[KeptFile], options: dict[str, str]) -> str:
    whole = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    for file in files:
        whole.update(f"\0{len(file.content)}\0{file.name}\0".encode())
        whole.update(file.content)
    return whole.hexdigest()
