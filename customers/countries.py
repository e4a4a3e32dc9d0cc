"""Names of countries for mails and pages, from the Unicode locale data that Babel carries."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language


@cache
def _names(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)


def country_name(code: str) -> str:
    """The name of a country in the language that is spoken, by its two-letter ISO 3166 code: «United States» for «US» (R186).

    A code that is not known comes back as it is, and an empty code as an empty text.
    """
    code = code.strip().upper()
    return _names((get_language() or "en").split("-")[0]).get(code, code)
