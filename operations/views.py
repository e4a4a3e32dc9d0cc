"""What monitoring asks: is the process alive, is the installation ready, how does it fare."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe

from kit.access import mark, public
from operations.health import ask_all
from operations.metrics import CONTENT_TYPE, exposition


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a restart is asked for only when it helps."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the installation keeps its promises, 503 when not; with ``?for=web`` whether its pages can be served.

    docs/operating.md tells which answer depends on what. Holds no address, no secret and no number of the business.
    """
    only_web = request.GET.get("for") == "web"
    asked = ask_all(needed_by="web" if only_web else "")
    checks = {probe.name: {"state": answer.state, **answer.facts} for probe, answer in asked}
    ready = all(answer.well or not probe.needed_by for probe, answer in asked)
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


@require_safe
def _metrics(request: HttpRequest) -> HttpResponse:
    """Figures in the text format of Prometheus, for whoever sends METRICS_TOKEN as bearer; 404 where none is set."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound("Not found", content_type="text/plain")  # unread
    if not is_the_token(request.headers.get("Authorization", "")):
        return HttpResponse(
            "Unauthorized", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"}
        )
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


def is_the_token(authorization: str) -> bool:
    """Whether the header ``Authorization`` carries METRICS_TOKEN; never when none is set. Takes the same time always."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(authorization.encode(), expected.encode())


metrics = mark(_metrics, "metrics token")
