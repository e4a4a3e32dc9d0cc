"""Two-step sign-in: who has it, who used it in this session, and how an administrator takes a lost one away.

The sign-in package keeps the factors. What it cannot know stands here: that staff may have to use one before the desk
opens, and that a code counts once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User

APP = Authenticator.Type.TOTP
View = Callable[..., HttpResponseBase]


def has_two_steps(user: User) -> bool:
    """Whether the person signs in with a second step."""
    return Authenticator.objects.filter(user=user, type=APP).exists()


@transaction.atomic
def reset_two_steps(user: User) -> bool:
    """Take away a person's authenticator app and recovery codes, for somebody who lost both. False when there were none.

    The next sign-in asks for the password alone; where two steps are required, it leads to setting them up again.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    return removed > 0


@transaction.atomic
def use_code_once(authenticator: Authenticator, code: str) -> bool:
    """Note the moment that a right code of an authenticator app stands for; False when it, or a later one, was used before.

    The package remembers used codes in the cache, and for a shorter time than they are valid here.
    """
    kept = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(kept.data["secret"])
    last = kept.data.get("last_moment", -1)
    moments = [each for each in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(secret, each)) == code]
    fresh = [moment for moment in moments if moment > last]
    if not fresh:
        return False
    kept.data["last_moment"] = fresh[0]
    kept.save(update_fields=["data"])
    return True


def remember_first_use(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting up an authenticator app took a code of it: this session has used the second step (receiver)."""
    if authenticator.type == APP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def missing_step(request: HttpRequest) -> str:
    """Where staff must go before the desk opens: to set up the second step, or to use it. Empty when nothing is missing.

    Asks nothing unless STAFF_MFA_REQUIRED is set. A factor that was taken away meanwhile does not count.
    """
    user = request.user
    if not settings.STAFF_MFA_REQUIRED or not user.is_staff:
        return ""
    kept = dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))
    if APP not in kept.values():
        return reverse("mfa_activate_totp")
    used = {record.get("id") for record in get_authentication_records(request, user) if record.get("method") == "mfa"}
    if used & kept.keys():
        return ""
    back = request.get_full_path() if request.method == "GET" else reverse("home")
    return reverse("mfa_reauthenticate", query={"next": back})


def after_two_steps(view: View) -> View:
    """Open a page to staff only once the second step is done, where it is required; else lead there, also out of HTMX."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        missing = missing_step(request)
        if not missing:
            return view(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": missing})
        return HttpResponseRedirect(missing)

    return guarded
