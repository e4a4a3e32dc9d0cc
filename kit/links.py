"""Secret links: a random token travels in the link, only its SHA-256 is stored."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as text that fits a URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
