"""Old Office and Outlook files for tests: a compound file written by hand, and a workbook and a message in it."""

import struct

_END, _FREE, _FAT_SECTOR, _NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MINI_LIMIT = 4096


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each filled up with zeros to 4 KB; «folder/name» lies in a folder."""
    names: list[tuple[str, int, str]] = []
    for path in streams:
        folder = path.rpartition("/")[0]
        if folder and (folder, _STORAGE, "") not in names:
            names.append((folder, _STORAGE, ""))
        names.append((path, _STREAM, folder))
    directory_sectors = (len(names) + 1 + 3) // 4
    bodies, fat, first = b"", [_FAT_SECTOR, *range(2, directory_sectors + 1), _END], {}
    for path, content in streams.items():
        body = content.ljust(_MINI_LIMIT, b"\0")
        body += bytes(-len(body) % 512)
        count, at = len(body) // 512, len(fat)
        first[path] = (at, len(body))
        fat += [*range(at + 1, at + count), _END]
        bodies += body
    numbers = {path: number for number, (path, _, _) in enumerate(names, start=1)}
    children: dict[str, list[int]] = {}
    for path, _, folder in names:
        children.setdefault(folder, []).append(numbers[path])
    directory = _entry("Root Entry", _ROOT, child=children[""][0])
    for path, kind, folder in names:
        siblings = children[folder]
        place = siblings.index(numbers[path]) + 1
        directory += _entry(
            path.rpartition("/")[2],
            kind,
            right=siblings[place] if place < len(siblings) else _NOBODY,
            child=children[path][0] if kind == _STORAGE else _NOBODY,
            start=first.get(path, (0, 0)),
        )
    directory = directory.ljust(directory_sectors * 512, b"\0")
    assert len(fat) <= 128, "one sector of table is enough for a test"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, _MINI_LIMIT, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    return header.ljust(512, b"\0") + struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat))) + directory + bodies


def _entry(name: str, kind: int, *, right=_NOBODY, child=_NOBODY, start: tuple[int, int] = (_END, 0)) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, _NOBODY, right, child)
    return entry + bytes(36) + struct.pack("<IQ", *start)


def message() -> bytes:
    """An Outlook message with one attachment."""
    texts = {
        "0037": "Order confirmed", "0C1A": "Joseph Jones", "5D01": "joseph@contoso.example", "0E04": "Pat Partner",
        "1000": "Dear Pat,\r\n\r\nwe order Intune.",
    }  # fmt: skip
    streams = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in texts.items()}
    streams["__attach_version1.0_#00000000/__substg1.0_3707001F"] = "Order.pdf".encode("utf-16-le")
    return compound(streams | {"__properties_version1.0": b""})


def old_workbook() -> bytes:
    """An XLS workbook: one sheet «Prices» with «Intune» in A1 and 12.5 in B1."""

    def record(number: int, body: bytes) -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    name = b"Prices"
    start_of = {kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0)) for kind in (0x0005, 0x0010)}
    ending = record(0x000A, b"")
    length_of_globals = len(start_of[5]) + 4 + 8 + len(name) + len(ending)
    listed = record(0x0085, struct.pack("<IBBBB", length_of_globals, 0, 0, len(name), 0) + name)
    label = record(0x0204, struct.pack("<HHHHB", 0, 0, 0, 6, 0) + b"Intune")
    number = record(0x0203, struct.pack("<HHHd", 0, 1, 0, 12.5))
    return compound({"Workbook": start_of[5] + listed + ending + start_of[0x10] + label + number + ending})
