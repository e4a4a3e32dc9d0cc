"""Small manners of every answer."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from kit.errors import RuleViolation

Answer = Callable[[HttpRequest], HttpResponse]


class SignInAfresh:
    """Turn a redirect to the sign-in page into a whole-page visit when HTMX asked, else it lands in a table cell."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code in {301, 302}:
            sign_in = urlsplit(resolve_url(settings.LOGIN_URL)).path
            if urlsplit(response.headers["Location"]).path == sign_in:
                answer = HttpResponse(status=204)
                answer.headers["HX-Redirect"] = sign_in
                return answer
        return response


class PrivatePages:
    """Pages are personal: no shared cache keeps them, and the browser asks again after a sign-out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"
        )
        return response


class ExplainRefusals:
    """A rule's refusal that no view caught becomes a page that says it, 409, instead of a server error."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django for an exception of a view; anything but a refusal goes its usual way."""
        if isinstance(exception, RuleViolation):
            return render(request, "409.html", {"message": exception.message}, status=409)
        return None
