"""Access marks: every URL says who may come in, and a URL that does not say so stops the start-up.

A mark is the attribute ``access_mark`` on a view function, or on the ``path()`` that mounts views of a third party.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver

View = Callable[..., Any]


def mark(view: View, name: str) -> View:
    """Write the access mark ``name`` on a view and hand it back. The mark records the check; it is not the check."""
    setattr(view, "access_mark", name)  # noqa: B010  (functions declare no attributes)
    return view


def public(view: View) -> View:
    """Anybody may come in, signed in or not."""
    return mark(view, "public")


def signed_in(view: View) -> View:
    """Anybody with an account may come in; others are sent to the sign-in page."""
    return mark(wraps(view)(login_required(view)), "signed_in")


def mounted[Mounted: (URLPattern, URLResolver)](pattern: Mounted, name: str) -> Mounted:
    """Mark all views below a ``path()`` that this project did not write (the admin, the sign-in pages)."""
    setattr(pattern, "access_mark", name)  # noqa: B010  (third-party class without this attribute)
    return pattern


def unmarked_views(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    """Return the routes whose view carries no access mark, neither itself nor through what mounts it."""
    missing: list[str] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if getattr(pattern, "access_mark", None):
            continue
        if isinstance(pattern, URLResolver):
            missing += unmarked_views(pattern.url_patterns, route)
        elif not getattr(pattern.callback, "access_mark", None):
            missing.append(route)
    return missing


def require_marks(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Refuse to start while a route is unmarked. Raises ImproperlyConfigured naming the routes."""
    missing = unmarked_views(patterns)
    if missing:
        raise ImproperlyConfigured(f"These routes carry no access mark: {', '.join(missing)}")
