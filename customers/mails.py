"""The consent mail, in its two versions (R184 to R186)."""

from django.conf import settings
from django.urls import reverse

from customers.enums import SolutionArea
from customers.models import ConsentRequest
from notifications.rendering import render_mail

_TEMPLATES = {
    SolutionArea.MICROSOFT_365: "consent_microsoft_365",
    SolutionArea.BUSINESS_APPLICATIONS: "consent_business_applications",
}


def render_consent_mail(consent: ConsentRequest, *, token: str) -> tuple[str, str, str]:
    """Render subject, text and HTML for the customer. The links carry ``token``, so they are secret."""
    context = {
        "consent": consent,
        "items": ", ".join(f"[{item}]" for item in consent.items),
        "deny_link": settings.PORTAL_URL + reverse("consent", args=[token]),
        "survey_link": settings.PORTAL_URL + reverse("consent_survey", args=[token]),
        "with_survey": settings.CUSTOMER_SURVEY,
        "about_link": settings.PORTAL_URL + reverse("about-cpor"),
        "privacy_link": settings.PORTAL_URL + reverse("consent_privacy"),
    }
    return render_mail(_TEMPLATES[SolutionArea(consent.solution_area)], context)
