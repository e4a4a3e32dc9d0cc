"""What the messages to customers look like, in each language, made of invented facts by what writes the real ones."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from customers.consent import CONSENT_MAIL
from customers.enums import Language, SolutionArea
from customers.mails import render_code_mail, render_request
from customers.models import ConsentItem, ConsentRequest
from notifications.registry import RegisteredMessage, Sample

_AT = datetime(2026, 3, 25, 14, 30, tzinfo=UTC)
_NO_TOKEN = "x" * 43
_NUMBER = "ABCD-2345-WXYZ"
_ITEMS = {
    SolutionArea.MICROSOFT_365: [
        ConsentItem(text="AZURE INFORMATION PROTECTION (AIP), AIP"),
        ConsentItem(text="EXCHANGE ONLINE, EXO"),
    ],
    SolutionArea.BUSINESS_APPLICATIONS: [
        ConsentItem(text="MICROSOFT DYNAMICS CRM ONLINE BASIC, EBD0569A-643F-46F4-94A0-194EF73B85A2", country="US")
    ],
}
_LANGUAGES = tuple(Language.values)


def registered() -> Iterator[RegisteredMessage]:
    """The messages to customers, for the list that staff read."""
    yield RegisteredMessage(
        code="consent-request",
        title=_("Consent request"),
        when=_(
            "A reviewer approves a claim that is no revenue association; and when its customer contact was corrected, or "
            "named a colleague."
        ),
        to=_("The customer contact, with a copy to the tenant's administrators; never the partner."),
        kinds=(CONSENT_MAIL,),
        mailed=True,
        in_portal=False,
        make=lambda language: [_request(area, language) for area in SolutionArea],
        languages=_LANGUAGES,
    )
    yield RegisteredMessage(
        code="consent-code",
        title=_("One-time code"),
        when=_("A customer asks to see all associations of its organization."),
        to=_("The address that the customer chose among those that had the consent request."),
        kinds=("consent.code",),
        mailed=True,
        in_portal=False,
        make=lambda language: [_code(language)],
        languages=_LANGUAGES,
    )


def _request(area: SolutionArea, language: str) -> Sample:
    consent = _consent(area, language)
    with override(language):
        texts = [item.words for item in _ITEMS[area]]
    subject, text, html = render_request(consent, texts=texts, token=_NO_TOKEN, reference_number=_NUMBER)
    return Sample(area.label, subject, text, html)


def _code(language: str) -> Sample:
    consent = _consent(SolutionArea.MICROSOFT_365, language)
    return Sample(_("One-time code"), *render_code_mail(consent, code="123456", minutes=15))


def _consent(area: SolutionArea, language: str) -> ConsentRequest:
    return ConsentRequest(
        reference="999999",
        solution_area=area,
        tenant_id=UUID("72f988bf-86f1-41af-91ab-2d7cd011db47"),
        domain="companyx.example",
        customer_name="Joseph Jones",  # unread
        customer_email="joseph@companyx.example",
        partner_name="Fabrikam Consulting",  # unread
        partner_contact_name="Ola Demmo",  # unread
        partner_contact_email="ola@fabrikam.example",
        language=language,
        asked_at=_AT,
    )
