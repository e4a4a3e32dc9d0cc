"""Leads keep coded reasons and messages in the admin; everybody else at the desk reads them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from claims.findings import SELECTED_OTHER, USED_BY_PORTAL
from claims.models import ReasonCode
from claims.reason_admin import KEPT_FOR_PORTAL, WITHOUT_USE
from review.models import CannedMessage
from tests.factories import AuditorFactory, CatalogueManagerFactory, LeadFactory, ReviewerFactory

pytestmark = pytest.mark.django_db

REASON = {
    "code": "scope_unclear",
    "title": "Scope is unclear",
    "text": "Say what {partner} did for {customer} with {product}.",
    "about": "product",
    "for_action": "on",
    "position": "30",
    "is_active": "on",
}
MESSAGE = {"title": "Kind reminder", "text": "Hello {partner}.", "goes_with": "any", "position": "9", "is_active": "on"}
PLACES = [("claims_reasoncode", REASON), ("review_cannedmessage", MESSAGE)]


@pytest.fixture
def lead(client):
    client.force_login(LeadFactory())
    return client


def at(table, page, *args):
    return reverse(f"admin:{table}_{page}", args=args)


def test_a_lead_adds_a_reason_and_sees_how_a_partner_reads_it(lead):
    assert "Shown once it is saved." in lead.get(at("claims_reasoncode", "add")).content.decode()
    assert lead.post(at("claims_reasoncode", "add"), REASON).status_code == 302
    kept = ReasonCode.objects.get(code="scope_unclear")
    text = lead.get(at("claims_reasoncode", "change", kept.pk)).content.decode()
    assert "Say what Fabrikam Consulting did for contoso.onmicrosoft.com with INTUNE." in text
    assert kept.about == ReasonCode.About.PRODUCT


def test_a_lead_adds_a_message_and_sees_it_filled_in_with_hostile_text_escaped(lead):
    assert lead.post(at("review_cannedmessage", "add"), MESSAGE | {"text": "<b>{customer}</b>"}).status_code == 302
    kept = CannedMessage.objects.get(title="Kind reminder")
    text = lead.get(at("review_cannedmessage", "change", kept.pk)).content.decode()
    assert "&lt;b&gt;contoso.onmicrosoft.com&lt;/b&gt;" in text
    assert "<b>contoso" not in text


@pytest.mark.parametrize(
    ("table", "valid", "text", "sentence"),
    [
        ("claims_reasoncode", REASON, "Dear {boss}", "«{boss}» stands for nothing. Known are {claim}"),
        ("review_cannedmessage", MESSAGE, "About {product}", "«{product}» stands for nothing in a message."),
        ("review_cannedmessage", MESSAGE, "x" * 4001, "at most 4000 characters"),
        ("claims_reasoncode", REASON, "", "This field is required."),
    ],
)
def test_a_text_that_cannot_be_printed_is_refused_with_a_sentence_and_stays_typed(lead, table, valid, text, sentence):
    response = lead.post(at(table, "add"), valid | {"text": text})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert text in response.content.decode()
    assert not ReasonCode.objects.filter(code="scope_unclear").exists()
    assert not CannedMessage.objects.filter(title="Kind reminder").exists()


def test_a_reason_that_fits_no_decision_is_refused(lead):
    without = {name: value for name, value in REASON.items() if name != "for_action"}
    response = lead.post(at("claims_reasoncode", "add"), without)
    assert str(WITHOUT_USE) in response.content.decode()


def test_a_reason_is_retired_and_ordered_in_the_list_and_that_is_written_down(lead):
    rows = list(ReasonCode.objects.all())
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-position": row.position}
        if number:
            data[f"form-{number}-is_active"] = "on"
    data["form-1-position"] = 77
    assert lead.post(at("claims_reasoncode", "changelist"), data).status_code == 302
    assert not ReasonCode.objects.get(pk=rows[0].pk).is_active
    assert ReasonCode.objects.get(pk=rows[1].pk).position == 77
    (entry,) = LogEntry.objects.filter(object_id=str(rows[0].pk))
    assert "yes → no" in entry.get_change_message()


@pytest.mark.parametrize(("table", "valid"), PLACES)
@pytest.mark.parametrize("person", [ReviewerFactory, AuditorFactory])
def test_reviewers_and_auditors_read_the_texts_and_change_none(client, table, valid, person):
    client.force_login(person())
    row = (ReasonCode if table == "claims_reasoncode" else CannedMessage).objects.first()
    page = client.get(at(table, "change", row.pk))
    assert row.title in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    assert client.get(at(table, "changelist")).status_code == 200
    assert client.post(at(table, "change", row.pk), valid | {"title": "Mine"}).status_code == 403
    assert client.post(at(table, "add"), valid).status_code == 403
    row.refresh_from_db()
    assert row.title != "Mine"


@pytest.mark.parametrize(("table", "valid"), PLACES)
def test_not_even_a_lead_deletes_a_text(lead, table, valid):
    row = (ReasonCode if table == "claims_reasoncode" else CannedMessage).objects.first()
    assert lead.post(at(table, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_catalog_manager_keeps_reasons_and_has_no_messages(client):
    client.force_login(CatalogueManagerFactory())
    assert client.post(at("claims_reasoncode", "add"), REASON).status_code == 302
    assert client.get(at("review_cannedmessage", "changelist")).status_code == 403


def test_the_messages_that_come_along_can_all_be_printed():
    assert CannedMessage.objects.count() >= 6
    for kept in CannedMessage.objects.all():
        kept.full_clean()


@pytest.mark.parametrize("code", sorted(USED_BY_PORTAL))
def test_a_reason_with_which_the_portal_itself_rejects_stays_one_to_reject_and_its_texts_change(lead, code):
    kept = ReasonCode.objects.get(code=code)
    page = lead.get(at("claims_reasoncode", "change", kept.pk)).content.decode()
    assert str(KEPT_FOR_PORTAL) in page
    assert 'name="for_rejection"' not in page
    typed = {
        "title": "Somebody else was selected",
        "text": "Your proof showed less.",
        "about": "claim",
        "position": "3",
    }
    answer = lead.post(at("claims_reasoncode", "change", kept.pk), typed | {"is_active": "on"})
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert (kept.title, kept.for_rejection, kept.for_action) == ("Somebody else was selected", True, False)


def test_a_reason_of_the_portal_that_lost_its_use_earlier_can_get_it_back(lead):
    kept = ReasonCode.objects.get(code=SELECTED_OTHER)
    ReasonCode.objects.filter(pk=kept.pk).update(for_rejection=False, for_action=True)
    page = lead.get(at("claims_reasoncode", "change", kept.pk)).content.decode()
    assert 'name="for_rejection"' in page
    typed = {"title": kept.title, "text": kept.text, "about": kept.about, "position": "3", "is_active": "on"}
    lead.post(at("claims_reasoncode", "change", kept.pk), typed | {"for_rejection": "on"})
    kept.refresh_from_db()
    assert kept.for_rejection


def test_any_other_reason_may_cease_to_be_one_to_reject(lead):
    other = ReasonCode.objects.exclude(code__in=USED_BY_PORTAL).filter(for_rejection=True, for_action=True).first()
    page = lead.get(at("claims_reasoncode", "change", other.pk)).content.decode()
    assert 'name="for_rejection"' in page
    assert str(KEPT_FOR_PORTAL) not in page
