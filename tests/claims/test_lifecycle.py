"""The table of transitions, and the one function that moves a claim along it."""

from itertools import product
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from claims.actors import Actor
from claims.enums import LIVE, ActorKind, ClaimAction, ClaimStatus
from claims.lifecycle import perform, touch
from claims.models import Claim, ClaimEvent
from claims.transitions import TABLE, allowed_actions
from kit.errors import RuleViolation, StaleRecord
from tests.factories import NOW, ClaimFactory, ReviewerFactory

pytestmark = pytest.mark.django_db

TIMES = {"decided_at": NOW, "action_due_at": NOW}


def actor_of_kind(kind, claim):
    if kind == ActorKind.PARTNER:
        return Actor.partner(claim.created_by, claim.organization)
    if kind == ActorKind.REVIEWER:
        return Actor.reviewer(ReviewerFactory())
    return Actor.customer("Joseph Jones") if kind == ActorKind.CUSTOMER else Actor.system()


@pytest.mark.parametrize("status", ClaimStatus)
def test_only_the_rows_of_the_table_move_a_claim(status):
    """Every pair of action and actor is tried; the declared ones succeed, all others change nothing."""
    standing = ClaimFactory(status=status, **TIMES)
    actors = {kind: actor_of_kind(kind, standing) for kind in ActorKind}
    for action, kind in product(ClaimAction, ActorKind):
        claim = Claim.objects.get(pk=standing.pk)
        row = TABLE.get(action)
        declared = row is not None and status in row.sources and kind == row.by
        with transaction.atomic():
            if declared:
                perform(claim, action, actor=actors[kind], now=NOW)
                assert Claim.objects.get(pk=claim.pk).status == row.target
            else:
                with pytest.raises(RuleViolation):
                    perform(claim, action, actor=actors[kind], now=NOW)
                assert Claim.objects.get(pk=claim.pk).status == status
            assert claim.events.count() == declared
            transaction.set_rollback(True)


def test_the_table_is_the_one_of_the_process():
    assert {(row.action.value, source.value, row.target.value) for row in TABLE.values() for source in row.sources} == {
        ("submit", "editing", "submitted"),
        ("withdraw", "submitted", "editing"),
        ("discard", "editing", "discarded"),
        ("start_review", "submitted", "under_review"),
        ("request_action", "under_review", "partner_action_required"),
        ("request_action", "disputed", "partner_action_required"),
        ("resubmit", "partner_action_required", "under_review"),
        ("lapse", "partner_action_required", "rejected"),
        ("approve", "under_review", "approved"),
        ("approve", "disputed", "approved"),
        ("reject", "under_review", "rejected"),
        ("reject", "disputed", "rejected"),
        ("dispute", "rejected", "disputed"),
        ("deny_consent", "approved", "consent_denied"),
        ("disassociate", "approved", "ended"),
        ("supersede", "approved", "ended"),
        ("expire", "approved", "ended"),
        ("restore_consent", "consent_denied", "approved"),
    }


def test_a_step_writes_one_row_of_history_with_actor_time_old_and_new():
    claim = ClaimFactory()
    perform(claim, ClaimAction.SUBMIT, actor=actor_of_kind(ActorKind.PARTNER, claim), now=NOW)
    event = ClaimEvent.objects.get(claim=claim)
    assert (event.action, event.from_status, event.to_status) == ("submit", "editing", "submitted")
    assert (event.actor, event.actor_name, event.at) == (claim.created_by, claim.created_by.full_name, NOW)


def test_who_read_an_older_version_is_refused_and_nothing_changes():
    claim = ClaimFactory(status=ClaimStatus.UNDER_REVIEW)
    older = Claim.objects.get(pk=claim.pk)
    touch(claim)
    with pytest.raises(StaleRecord):
        perform(
            older, ClaimAction.REJECT, actor=Actor.reviewer(ReviewerFactory()), now=NOW, changes={"decided_at": NOW}
        )
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.UNDER_REVIEW
    assert not claim.events.exists()


def test_a_failing_history_row_takes_the_status_back():
    claim = ClaimFactory()
    with patch("claims.lifecycle.record_event", side_effect=RuntimeError), pytest.raises(RuntimeError):
        perform(claim, ClaimAction.SUBMIT, actor=actor_of_kind(ActorKind.PARTNER, claim), now=NOW)
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.EDITING


def test_lines_are_live_exactly_while_the_claim_is():
    claim = ClaimFactory()
    partner = actor_of_kind(ActorKind.PARTNER, claim)
    perform(claim, ClaimAction.SUBMIT, actor=partner, now=NOW)
    assert claim.lines.get().live
    perform(claim, ClaimAction.WITHDRAW, actor=partner, now=NOW)
    assert not claim.lines.get().live
    assert {s for s in ClaimStatus if s in LIVE} == {
        "submitted",
        "under_review",
        "partner_action_required",
        "approved",
        "disputed",
    }


def test_history_rows_can_neither_be_changed_nor_deleted():
    claim = ClaimFactory()
    perform(claim, ClaimAction.SUBMIT, actor=actor_of_kind(ActorKind.PARTNER, claim), now=NOW)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        ClaimEvent.objects.update(actor_name="Somebody else")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        ClaimEvent.objects.all()._raw_delete("default")
    assert ClaimEvent.objects.get().actor_name == claim.created_by.full_name


def test_claim_ids_have_seven_digits_from_1000000():
    first, second = ClaimFactory(), ClaimFactory()
    assert first.pk >= 1_000_000
    assert second.pk == first.pk + 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "claim_status_known"),
        ({"status": ClaimStatus.APPROVED}, "claim_decided_has_time"),
        ({"status": ClaimStatus.ACTION_REQUIRED}, "claim_action_has_due_time"),
        (
            {"activities": ["revenue_association", "usage"], "solution_area": "business_applications"},
            "claim_revenue_stands_alone",
        ),
        ({"activities": [], "solution_area": "business_applications"}, "claim_revenue_stands_alone"),
        ({"activities": ["pre_sales"]}, "claim_m365_is_usage"),
    ],
)
def test_the_database_refuses_a_claim_that_cannot_be(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ClaimFactory(**fields)


def test_allowed_actions_lists_what_the_page_may_offer():
    assert allowed_actions(ClaimStatus.EDITING, ActorKind.PARTNER) == [ClaimAction.SUBMIT, ClaimAction.DISCARD]
    assert allowed_actions(ClaimStatus.UNDER_REVIEW, ActorKind.PARTNER) == []
    assert allowed_actions(ClaimStatus.UNDER_REVIEW, ActorKind.REVIEWER) == [
        ClaimAction.REQUEST_ACTION,
        ClaimAction.APPROVE,
        ClaimAction.REJECT,
    ]
