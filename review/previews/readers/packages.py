"""Office files are ZIP archives of XML parts: opened within limits, without entities or anything from outside."""

import io
import zipfile
import zlib

from lxml import etree

from review.previews.limits import MAX_PART, MAX_UNPACKED
from review.previews.readers.findings import Unreadable

MAX_ENTRIES = 5_000
# What zipfile raises for archives that it cannot read; RuntimeError covers unknown methods and hidden encryption.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_package(data: bytes) -> zipfile.ZipFile:
    """The archive, once its directory promises a bearable size.

    Raises Unreadable. An Office file with a password is no ZIP but an old compound file around the encrypted one.
    """
    if data.startswith(_OLE):
        raise Unreadable("protected")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE as error:
        raise Unreadable("damaged") from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise Unreadable("too_large")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("protected")
    return archive


def xml_part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of one part, None when the archive has no such part.

    Nothing is fetched and no entity is resolved; a part that declares any is refused as damaged, since Office writes
    none. Raises Unreadable.
    """
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MAX_PART:
        raise Unreadable("too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        with archive.open(entry) as stream:
            root = etree.fromstring(stream.read(MAX_PART), parser)
    except (etree.XMLSyntaxError, *_UNREADABLE) as error:
        raise Unreadable("damaged") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("damaged")
    return root


def related(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Parts that a part points to, by relation id; targets outside the archive are left out."""
    folder, _, file = name.rpartition("/")
    root = xml_part(archive, f"{folder}/_rels/{file}.rels")
    found: dict[str, str] = {}
    for each in root if root is not None else ():
        if each.get("TargetMode") != "External":
            found[each.get("Id", "")] = _absolute(folder, each.get("Target", ""))
    return found


def _absolute(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    steps = folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)
