"""The one-time code that opens the consent center."""

from datetime import timedelta

import pytest

from customers.center.codes import addresses_of, send_code, use_code
from customers.consent import readdress
from customers.enums import ConsentStep
from customers.models import AccessCode
from kit.errors import RuleViolation
from notifications.delivery import send_due
from notifications.models import OutgoingEmail
from tests.customers.asking import ask, code_of
from tests.factories import NOW, TenantFactory

pytestmark = pytest.mark.django_db
CONTACT = "teo@contoso.example"


@pytest.fixture
def link():
    tenant = TenantFactory(admin_emails=["boss@contoso.example", "ola@friday.example"], domain="contoso.example")
    return ask(tenant=tenant).links.get()


def sent(link, email=CONTACT, now=NOW):
    send_code(link, email=email, now=now)
    return code_of(OutgoingEmail.objects.latest("pk"))


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_goes_to_the_contact_or_to_an_administrator_that_had_a_copy_and_only_its_digest_is_kept(link):
    assert addresses_of(link) == [CONTACT, "boss@contoso.example"]
    for stranger in ("ola@friday.example", "new@contoso.example", "TEO@elsewhere.example"):
        with pytest.raises(RuleViolation, match="Choose one of these addresses"):
            send_code(link, email=stranger, now=NOW)
    code = sent(link)
    mail = OutgoingEmail.objects.latest("pk")
    assert (mail.to, mail.cc, mail.sensitive, mail.kind) == ([CONTACT], [], True, "consent.code")
    assert code not in mail.subject
    assert code in mail.html
    row = AccessCode.objects.get()
    assert code not in row.code_digest
    assert (len(row.code_digest), row.expires_at) == (64, NOW + timedelta(minutes=15))
    link.consent.refresh_from_db()
    tenant_admins = ["new@contoso.example"]
    type(TenantFactory()).objects.filter(tenant_id=link.consent.tenant_id).update(admin_emails=tenant_admins)
    assert addresses_of(link) == [CONTACT]


def test_a_code_that_has_expired_does_not_leave_any_more(link, smtp_server):
    OutgoingEmail.objects.update(status="withheld")
    sent(link)
    smtp_server.answer_with("451 Try later")
    send_due(now=NOW)
    smtp_server.accept()
    assert send_due(now=NOW + timedelta(minutes=15)) == 0
    mail = OutgoingEmail.objects.latest("pk")
    assert (mail.kind, mail.status, mail.useless_after) == ("consent.code", "withheld", NOW + timedelta(minutes=15))


def test_a_code_works_once_within_fifteen_minutes_however_it_is_typed(link):
    code = sent(link)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    last = NOW + timedelta(minutes=15) - timedelta(seconds=1)
    assert use_code(link, typed=f" {wide[:3]} {wide[3:]} ", now=last) == CONTACT
    with pytest.raises(RuleViolation, match="used already"):
        use_code(link, typed=code, now=last)
    code = sent(link)
    with pytest.raises(RuleViolation, match="not good any more"):
        use_code(link, typed=code, now=NOW + timedelta(minutes=15))
    for typed in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\0"):
        with pytest.raises(RuleViolation, match="6 digits"):
            use_code(link, typed=typed, now=NOW)


def test_the_fifth_wrong_try_is_the_last_and_each_says_how_many_are_left(link):
    code = sent(link)
    for left in ("4 tries", "3 tries", "2 tries", "1 try left", "too many tries"):
        with pytest.raises(RuleViolation, match=left):
            use_code(link, typed=other_than(code), now=NOW)
    for typed in (code, other_than(code)):
        with pytest.raises(RuleViolation, match="too many tries"):
            use_code(link, typed=typed, now=NOW)
    assert AccessCode.objects.get().used_at is None


def test_a_newer_code_replaces_the_earlier_and_there_are_three_an_hour(link):
    first, second = sent(link), sent(link)
    if first != second:
        with pytest.raises(RuleViolation, match="newest one"):
            use_code(link, typed=first, now=NOW)
    administrators = sent(link, email="boss@contoso.example")
    with pytest.raises(RuleViolation, match="Three codes"):
        send_code(link, email=CONTACT, now=NOW + timedelta(minutes=59))
    assert use_code(link, typed=administrators, now=NOW) == "boss@contoso.example"
    assert use_code(link, typed=second, now=NOW) == CONTACT
    assert AccessCode.objects.count() == 3
    sent(link, now=NOW + timedelta(hours=1))


def test_a_code_of_one_link_opens_no_other(link):
    code = sent(link)
    foreign = ask("2").links.get()
    with pytest.raises(RuleViolation, match="No code is waiting"):
        use_code(foreign, typed=code, now=NOW)
    again = readdress(
        "1000001",
        customer_name="Una",
        customer_email="una@contoso.example",
        step=ConsentStep.READDRESSED,
        by="",
        now=NOW,
    )
    with pytest.raises(RuleViolation, match="No code is waiting"):
        use_code(again.links.latest("pk"), typed=code, now=NOW)
