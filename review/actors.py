"""Who acts at the desk."""

from django.http import HttpRequest

from claims.actors import Actor


def reviewer_of(request: HttpRequest) -> Actor:
    """The signed-in member of staff as the one who acts."""
    return Actor.reviewer(request.user)  # type: ignore[arg-type]
