"""The consent mail, in its two versions (R184 to R186)."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

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
    return render_mail(
        _TEMPLATES[SolutionArea(consent.solution_area)],
        consent_context(
            consent,
            texts=[item.text for item in consent.items.filter(ended_at=None)],
            token=token,
            reference_number=reference_number,
        ),
    )


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
        "reference_number": reference_number,
    }
