"""Inviting by e-mail: what is stored, what is sent, and what is refused."""

import re
from datetime import timedelta
from email.header import decode_header, make_header

import pytest

from kit.errors import RuleViolation
from kit.links import digest
from notifications.delivery import send_due
from notifications.models import OutgoingEmail
from partners.models import Invitation, OrganizationChange, Role
from partners.organization import inviting
from partners.organization.forms import InvitationForm
from partners.organization.inviting import AddressRefused, normal_address, revoke, send_again
from partners.organization.joining import find_invitation
from tests.factories import NOW, MembershipFactory, ReviewerFactory, UserFactory
from tests.partners.organization.conftest import invited

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def link_of(mail):
    return re.search(r"/join/([\w-]{43})/", mail.text)[1]


def test_an_invitation_is_stored_mailed_and_listed(fabrikam):
    invitation = invited(fabrikam, role=Role.INCENTIVE_ADMIN, locations=[fabrikam.bezons])
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.sensitive, mail.kind) == (["new@x.example"], True, "organization.invitation")
    assert mail.subject == "Ada Fabrikam invites you to Fabrikam Consulting on Microsoft Partner Center"
    assert f"/join/{link_of(mail)}/" in mail.html
    assert "December 8, 2026" in mail.text
    assert invitation.expires_at == NOW + timedelta(days=14)
    assert list(invitation.locations.all()) == [fabrikam.bezons]
    change = OrganizationChange.objects.get()
    assert (change.kind, change.actor, change.person_email) == ("invited", fabrikam.admin.user, "new@x.example")
    assert change.new == f"Incentive Admin, {fabrikam.bezons}"


def test_only_the_digest_of_the_link_is_kept(fabrikam):
    invitation = invited(fabrikam)
    token = link_of(OutgoingEmail.objects.get())
    assert invitation.token_digest == digest(token)
    assert find_invitation(token) == invitation
    assert find_invitation(invitation.token_digest) is None
    stored = str(Invitation.objects.values().get()) + str(list(OrganizationChange.objects.values()))
    assert token not in stored


def test_the_mail_arrives_and_its_row_forgets_the_link(fabrikam, smtp_server):
    invited(fabrikam)
    token = link_of(OutgoingEmail.objects.get())
    send_due(now=NOW)
    arrived = smtp_server.received[0]
    assert token in arrived.body("plain")
    assert token in arrived.body("html")
    row = OutgoingEmail.objects.get()
    assert token not in row.text + row.html


def test_names_cannot_add_lines_or_markup_to_the_mail(fabrikam, smtp_server):
    fabrikam.organization.name = "Fab\r\nBcc: victim@evil.example"
    fabrikam.organization.save()
    fabrikam.admin.user.full_name = "Ada\nTo: victim@evil.example <b>bold</b>"
    fabrikam.admin.user.save()
    invited(fabrikam, full_name="Nell\r\n\r\nhttps://evil.example <script>alert(1)</script>")
    send_due(now=NOW)
    arrived = smtp_server.received[0]
    assert arrived.recipients == ["new@x.example"]
    row = OutgoingEmail.objects.get()
    assert "\n" not in row.subject
    assert "<script" not in row.html
    assert "<b>bold" not in row.html
    assert "Bcc: victim" not in [line[:11] for line in row.text.splitlines()]
    headers = arrived.message
    assert headers["Bcc"] is None
    assert headers.get_all("To") == ["new@x.example"]
    assert "Bcc: victim@evil.example" in str(make_header(decode_header(str(headers["Subject"]))))


@pytest.mark.parametrize("again", ["new@x.example", "NEW@X.Example", "  new@x.example "])
def test_an_address_is_invited_once_whatever_its_case(again, fabrikam):
    invited(fabrikam)
    with pytest.raises(AddressRefused, match="invited already"):
        invited(fabrikam, email=again)
    assert OutgoingEmail.objects.count() == 1


def test_an_international_domain_is_one_address_in_both_spellings(fabrikam):
    invitation = invited(fabrikam, email="nell@EXÄMPLE.example")
    assert invitation.email == "nell@xn--exmple-cua.example"
    assert normal_address("nell@xn--exmple-cua.example") == invitation.email
    with pytest.raises(AddressRefused):
        invited(fabrikam, email="nell@xn--exmple-cua.example")
    assert normal_address("no address") == "@no address"
    assert normal_address("a@" + "ä" * 80) == "a@" + "ä" * 80


def test_people_of_the_organization_and_microsofts_staff_are_not_invited(fabrikam):
    with pytest.raises(AddressRefused, match="already belongs to your organization"):
        invited(fabrikam, email=fabrikam.member.user.email.upper())
    with pytest.raises(AddressRefused, match="Microsoft employee"):
        invited(fabrikam, email=ReviewerFactory().email)
    assert not Invitation.objects.exists()


def test_inviting_does_not_tell_whether_an_address_has_an_account_or_another_employer(fabrikam, rival):
    for number, email in enumerate([rival.user.user.email, UserFactory().email, "nobody@x.example"]):
        invited(fabrikam, email=email)
        assert OutgoingEmail.objects.count() == number + 1
    assert len(set(OutgoingEmail.objects.values_list("subject", flat=True))) == 1


def test_two_organizations_invite_the_same_address(fabrikam, rival):
    assert invited(fabrikam) != invited(rival)


