"""The consent mail, in its two versions (R184 to R186), and the code that opens the consent center; in the customer's language."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from customers.enums import SolutionArea
from customers.models import ConsentRequest
from notifications.rendering import render_mail

_TEMPLATES = {
    SolutionArea.MICROSOFT_365: "consent_microsoft_365",
    SolutionArea.BUSINESS_APPLICATIONS: "consent_business_applications",
}


def render_consent_mail(consent: ConsentRequest, *, token: str, reference_number: str) -> tuple[str, str, str]:
    """Render subject, text and HTML for the customer. The links carry ``token``, so they are secret.

    ``reference_number`` is printed for whoever would rather check the message than follow a link (F8).
    """
    with override(consent.language):
        texts = [item.words for item in consent.items.filter(ended_at=None)]
    return render_request(consent, texts=texts, token=token, reference_number=reference_number)


def render_request(
    consent: ConsentRequest, *, texts: Sequence[str], token: str, reference_number: str
) -> tuple[str, str, str]:
    """The same for the items ``texts``, whatever is stored of the request."""
    context = consent_context(consent, texts=texts, token=token, reference_number=reference_number)
    with override(consent.language):
        return render_mail(_TEMPLATES[SolutionArea(consent.solution_area)], context)


def render_code_mail(consent: ConsentRequest, *, code: str, minutes: int) -> tuple[str, str, str]:
    """Render subject, text and HTML of the message with a one-time code. The subject, which phones show, is without it."""
    context = {"consent": consent, "code": code, "minutes": minutes, "host": urlsplit(settings.PORTAL_URL).netloc}
    with override(consent.language):
        return render_mail("consent_code", context)


def consent_context(
    consent: ConsentRequest, *, texts: Sequence[str], token: str, reference_number: str
) -> dict[str, object]:
    """What the consent mail's templates read."""
    return {
        "consent": consent,
        "items": ", ".join(f"[{text}]" for text in texts),
        "deny_link": settings.PORTAL_URL + reverse("consent", args=[token]),
        "survey_link": settings.PORTAL_URL + reverse("consent_survey", args=[token]),
        "with_survey": settings.CUSTOMER_SURVEY,
        "about_link": settings.PORTAL_URL + reverse("about-cpor"),
        "privacy_link": settings.PORTAL_URL + reverse("consent_privacy"),
        "verify_address": settings.PORTAL_URL + reverse("verify"),
        "reference_number": reference_number,
    }
