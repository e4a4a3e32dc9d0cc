"""The letters of a decision: each speaks of what its own party loses or was selected for, and the preview shows it as it is sent."""

import pytest

from claims.enums import ClaimAction, ClaimStatus
from notifications.models import OutgoingEmail
from review.models import CaseDecision, CaseParty
from tests.factories import ReviewerFactory
from tests.review.arbitration.pages import at, text_of, typed
from tests.review.arbitration.rivals import fresh, running, under_review

pytestmark = pytest.mark.django_db
COMPARED = "We compared the proof of execution that partners submitted for"
SELECTED = "Your proof of execution for"


def choice(case, product, claim):
    """The form's field for a product, with the party of a claim selected."""
    item = case.items.get(product=product)
    return {f"item_{item.pk}": case.parties.get(claim=claim).pk}


def letters_of(answer):
    """The letters of a preview by claim."""
    return {told.fate.party.claim_id: told.letters[0].text for told in answer.context["shown"].told}


def sent_to(claim):
    """The newest message about the claim to its partner."""
    mails = OutgoingEmail.objects.filter(reference=str(claim.pk), kind__startswith="claim.")
    return mails.order_by("pk").last().text


def said_to(claim):
    """What the reviewer's letter said, as history keeps it."""
    decided = claim.events.exclude(action=ClaimAction.ASK_CONSENT).order_by("pk").last()
    return decided.data.get("message", "")


def test_a_partner_that_is_selected_in_part_reads_only_of_what_it_loses(desk, tenant, intune, exchange):
    first, other = under_review(tenant, intune, exchange), under_review(tenant, intune, exchange)
    (case,) = running()
    data = typed(desk, case, first) | choice(case, exchange, other)
    preview = letters_of(desk.post(at("case-decide", case), data | {"preview": "1"}))
    assert desk.post(at("case-decide", case), data | {"send": "1"}).status_code == 302
    for claim, lost, won in ((first, exchange, intune), (other, intune, exchange)):
        assert fresh(claim).status == ClaimStatus.APPROVED
        letter = said_to(claim)
        assert letter.startswith(f"{COMPARED} {claim.customer_domain}, {lost.label}. Yours was read in full.")
        assert won.label not in letter
        assert letter in preview[claim.pk]
        assert sent_to(claim) == preview[claim.pk]
        assert CaseParty.objects.get(claim=claim).letter == letter


def test_what_is_lost_is_named_in_letters_of_ones_own_words_too(desk, tenant, intune, exchange):
    winner, loser = under_review(tenant, intune, exchange), under_review(tenant, intune, exchange)
    (case,) = running()
    letter = f"letter_{case.parties.get(claim=loser).pk}"
    data = typed(desk, case, winner) | {letter: "About {items}: see {page}.", "send": "1"}
    assert desk.post(at("case-decide", case), data).status_code == 302
    labels = [item.label for item in case.items.all()]
    assert said_to(loser) == f"About {labels[0]} and {labels[1]}: see {{page}}."


def test_who_is_selected_and_who_keeps_it_read_why_without_a_word_of_others(desk, tenant, intune, contest):
    case, holder, rival = contest
    data = typed(desk, case, holder)
    preview = letters_of(desk.post(at("case-decide", case), data | {"preview": "1"}))
    assert desk.post(at("case-decide", case), data | {"send": "1"}).status_code == 302
    letter = said_to(holder)
    assert letter == (
        f"{SELECTED} {holder.customer_domain}, {intune.label}, was read in full. It is recent, and it shows explicitly what "
        "the guidance asks for."
    )
    assert letter in preview[holder.pk]
    assert sent_to(holder) == preview[holder.pk]
    assert "Your association stays as it is." in sent_to(holder)
    for word in ("partners", "another", "other", "compared", rival.organization.name):
        assert word not in letter
    assert said_to(rival).startswith(COMPARED)


def test_a_contender_that_is_selected_reads_why_once_the_second_reviewer_confirmed(desk, client, contest):
    case, holder, rival = contest
    data = typed(desk, case, rival)
    preview = letters_of(desk.post(at("case-decide", case), data | {"preview": "1"}))
    desk.post(at("case-decide", case), data | {"send": "1"})
    decision = CaseDecision.objects.get()
    kept = {fate["claim"]: fate["letter"] for fate in decision.record["fates"]}
    assert all(kept[claim.pk] in preview[claim.pk] for claim in (holder, rival))
    client.force_login(ReviewerFactory())
    assert "{items}" not in text_of(client.get(at("case", case)))
    client.post(at("case-settle", case, decision.pk), {"act": "confirm"})
    for claim, begins in ((holder, COMPARED), (rival, SELECTED)):
        assert said_to(claim).startswith(begins)
        assert sent_to(claim) == preview[claim.pk]


def test_without_a_letter_who_is_selected_gets_the_message_alone(desk, contest):
    case, holder, _rival = contest
    party = case.parties.get(claim=holder)
    data = typed(desk, case, holder) | {f"selected_{party.pk}": " ", "send": "1"}
    assert desk.post(at("case-decide", case), data).status_code == 302
    assert said_to(holder) == ""
    assert SELECTED not in sent_to(holder)
    assert "Your association stays as it is." in sent_to(holder)


def test_a_letter_that_is_too_long_comes_back_open_as_it_was_typed(desk, contest):
    case, holder, _rival = contest
    party = case.parties.get(claim=holder)
    answer = desk.post(at("case-decide", case), typed(desk, case, holder) | {f"selected_{party.pk}": "x" * 4001})
    assert answer.status_code == 422
    assert "has at most 4,000 characters" in text_of(answer)
    assert "x" * 4001 in text_of(answer)
    assert '<details class="case-selected" open>' in text_of(answer)


def test_an_earlier_choice_leaves_no_trace_in_the_letter_after_going_back(desk, tenant, intune, exchange):
    first, other = under_review(tenant, intune, exchange), under_review(tenant, intune, exchange)
    (case,) = running()
    data = typed(desk, case, first) | choice(case, exchange, other)
    desk.post(at("case-decide", case), data | {"preview": "1"})
    back = desk.post(at("case-decide", case), data | {"back": "1"})
    letters = {each["letter"].html_name: each["letter"].value() for each in back.context["form"].parties()}
    assert all("{items}" in letter for letter in letters.values())
    again = data | letters | choice(case, exchange, first)
    preview = letters_of(desk.post(at("case-decide", case), again | {"preview": "1"}))
    labels = [item.label for item in case.items.all()]
    assert f"{labels[0]} and {labels[1]}. Yours was read in full." in preview[other.pk]
