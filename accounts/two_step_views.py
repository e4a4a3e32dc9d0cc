"""The one page of two-step sign-in whose package view stumbles over a form that nobody filled in here."""

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from django.http import HttpRequest, HttpResponseBase


class SecondStepView(AuthenticateView):
    """The code after the password. A form without one is a form with an empty one: there is no security key to try."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "code" not in request.POST:
            typed = request.POST.copy()
            typed["code"] = ""
            request.POST = typed  # type: ignore[assignment]
        return super().dispatch(request, *args, **kwargs)
