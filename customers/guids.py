"""Identifiers as Microsoft writes them."""

import re
from uuid import UUID

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def parse_guid(text: str) -> UUID | None:
    """The identifier that a text is, in either case and with or without braces; None for anything else."""
    bare = text.strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    return UUID(bare) if _GUID.fullmatch(bare) else None
