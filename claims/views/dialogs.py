"""A question before something is done: the inside of the dialog, or a page of its own without scripts."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from claims.models import Claim
from kit.pages import render_page
from kit.texts import Text
from partners.access import PartnerRequest


@dataclass(frozen=True, slots=True)
class Question:
    """What a dialog asks: its title, the template of its body, the address that acts, the words of the button."""

    title: Text
    body: str
    address: str
    button: Text
    dangerous: bool = False
    takes_files: bool = False


def ask(
    request: PartnerRequest, claim: Claim, question: Question, *, refusal: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """Show the question. With a ``refusal`` and no form in ``context`` nothing can be sent any more."""
    context |= {"claim": claim, "question": question, "refusal": refusal}
    context["may_send"] = not refusal or context.get("form") is not None
    return render_page(request, "claims/question.html", context, fragment="dialog", status=status)
