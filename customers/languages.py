"""In which language a customer is written to."""

from collections.abc import Iterable

from customers.enums import Language
from customers.models import Tenant

_COUNTRIES: dict[Language, Iterable[str]] = {
    Language.GERMAN: ("AT", "CH", "DE", "LI"),
    Language.FRENCH: ("BF", "BJ", "CD", "CG", "CI", "CM", "FR", "GA", "GN", "LU", "MC", "ML", "NE", "SN", "TG"),
    Language.SPANISH: (
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE", "PY", "SV", "UY", "VE",
    ),
    Language.JAPANESE: ("JP",),
    Language.PORTUGUESE: ("AO", "BR", "CV", "MZ", "PT", "ST", "TL"),
}  # fmt: skip
_OF_COUNTRY = {country: language for language, countries in _COUNTRIES.items() for country in countries}


def language_of(tenant: Tenant) -> Language:
    """The language of the tenant: the one its directory prefers, else its country's, else English."""
    return Language(tenant.language) if tenant.language else _OF_COUNTRY.get(tenant.country, Language.ENGLISH)


def known_language(code: str) -> Language | None:
    """The language that a code such as «de», «de-AT» or «pt_BR» stands for; None for one that customers cannot choose."""
    prefix = code.replace("_", "-").split("-")[0].lower()
    return Language(prefix) if prefix in Language.values else None
