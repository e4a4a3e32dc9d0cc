"""How sign-in behaves here: accounts are made by staff, and its mails go through the outbox like all others."""

import time
import uuid
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from notifications.outbox import enqueue
from notifications.rendering import render_mail


class PortalAccountAdapter(DefaultAccountAdapter):
    """No self-registration: who may act for a partner is decided by the partner's incentive admin (Q34)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name; the address signs in."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a few minutes ago is not asked for the password again at once."""
        request = current.request
        records = get_authentication_records(request, request.user)
        latest = max((record["at"] for record in records), default=0)
        if time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail of the sign-in pages, so that a page does not fail with the mail server. Its link is a secret."""
        site = get_current_site(current.request)
        message = self.render_mail(template_prefix, email, {**context, "email": email, "current_site": site})
        subject, text, html = render_mail("account", {"title": str(message.subject), "body": str(message.body)})
        with transaction.atomic():
            enqueue(
                kind="account",
                to=[email],
                subject=subject,
                text=text,
                html=html,
                reference="",
                dedupe_key=f"account:{uuid.uuid4()}",
                sensitive=True,
                now=timezone.now(),
            )
