"""Partners stay blind: nothing that either can read tells of the other, or that a case exists (R171)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from claims.findings import Finding
from claims.models import ReasonCode
from notifications.models import Notice, OutgoingEmail
from review.arbitration.binding import note
from review.arbitration.deciding import confirm, decide
from review.arbitration.plans import Plan
from review.arbitration.questions import ask_all
from review.arbitration.room import room_of, state_of
from review.arbitration.rubric import active_criteria, score_party
from review.arbitration.showing import side_by_side
from review.forms.case import letter_to_loser, letter_to_selected
from tests.factories import NOW, ReviewerFactory, TenantFactory, WorkloadFactory
from tests.review.arbitration.rivals import holding, running, under_review

pytestmark = pytest.mark.django_db
SECRETS = ("SecretReason", "SecretNote", "SecretComment", "SecretEvent")


@pytest.fixture
def told(client):
    """A case that went through everything: a question, scores, a proposal, a confirmation."""
    tenant, intune = TenantFactory(), WorkloadFactory(name="INTUNE", code="INTUNE")
    holder = holding(tenant, intune, name="Plan of Alpha")
    rival = under_review(tenant, intune, name="Plan of Beta")
    for claim, firm in ((holder, "Alphafirm"), (rival, "Betafirm")):
        type(claim.organization).objects.filter(pk=claim.organization_id).update(name=firm)
        claim.documents.update(name=f"{firm} statement.pdf")
    (case,) = running()
    first, second = (ReviewerFactory(full_name=name) for name in ("Robin Secretive", "Sam Hidden"))
    score_party(
        case.parties.first(),
        points={active_criteria()[0].pk: 3},
        notes={active_criteria()[0].pk: "SecretNote"},
        by=first,
        now=NOW,
    )
    note(case, "SecretEvent", now=NOW, by=first)
    ask_all(case, reasons=[Finding(ReasonCode.objects.get(code="dates_missing"))], message="", user=first, now=NOW)
    return case, holder, rival, first, second


def decided(told, *, holder_keeps):
    """The same decided for or against the holder, thirty-one days later, with the letters that the form starts from.

    The rival had answered.
    """
    from claims.fixing import answer_item, open_request_of
    from claims.submitting import submit
    from tests.factories import DocumentFactory, partner_actor
    from tests.review.arbitration.rivals import fresh

    case, holder, rival, first, second = told
    request = open_request_of(fresh(rival))
    for item in request.items.all():
        answer_item(item, ticked=True, answer="", actor=partner_actor(rival), now=NOW)
    DocumentFactory(claim=rival, name="Betafirm newer.pdf")
    submit(fresh(rival), actor=partner_actor(rival), now=NOW)
    room = room_of(fresh(case))
    selected = (holder if holder_keeps else rival).pk
    winner = next(party for party in room.parties if party.claim_id == selected)
    columns = side_by_side(fresh(case), now=NOW).columns
    letters = {
        column.party.pk: letter_to_selected(column) if column.claim.pk == selected else letter_to_loser(column)
        for column in columns
    }
    plan = Plan({item.pk: winner.pk for item in room.items}, letters)
    later = NOW + timedelta(days=31)
    decision = decide(case, plan=plan, reason="SecretReason", seen=state_of(room), user=first, now=later)
    if not holder_keeps:
        confirm(decision, user=second, now=later)


def everything_read_by(client, claim):
    """What the partner's people can open or receive about the claim, as one text."""
    client.force_login(claim.created_by)
    addresses = [
        reverse("associations"),
        reverse("claim", args=[claim.pk]),
        reverse("claim-history", args=[claim.pk]),
        reverse("home"),
        reverse("notices"),
        *(f"{reverse('claims-export-file')}?file={kind}" for kind in ("claims", "history")),
    ]
    texts = []
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        content = b"".join(response.streaming_content) if response.streaming else response.content
        texts.append(content.decode("utf-8", "replace"))
    mails = OutgoingEmail.objects.filter(reference=str(claim.pk)).values_list("subject", "text", "html")
    notices = Notice.objects.filter(user=claim.created_by).values_list("title", "body", "url")
    events = claim.events.values_list("data", flat=True)
    return "\n".join([*texts, *map(str, mails), *map(str, notices), *map(str, events)])


def assert_blind(text, *, other, case, people):
    firm = "Betafirm" if other.name == "Plan of Beta" else "Alphafirm"
    for word in (firm, other.name, str(other.pk), *SECRETS, *people):
        assert word not in text, word
    assert not re.search(r"\b(case|arbitrat\w*)\s+\d", text, re.IGNORECASE)
    assert "arbitration" not in text.lower()
    assert reverse("admin:review-case", args=[case.pk]) not in text


@pytest.mark.parametrize("stage", ["while the case runs", "after the holder lost", "after the holder kept it"])
def test_neither_partner_reads_anything_of_the_other_or_of_the_case(client, told, stage):
    if stage != "while the case runs":
        decided(told, holder_keeps=stage == "after the holder kept it")
    case, holder, rival, first, second = told
    people = (first.get_full_name(), second.get_full_name())
    assert_blind(everything_read_by(client, holder), other=rival, case=case, people=people)
    assert_blind(everything_read_by(client, rival), other=holder, case=case, people=people)


def test_neither_partner_opens_the_others_claim(client, told):
    _case, holder, rival, *_ = told
    for own, other in ((holder, rival), (rival, holder)):
        client.force_login(own.created_by)
        assert client.get(reverse("claim", args=[other.pk])).status_code == 404
        assert client.get(reverse("claim-history", args=[other.pk])).status_code == 404


def test_the_calendar_of_a_partner_names_only_its_own_claim(told):
    from claims.calendar_feed import build_feed, deadlines_of

    _case, holder, rival, *_ = told
    for own, other, firm in ((holder, rival, "Betafirm"), (rival, holder, "Alphafirm")):
        organization = type(own.organization).objects.get(pk=own.organization_id)
        feed = build_feed(deadlines_of(organization, now=NOW), organization=organization).decode()
        assert own.name in feed
        assert firm not in feed
        assert str(other.pk) not in feed
