"""What all pages of customers have in common: who may open them, in which language, and that they leave no trace."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.center.visiting import Visitor, find_visitor
from customers.consent import find_link
from customers.models import ConsentLink, ConsentRequest
from customers.speaking import answer_in_language
from kit.access import public

LinkView = Callable[[HttpRequest, ConsentLink, str], HttpResponse]
CenterView = Callable[[HttpRequest, Visitor], HttpResponse]
AssociationView = Callable[[HttpRequest, Visitor, ConsentRequest], HttpResponse]
_METHODS = ["GET", "HEAD", "POST"]


def quiet(response: HttpResponse, *, referrer: str = "no-referrer") -> HttpResponse:
    """No address of these pages travels on in a Referer header or into a search index: it may hold a secret."""
    response.headers["Referrer-Policy"] = referrer
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def by_link(view: LinkView) -> Callable[..., HttpResponse]:
    """Turn the token of the address into its link, or answer 404 with a page that says what may be wrong.

    Exempt from the CSRF check: the token that nobody else knows is in the address itself, so a forged form
    has nothing to ride on, and customers whose mail program keeps no cookies can answer.
    """

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        link = find_link(token)
        if link is None:
            return quiet(answer_in_language(request, lambda: unknown_link(request)))
        answer = answer_in_language(request, lambda: view(request, link, token), consent=link.consent)
        return quiet(answer)

    return public(csrf_exempt(require_http_methods(_METHODS)(found)))


def by_code(view: CenterView) -> Callable[..., HttpResponse]:
    """Let in who proved its address with a code within the last hour; others read how to come in, 403.

    No secret stands in these addresses, so they travel within the portal: a browser that sends no referrer at all also
    hides where a form comes from, and the check against forged forms would refuse every answer.
    """

    @wraps(view)
    def visited(request: HttpRequest) -> HttpResponse:
        visitor = find_visitor(request.session, now=timezone.now())
        if visitor is None:
            answer = answer_in_language(request, lambda: render(request, "customers/center_closed.html", status=403))
        else:
            answer = answer_in_language(request, lambda: view(request, visitor), consent=visitor.consent)
        return quiet(answer, referrer="same-origin")

    return public(require_http_methods(_METHODS)(visited))


def about_one(view: AssociationView) -> Callable[..., HttpResponse]:
    """As ``by_code``, for one association that the visitor may see; 404 for any other, whether it exists or not."""

    @wraps(view)
    def chosen(request: HttpRequest, pk: int) -> HttpResponse:
        def within(request: HttpRequest, visitor: Visitor) -> HttpResponse:
            requests, _ = visitor.requests()
            consent = requests.filter(pk=pk).first()
            if consent is None:
                return render(request, "customers/center_unknown.html", status=404)
            return view(request, visitor, consent)

        return by_code(within)(request)

    return public(chosen)


def unknown_link(request: HttpRequest) -> HttpResponse:
    """The page for a link that opens nothing, 404."""
    return render(request, "customers/unknown_link.html", status=404)
