"""Which decision follows from what was found of each product, and which combinations are refused with a sentence."""

from itertools import product as combinations

import pytest

from claims.findings import Finding
from claims.models import ReasonCode
from customers.models import Product
from review.decision.outcomes import (
    ACCEPTED,
    ASKED,
    ON_DECISION,
    ON_REASONS,
    REFUSED,
    Contradiction,
    Said,
    conclude,
    follows_from,
    place_of,
)

BOTH = ReasonCode(pk=1, code="dates_missing", title="Dates are missing", for_action=True, for_rejection=True)
ONLY_REJECT = ReasonCode(pk=2, code="partner_requested", title="Requested by the partner", for_action=False)
ONLY_ASK = ReasonCode(pk=3, code="contact_unclear", title="A contact needs a correction", for_rejection=False)
A, B, C, D = (Product(pk=pk, name=name, code=name) for pk, name in enumerate(("AIP", "INTUNE", "EXO", "AADP"), start=1))


def about(product, reason=BOTH):
    return Said(Finding(reason, product=product), place_of(product))


def whole(reason=BOTH):
    return Said(Finding(reason), ON_REASONS)


def complaints(products, chosen="", verdicts=None, said=()):
    with pytest.raises(Contradiction) as refused:
        conclude(products=products, chosen=chosen, verdicts=verdicts or {}, said=said)
    return {each.place: each.sentence for each in refused.value.complaints}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_combination_of_verdicts_leads_to_the_decision_of_the_rule(count):
    for verdicts in combinations(["", ACCEPTED, ASKED, REFUSED], repeat=count):
        decision = follows_from(list(verdicts))
        if ASKED in verdicts:
            assert decision == "request_action"
        elif "" in verdicts:
            assert decision == ""
        elif ACCEPTED in verdicts:
            assert decision == "approve"
        else:
            assert decision == "reject"


def test_an_approval_without_a_word_about_products_accepts_them_all():
    outcome = conclude(products=[A, B], chosen="approve", verdicts={}, said=[])
    assert (outcome.label, outcome.accepted, outcome.findings) == ("Approve", {A.pk, B.pk}, ())


def test_some_refused_and_the_rest_accepted_is_an_approval_in_part():
    outcome = conclude(products=[A, B], chosen="", verdicts={A.pk: ACCEPTED, B.pk: REFUSED}, said=[about(B)])
    assert (outcome.label, outcome.accepted, outcome.is_partial) == ("Approve in part", {A.pk}, True)
    assert [outcome.word_for(each.pk) for each in (A, B)] == ["Approved", "Not approved"]


def test_an_approval_in_part_needs_no_word_about_the_accepted_ones():
    outcome = conclude(products=[A, B, C], chosen="approve", verdicts={B.pk: REFUSED}, said=[about(B)])
    assert outcome.accepted == {A.pk, C.pk}


def test_more_needed_anywhere_is_a_request_that_tells_the_accepted_ones():
    verdicts = {A.pk: ACCEPTED, B.pk: ASKED}
    outcome = conclude(products=[A, B, C], chosen="", verdicts=verdicts, said=[about(B)])
    assert (outcome.decision, outcome.accepted) == ("request_action", {A.pk})
    assert [outcome.word_for(each.pk) for each in (A, B, C)] == ["Accepted", "More needed", "Left open"]


def test_all_refused_is_a_rejection():
    verdicts = {A.pk: REFUSED, B.pk: REFUSED}
    outcome = conclude(products=[A, B], chosen="", verdicts=verdicts, said=[about(A), about(B)])
    assert (outcome.label, outcome.word_for(A.pk)) == ("Reject", "Not approved")


def test_a_request_or_rejection_of_the_whole_claim_needs_no_word_about_products():
    for chosen in ("request_action", "reject"):
        outcome = conclude(products=[A, B], chosen=chosen, verdicts={}, said=[whole()])
        assert (outcome.decision, outcome.accepted) == (chosen, set())


def test_all_accepted_with_a_field_to_correct_can_still_be_asked_for():
    verdicts = {A.pk: ACCEPTED, B.pk: ACCEPTED}
    said = [Said(Finding(ONLY_ASK, field="location"), "finding-0")]
    outcome = conclude(products=[A, B], chosen="request_action", verdicts=verdicts, said=said)
    assert outcome.accepted == {A.pk, B.pk}


def test_the_same_finding_is_said_once():
    outcome = conclude(products=[A], chosen="reject", verdicts={}, said=[whole(), whole()])
    assert len(outcome.findings) == 1


