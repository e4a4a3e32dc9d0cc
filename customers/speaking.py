"""In which language a customer reads its pages, and how it changes that."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header

from customers.enums import Language
from customers.languages import known_language
from customers.models import ConsentRequest

COOKIE = "customer_language"
FIELD = "language"
_A_YEAR = 365 * 24 * 60 * 60


def language_for(request: HttpRequest, consent: ConsentRequest | None = None) -> Language:
    """What was chosen on a page (its address, its form, the cookie), else the request's, the browser's, or English."""
    wished = known_language(consent.language) if consent else None
    return _chosen(request) or wished or _of_browser(request) or Language.ENGLISH


def answer_in_language(
    request: HttpRequest, answer: Callable[[], HttpResponse], *, consent: ConsentRequest | None = None
) -> HttpResponse:
    """Make the answer in the customer's language, and remember one that the address chooses in a cookie.

    Looking at a page in another language changes nothing for colleagues; sending a form does: the request keeps the
    language, and messages about it are written in it from then on.
    """
    language = language_for(request, consent)
    if request.method == "POST" and consent is not None and consent.language != language:
        ConsentRequest.objects.filter(pk=consent.pk).update(language=language)
        consent.language = language
    with override(language.value):
        response = answer()
    response.headers["Content-Language"] = language.value
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    if known_language(request.GET.get(FIELD, "")):
        response.set_cookie(
            COOKIE, language.value, max_age=_A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    return response


def in_their_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Speak the customer's language on a page that belongs to no request."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return answer_in_language(request, lambda: view(request, *args, **kwargs))

    return spoken


def _chosen(request: HttpRequest) -> Language | None:
    said = (request.GET.get(FIELD, ""), request.POST.get(FIELD, ""), request.COOKIES.get(COOKIE, ""))
    return next((found for code in said if (found := known_language(code))), None)


def _of_browser(request: HttpRequest) -> Language | None:
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((found for code, _ in wanted if (found := known_language(code))), None)