def test_an_expired_invitation_is_replaced_by_a_new_one(fabrikam):
    old = invited(fabrikam)
    new = invited(fabrikam, role=Role.MEMBER, now=NOW + 15 * DAY)
    old.refresh_from_db()
    assert (old.state(now=NOW + 15 * DAY), new.state(now=NOW + 15 * DAY)) == ("revoked", "open")


def test_sent_again_the_new_link_works_and_the_old_one_does_not(fabrikam):
    invitation = invited(fabrikam)
    before = link_of(OutgoingEmail.objects.get())
    later = NOW + 15 * DAY
    send_again(invitation, by=fabrikam.admin, now=later)
    first, second = OutgoingEmail.objects.order_by("pk")
    assert first.status == OutgoingEmail.Status.WITHHELD
    assert find_invitation(before) is None
    found = find_invitation(link_of(second))
    assert found == invitation
    assert found.expires_at == later + timedelta(days=14)
    assert list(OrganizationChange.objects.values_list("kind", flat=True)) == ["sent_again", "invited"]


def test_a_revoked_invitation_stays_revoked_and_its_mail_unsent(fabrikam):
    invitation = invited(fabrikam)
    revoke(invitation, by=fabrikam.admin, now=NOW)
    assert OutgoingEmail.objects.get().status == OutgoingEmail.Status.WITHHELD
    for act in (revoke, send_again):
        with pytest.raises(RuleViolation, match="no longer open"):
            act(invitation, by=fabrikam.admin, now=NOW)
    invited(fabrikam)


@pytest.mark.parametrize("who", ["user", "member"])
def test_only_an_incentive_admin_invites_sends_again_and_revokes(who, fabrikam):
    invitation = invited(fabrikam)
    caller = getattr(fabrikam, who)
    for act in (
        lambda: inviting.invite("b@x.example", full_name="B", role="member", locations=[], by=caller, now=NOW),
        lambda: send_again(invitation, by=caller, now=NOW),
        lambda: revoke(invitation, by=caller, now=NOW),
    ):
        with pytest.raises(RuleViolation, match="Only an Incentive Admin"):
            act()
    assert OutgoingEmail.objects.count() == 1


def test_invitations_and_locations_of_another_organization_are_out_of_reach(fabrikam, rival):
    foreign = invited(rival)
    for act in (revoke, send_again):
        with pytest.raises(RuleViolation, match="no longer open"):
            act(foreign, by=fabrikam.admin, now=NOW)
    with pytest.raises(RuleViolation, match="of your own organization"):
        invited(fabrikam, email="other@x.example", locations=[rival.toronto])
    foreign.refresh_from_db()
    assert foreign.state(now=NOW) == "open"


def test_limits_hold_back_a_flood_of_mail(fabrikam, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_OPEN", 3)
    sent = [invited(fabrikam, email=f"p{number}@x.example") for number in range(3)]
    with pytest.raises(RuleViolation, match="3 invitations are open"):
        invited(fabrikam, email="p4@x.example")
    send_again(sent[0], by=fabrikam.admin, now=NOW)
    monkeypatch.setattr(inviting, "MOST_MAILS_A_DAY", 4)
    with pytest.raises(RuleViolation, match="4 invitations within a day"):
        send_again(sent[1], by=fabrikam.admin, now=NOW)
    send_again(sent[1], by=fabrikam.admin, now=NOW + DAY)


def test_one_address_is_not_flooded_by_inviting_and_revoking(fabrikam):
    for _ in range(5):
        revoke(invited(fabrikam), by=fabrikam.admin, now=NOW)
    with pytest.raises(AddressRefused, match="5 invitations within a day"):
        invited(fabrikam)
    invited(fabrikam, now=NOW + DAY)


def test_one_organizations_flood_does_not_hold_back_another(fabrikam, rival, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_MAILS_A_DAY", 1)
    invited(fabrikam)
    assert invited(rival)


@pytest.mark.parametrize(
    ("email", "ok"),
    [
        ("o'brien+crm@x.example", True),
        ("nell@exämple.example", True),
        ("nëll@x.example", False),
        ("nell@x.example\nBcc: a@b.example", False),
        ("nell@x.example,b@x.example", False),
        ("Nell <nell@x.example>", False),
        ("nell@" + "x" * 260 + ".example", False),
        ("nell\0@x.example", False),
    ],
)
def test_the_form_takes_one_address_and_nothing_else(email, ok, fabrikam):
    data = {"email": email, "full_name": "Nell", "role": "member", "reach": "all"}
    assert ("email" not in InvitationForm(data, organization=fabrikam.organization).errors) is ok


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  Zoë\r\n O’Neill ", "Zoë O’Neill"),
        ("李 小龙", "李 小龙"),
        ("Nell www.evil.example", None),
        ("https://evil.example", None),
        ("nell@x.example", None),
        ("N" * 121, None),
        ("N\0ell", None),
        (" \n ", None),
    ],
)
def test_a_name_is_one_line_without_addresses(name, cleaned, fabrikam):
    form = InvitationForm(
        {"email": "a@b.example", "full_name": name, "role": "member", "reach": "all"},
        organization=fabrikam.organization,
    )
    form.is_valid()
    assert form.cleaned_data.get("full_name") == cleaned
    assert bool(form.errors.get("full_name")) is (cleaned is None)


def test_an_invitation_of_a_former_member_is_possible(fabrikam):
    person = fabrikam.user.user
    fabrikam.user.delete()
    assert invited(fabrikam, email=person.email)
    assert MembershipFactory(organization=fabrikam.organization)