def test_nothing_chosen_is_refused_at_the_decision():
    assert complaints([A, B]) == {ON_DECISION: "Choose one of the three decisions."}


def test_a_product_left_open_is_named_when_no_decision_was_chosen():
    found = complaints([A, B], verdicts={A.pk: ACCEPTED})
    assert found == {
        place_of(B): f"Say what you found of {B.label} too, or choose a decision for the whole claim.",
    }


@pytest.mark.parametrize(
    ("chosen", "verdicts", "place", "sentence"),
    [
        ("approve", {A.pk: ACCEPTED, B.pk: ASKED}, place_of(B), "More is needed about {b}. Choose «Request action»"),
        ("approve", {A.pk: REFUSED, B.pk: REFUSED}, ON_DECISION, "No product would be approved."),
        ("request_action", {A.pk: ASKED, B.pk: REFUSED}, place_of(B), "While more is needed, {b} cannot be refused"),
        ("", {A.pk: ASKED, B.pk: REFUSED}, place_of(B), "While more is needed, {b} cannot be refused"),
        ("reject", {A.pk: REFUSED, B.pk: ACCEPTED}, place_of(B), "{b} is accepted. To refuse only the other products"),
        ("reject", {A.pk: REFUSED, B.pk: ASKED}, place_of(B), "More is needed about {b}. Choose «Request action»"),
    ],
)
def test_a_choice_against_the_verdicts_is_refused_where_it_stands(chosen, verdicts, place, sentence):
    found = complaints([A, B], chosen, verdicts, [about(A), about(B)])
    assert found[place].startswith(sentence.format(b=B.label))


@pytest.mark.parametrize(("verdict", "what"), [(ASKED, "what to do"), (REFUSED, "why")])
def test_each_product_that_is_not_accepted_needs_its_own_reason(verdict, what):
    found = complaints([A, B], "", {A.pk: ACCEPTED, B.pk: verdict}, [whole()] if verdict == ASKED else [])
    assert found[place_of(B)] == f"Choose a reason about {B.label}, so that the partner knows {what}."


def test_an_accepted_product_takes_no_reason():
    found = complaints([A, B], "", {A.pk: ACCEPTED, B.pk: ASKED}, [about(A), about(B)])
    assert found == {
        place_of(
            A
        ): f"{A.label} is accepted, so no reason can be about it. Take the reason away, or mark it otherwise.",
    }


def test_an_approval_with_a_reason_about_an_unmarked_product_is_refused():
    assert place_of(B) in complaints([A, B], "approve", {}, [about(B)])


def test_an_approval_in_part_takes_no_reason_about_the_whole_claim():
    found = complaints([A, B], "", {A.pk: ACCEPTED, B.pk: REFUSED}, [about(B), whole()])
    assert found[ON_REASONS].startswith("An approval takes only reasons about products that are not approved.")


def test_an_approval_of_a_single_product_takes_no_reasons():
    assert complaints([A], "approve", {}, [whole()])[ON_REASONS].startswith("An approval takes no reasons.")


@pytest.mark.parametrize("chosen", ["request_action", "reject"])
def test_a_request_and_a_rejection_need_a_reason(chosen):
    assert complaints([A], chosen)[ON_REASONS].startswith("Choose at least one reason")


@pytest.mark.parametrize(
    ("chosen", "reason", "sentence"),
    [
        ("request_action", ONLY_REJECT, "«Requested by the partner» is a reason to reject, not to ask."),
        ("reject", ONLY_ASK, "«A contact needs a correction» cannot be a reason to reject."),
    ],
)
def test_a_reason_that_does_not_fit_is_refused_where_it_was_said(chosen, reason, sentence):
    assert complaints([A], chosen, {}, [Said(Finding(reason), "finding-3")]) == {"finding-3": sentence}


def test_a_refused_product_takes_no_reason_that_is_only_to_ask():
    found = complaints([A, B], "", {A.pk: ACCEPTED, B.pk: REFUSED}, [about(B, ONLY_ASK)])
    assert found == {place_of(B): "«A contact needs a correction» cannot be a reason to reject."}


def test_more_than_forty_reasons_are_refused():
    said = [Said(Finding(BOTH, note=str(number)), ON_REASONS) for number in range(41)]
    assert complaints([A], "reject", {}, said)[ON_REASONS] == "At most 40 reasons fit into one decision."
