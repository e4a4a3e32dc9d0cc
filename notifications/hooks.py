"""The webhooks of mail providers: django-anymail's, with forged, broken and oversized calls turned away.

Only those of the configured provider are open, only those that track what was sent, and only with a secret.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

_VIEWS = {
    "brevo": "brevo.BrevoTrackingWebhookView",
    "mailersend": "mailersend.MailerSendTrackingWebhookView",
    "mailgun": "mailgun.MailgunTrackingWebhookView",
    "mailjet": "mailjet.MailjetTrackingWebhookView",
    "mailtrap": "mailtrap.MailtrapTrackingWebhookView",
    "mandrill": "mandrill.MandrillCombinedWebhookView",
    "postal": "postal.PostalTrackingWebhookView",
    "postmark": "postmark.PostmarkTrackingWebhookView",
    "resend": "resend.ResendTrackingWebhookView",
    "sendgrid": "sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "sparkpost.SparkPostTrackingWebhookView",
    "unisender_go": "unisender_go.UnisenderGoTrackingWebhookView",
}
TOO_LARGE = "A report of mail is smaller than this."  # unread


def tracking_urls(provider: str) -> list[URLPattern]:
    """The address of the provider's webhook, below /hooks/mail/; none without a provider."""
    if not provider:
        return []
    route = "mandrill/" if provider == "mandrill" else f"{provider}/tracking/"
    return [path(route, _tracking_view(provider), name="mail-hook")]


def _tracking_view(provider: str) -> Any:
    base: type[AnymailBaseWebhookView] = import_string(f"anymail.webhooks.{_VIEWS[provider]}")

    class Tracking(base):
        def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            """Check the secret or signature, read the events, keep what they say. Answers 400 or 413 to all else."""
            length = request.META.get("CONTENT_LENGTH") or "0"
            if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                return HttpResponse(TOO_LARGE, status=413, content_type="text/plain")
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response

        def run_validators(self, request: HttpRequest) -> None:
            """Raises SuspiciousOperation for a call that is not the provider's, BadRequest for a broken one."""
            with _broken_calls_refused(provider):
                super().run_validators(request)

        def parse_events(self, request: HttpRequest) -> Any:
            """The events in a call. Raises BadRequest for what the provider would not send."""
            with _broken_calls_refused(provider):
                return [event for event in super().parse_events(request) if isinstance(event, AnymailTrackingEvent)]

    return Tracking.as_view()


@contextmanager
def _broken_calls_refused(provider: str) -> Iterator[None]:
    """Whatever a strange body brings about while it is read is the caller's fault, and no server error."""
    try:
        yield
    except SuspiciousOperation:
        raise
    except Exception as error:
        raise BadRequest(f"Not a report of {provider}: {type(error).__name__}") from error  # unread
