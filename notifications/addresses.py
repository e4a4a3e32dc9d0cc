"""E-mail addresses as they are compared: servers and providers write the same one in different ways."""

from django.utils.encoding import punycode


def as_written(address: str) -> str:
    """The address as it stands in a message: its domain in ASCII."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}" if domain and not domain.isascii() else address


def domain_of(address: str) -> str:
    """The domain of an address, in the form in which domains are compared."""
    return as_written(address.strip()).rpartition("@")[2].casefold()


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same, whatever their case and the form of their domain."""
    return as_written(one.strip()).casefold() == as_written(other.strip()).casefold()
