"""The pages of invitations: sent, sent again, revoked; and what is refused beside which field."""

import pytest
from django.urls import reverse

from notifications.models import OutgoingEmail
from partners.models import Invitation
from partners.organization.people import change_member
from tests.factories import NOW
from tests.partners.organization.conftest import HOSTILE, HTMX, LISTS, addresses_with_ids, html, invited

pytestmark = pytest.mark.django_db


def invitation_data(**changed):
    return {"email": "new@x.example", "full_name": "Nell New", "role": "incentive_user", "reach": "all"} | changed


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_admin_invites_a_person(headers, admin, fabrikam):
    data = invitation_data(reach="chosen", locations=[fabrikam.bezons.pk])
    response = admin.post(reverse("organization-invite"), data, headers=headers)
    target = response["HX-Redirect"] if headers else response["Location"]
    page = html(admin.get(target))
    for text in ("Invitation to new@x.example is on its way.", "Nell New", str(fabrikam.bezons), "by Ada Fabrikam"):
        assert text in page
    assert OutgoingEmail.objects.get().to == ["new@x.example"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": ""}, "Enter an e-mail address."),
        ({"email": "x"}, "Enter an e-mail address such as name@company.com."),
        ({"email": "uma@fabrikam.example"}, "This person already belongs to your organization."),
        ({"email": "UMA@Fabrikam.example"}, "This person already belongs to your organization."),
        ({"full_name": ""}, "Enter the person&#x27;s full name."),
        ({"full_name": "N" * 121}, "at most 120 characters"),
        ({"full_name": HOSTILE + "www.evil.example"}, "Enter a name without a web or e-mail address."),
        ({"role": "nonsense"}, "Select one of these roles."),
        ({"reach": "chosen"}, "Select at least one MPN location"),
    ],
)
def test_a_wrong_invitation_is_said_beside_the_field_and_stays_typed(changed, sentence, admin):
    for headers in ({}, HTMX):
        response = admin.post(reverse("organization-invite"), invitation_data(**changed), headers=headers)
        page = html(response)
        assert response.status_code == 422
        assert page.count(sentence) >= 2  # in the summary and beside the field
        assert "field--invalid" in page
        for typed in (invitation_data() | changed).values():
            if typed and len(typed) > 6 and "<" not in typed and typed != "nonsense":
                assert typed in page
        assert HOSTILE not in page
    assert not Invitation.objects.exists()


def test_a_limit_is_said_above_the_form_and_what_was_typed_stays(admin, fabrikam, monkeypatch):
    monkeypatch.setattr("partners.organization.inviting.MOST_OPEN", 0)
    response = admin.post(reverse("organization-invite"), invitation_data())
    assert response.status_code == 409
    assert "invitations are open" in html(response)
    assert 'value="Nell New"' in html(response)


def test_an_invitation_is_sent_again_and_revoked(admin, fabrikam):
    invitation = invited(fabrikam)
    again = admin.post(reverse("organization-invitation-resend", args=[invitation.pk]), follow=True)
    assert "Only the new link works." in html(again)
    revoke = reverse("organization-invitation-revoke", args=[invitation.pk])
    assert "will stop working" in html(admin.get(revoke))
    assert Invitation.objects.get().revoked_at is None
    assert "revoked." in html(admin.post(revoke, follow=True))
    assert "No open invitations" in html(admin.get(reverse("organization-invitations")))
    for name in ("resend", "revoke"):
        late = admin.post(reverse(f"organization-invitation-{name}", args=[invitation.pk]), follow=True)
        assert "This invitation is no longer open." in html(late)
    assert admin.get(reverse("organization-invitation-resend", args=[invitation.pk])).status_code == 405


def test_hostile_names_are_shown_as_text(admin, fabrikam):
    invited(fabrikam, full_name=HOSTILE)
    fabrikam.user.user.full_name = HOSTILE
    fabrikam.user.user.save()
    change_member(fabrikam.user, role="member", locations=[], by=fabrikam.admin, now=NOW)
    for name in LISTS:
        assert HOSTILE not in html(admin.get(reverse(name)))
    for address in addresses_with_ids(fabrikam)[:3]:
        assert HOSTILE not in html(admin.get(address))
