"""Small manners of every answer."""

import logging
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.encoding import escape_uri_path

from kit.errors import RuleViolation
from kit.logs import begin_request, forget_request

Answer = Callable[[HttpRequest], HttpResponse]
PROBED = {"healthz", "readyz", "metrics"}


class TellRequests:
    """Give each request an id, which every line of the log and ``X-Request-ID`` of the answer carry, and log how it ended.

    The id is made here: one that a visitor sends is not believed. Query strings are left out of the log, since people
    search by name; so are IP address and browser. What monitoring asks again and again is logged at DEBUG alone.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.log = structlog.stdlib.get_logger("portal.requests")
        # Only when the answer is closed: a file is still being streamed after it was returned.
        request_finished.connect(forget_request, dispatch_uid="kit.forget_request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        begin_request(request, request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        match = request.resolver_match
        view = match.view_name if match else ""
        self.log.log(
            logging.DEBUG if view in PROBED else logging.INFO,
            "request",
            method=request.method,
            path=escape_uri_path(request.path),
            view=view,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000),
        )
        return response


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
