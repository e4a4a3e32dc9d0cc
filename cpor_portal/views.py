"""Home, health and the answers that belong to no room."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from claims.views.home import partner_home
from kit.access import public, signed_in

logger = logging.getLogger(__name__)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """A partner's Home; a reviewer is sent to the desk, others learn what they lack (R014)."""
    if request.user.is_staff:
        return redirect("admin:index")
    return partner_home(request)


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a restart is asked for only when it helps."""
    return HttpResponse("ok", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready to serve: the database answers. The broker is reported but not required, as pages work without it."""
    state = {"database": _database_answers(), "broker": _broker_answers()}
    ready = state["database"] == "ok"
    return JsonResponse({"ready": ready, **state}, status=200 if ready else 503)


def _database_answers() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        logger.warning("database does not answer: %s", error)
        return "away"
    return "ok"


def _broker_answers() -> str:
    try:
        cache._cache.get_client().ping()  # type: ignore[attr-defined]
    except Exception as error:
        logger.warning("broker does not answer: %s", error)
        return "away"
    return "ok"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: say what to do, 403."""
    context = {"sign_in": settings.LOGIN_URL}
    return render(request, "403_csrf.html", context, status=403)
