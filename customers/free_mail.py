"""Domains at which anybody gets an address: two of them have nothing in common but the provider."""

FREE_MAIL = frozenset(
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "hotmail.com", "icloud.com", "live.com", "mail.ru", "outlook.com",
        "proton.me", "web.de", "yahoo.com",
    }
)  # fmt: skip
