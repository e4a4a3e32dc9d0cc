"""Names of countries for mails and pages, from the Unicode locale data that Babel carries."""

from functools import cache

from babel import Locale


@cache
def _names() -> dict[str, str]:
    return dict(Locale("en").territories)


def country_name(code: str) -> str:
    """The English name of a country by its two-letter ISO 3166 code: «United States» for «US» (R186).

    A code that is not known comes back as it is, and an empty code as an empty text.
    """
    code = code.strip().upper()
    return _names().get(code, code)
