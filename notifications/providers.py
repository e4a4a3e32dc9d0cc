"""Which mail provider carries the mail: the settings MAILERS and ANYMAIL from the environment.

Read while the settings are made, so nothing here may import models. Names of providers are those of django-anymail.
"""

import base64
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.core.exceptions import ImproperlyConfigured

HOOKS = "/hooks/mail/"
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Provider:
    """What the portal must know of a provider. Settings are named as in ANYMAIL.

    ``needs`` and ``takes`` map environment names to settings; ``signature`` is the setting of the key that signs its
    webhooks, and ``must_sign`` says that it always signs. ``own_signature``: it signs with the API key. ``public_key``: the
    key is a public one in base64. ``signature_package`` must be installed for its signature to be checked.
    """

    key: str
    needs: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    has_webhooks: bool = True
    signature: str = ""
    must_sign: bool = False
    public_key: bool = False
    signature_package: str = ""
    own_signature: bool = False
    takes_metadata: bool = True
    takes_headers: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


PROVIDERS: dict[str, Provider] = {
    "brevo": Provider("BREVO_API_KEY"),
    # Headers of one's own are for its largest plan only.
    "mailersend": Provider(
        "MAILERSEND_API_TOKEN", signature="MAILERSEND_SIGNING_SECRET", must_sign=True, takes_metadata=False,
        takes_headers=False,
    ),
    "mailgun": Provider(
        "MAILGUN_API_KEY", takes={"MAIL_SENDER_DOMAIN": "MAILGUN_SENDER_DOMAIN"},
        signature="MAILGUN_WEBHOOK_SIGNING_KEY", must_sign=True,
    ),
    "mailjet": Provider("MAILJET_API_KEY", needs={"MAIL_API_SECRET": "MAILJET_SECRET_KEY"}),
    "mailtrap": Provider("MAILTRAP_API_TOKEN", signature="MAILTRAP_TRACKING_SECRET"),
    "mandrill": Provider("MANDRILL_API_KEY", signature="MANDRILL_WEBHOOK_KEY", must_sign=True),
    "postal": Provider(
        "POSTAL_API_KEY", needs={"MAIL_API_URL": "POSTAL_API_URL"}, signature="POSTAL_WEBHOOK_KEY", must_sign=True,
        public_key=True, takes_metadata=False,
    ),
    # Without this header Postmark would put a Message-ID of its own in place of ours.
    "postmark": Provider("POSTMARK_SERVER_TOKEN", headers={"X-PM-KeepID": "true"}),
    "resend": Provider("RESEND_API_KEY", signature="RESEND_SIGNING_SECRET", signature_package="svix"),
    "scaleway": Provider(
        "SCALEWAY_SECRET_KEY", needs={"MAIL_PROJECT_ID": "SCALEWAY_PROJECT_ID"}, has_webhooks=False,
    ),
    "sendgrid": Provider(
        "SENDGRID_API_KEY", signature="SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", public_key=True,
    ),
    "sparkpost": Provider("SPARKPOST_API_KEY"),
    "unisender_go": Provider("UNISENDER_GO_API_KEY", needs={"MAIL_API_URL": "UNISENDER_GO_API_URL"}, own_signature=True),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailSettings:
    """``hooks`` names the provider whose webhooks are open; empty when there are none."""

    mailers: dict[str, Any]
    anymail: dict[str, Any]
    hooks: str = ""


def smtp_settings(url: Mapping[str, Any], environment: Mapping[str, str], *, timeout: int) -> MailSettings:
    """Mail goes to an SMTP server; ``url`` is what django-environ makes of EMAIL_URL. Raises ImproperlyConfigured for a
    key of webhooks, which there are none of.
    """
    _refuse_unused_key("smtp", "", environment)
    options = {
        "host": url["EMAIL_HOST"],
        "port": url["EMAIL_PORT"] or 25,
        "username": url["EMAIL_HOST_USER"] or "",
        "password": url["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": url.get("EMAIL_USE_TLS", False),
        "use_ssl": url.get("EMAIL_USE_SSL", False),
        "timeout": timeout,
    }
    return MailSettings({"default": {"BACKEND": "notifications.smtp.TellingSmtpBackend", "OPTIONS": options}}, {})


def provider_settings(name: str, environment: Mapping[str, str], *, portal_url: str, timeout: int) -> MailSettings:
    """Mail goes through the API of the provider ``name``. Raises ImproperlyConfigured with a sentence when the provider
    is unknown or something is missing: a key, or what tells its webhooks from forged ones.
    """
    if name == "amazon_ses":
        raise ImproperlyConfigured(
            "MAIL_PROVIDER=amazon_ses is not supported: its library would hold back security updates of others. "
            "Use Amazon's SMTP endpoint with MAIL_PROVIDER=smtp and EMAIL_URL."
        )
    provider = PROVIDERS.get(name)
    if provider is None:
        known = ", ".join(["smtp", *PROVIDERS])
        raise ImproperlyConfigured(f"MAIL_PROVIDER is '{name}'; it must be one of {known}.")
    values: dict[str, Any] = {"REQUESTS_TIMEOUT": timeout, "SEND_DEFAULTS": {}}
    wanted = {"MAIL_API_KEY": provider.key, **provider.needs}
    for variable, setting in wanted.items():
        values[setting] = environment.get(variable, "")
        if not values[setting]:
            raise ImproperlyConfigured(f"MAIL_PROVIDER={name} needs {variable}, which is not set.")
    url = {"MAIL_API_URL": f"{name.upper()}_API_URL"}
    for variable, setting in {**provider.takes, **url}.items():
        if environment.get(variable):
            values[setting] = environment[variable]
    _refuse_unused_key(name, provider.signature, environment)
    if provider.has_webhooks:
        values |= _proof(name, provider, environment, portal_url=portal_url)
    mailers = {"default": {"BACKEND": f"anymail.backends.{name}.EmailBackend"}}
    return MailSettings(mailers, values, hooks=name if provider.has_webhooks else "")


def _proof(name: str, provider: Provider, environment: Mapping[str, str], *, portal_url: str) -> dict[str, Any]:
    """What tells the provider's webhooks from forged ones: its signature, a secret in their address, or both."""
    secret, key = environment.get("MAIL_WEBHOOK_SECRET", ""), environment.get("MAIL_WEBHOOK_KEY", "")
    if secret and (":" not in secret.strip(":") or len(secret) < SHORTEST_SECRET):
        raise ImproperlyConfigured(
            f"MAIL_WEBHOOK_SECRET must read user:password and have {SHORTEST_SECRET} characters or more."
        )
    if provider.must_sign and not key:
        raise ImproperlyConfigured(
            f"MAIL_PROVIDER={name} signs its webhooks: set MAIL_WEBHOOK_KEY to the signing key that it shows."
        )
    if not key and not provider.own_signature and not secret:
        signing = " or, if it signs its webhooks, MAIL_WEBHOOK_KEY" if provider.signature else ""
        raise ImproperlyConfigured(
            f"MAIL_PROVIDER={name} needs MAIL_WEBHOOK_SECRET (user:password){signing}, or anybody could report bounces."
        )
    values: dict[str, Any] = {"WEBHOOK_SECRET": secret} if secret else {}
    if key:
        _refuse_useless_key(name, provider, key)
        values[provider.signature] = key
    if name == "mandrill":  # it signs the whole address, with the secret in it
        values["MANDRILL_WEBHOOK_URL"] = _address(portal_url, secret)
    return values


def _refuse_unused_key(name: str, signature: str, environment: Mapping[str, str]) -> None:
    """Whoever sets a key believes that signatures are checked. Raises ImproperlyConfigured where none would be."""
    if environment.get("MAIL_WEBHOOK_KEY") and not signature:
        raise ImproperlyConfigured(
            f"MAIL_WEBHOOK_KEY is set, but MAIL_PROVIDER={name} signs no webhooks with a key of its own, so nothing would be "
            "checked with it. Remove it."
        )


def _refuse_useless_key(name: str, provider: Provider, key: str) -> None:
    """Raises ImproperlyConfigured for a key with which no report could ever be checked."""
    package = provider.signature_package
    if package and importlib.util.find_spec(package) is None:
        raise ImproperlyConfigured(
            f"MAIL_WEBHOOK_KEY is set, but the signature of MAIL_PROVIDER={name} is checked by the package {package}, which is "
            f"not installed. Install {package}, or remove MAIL_WEBHOOK_KEY and set MAIL_WEBHOOK_SECRET (user:password)."
        )
    if provider.public_key:
        try:
            load_der_public_key(base64.b64decode(key, validate=True))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ImproperlyConfigured(
                f"MAIL_WEBHOOK_KEY is not the public key that MAIL_PROVIDER={name} shows: one line of base64 without "
                "«BEGIN PUBLIC KEY»."
            ) from error


def _address(portal_url: str, secret: str) -> str:
    parts = urlsplit(portal_url)
    user = f"{quote(secret, safe=':')}@" if secret else ""
    return f"{parts.scheme}://{user}{parts.netloc}{HOOKS}mandrill/"
