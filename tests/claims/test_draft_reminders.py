"""Reminders of unfinished work: after 14 days of silence, once, to whoever can go on with it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from claims.deadlines import sweep
from claims.draft_reminders import KIND, claims_to_remind, drafts_to_remind, remind_claim, remind_draft
from claims.enums import Activity, ClaimAction, ClaimStatus
from claims.history import record_event, tell_partner
from claims.models import Claim, ClaimDraft
from customers.enums import SolutionArea
from notifications.models import MutedMail, Notice, OutgoingEmail
from partners.models import Membership, Role
from tests.factories import NOW, ClaimFactory, DocumentFactory, MembershipFactory, ProductFactory, partner_actor

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=14)
SECOND = timedelta(seconds=1)


def draft_of(membership, **fields):
    answers = {"customer": {"domain": ["alpineskihouse.example"]}}
    values = {"answers": answers, "created_at": NOW, "updated_at": NOW} | fields
    return ClaimDraft.objects.create(owner=membership.user, organization=membership.organization, **values)


@pytest.fixture
def draft():
    return draft_of(MembershipFactory())


@pytest.fixture
def claim():
    return ClaimFactory(last_activity_at=NOW)


def letters():
    return list(OutgoingEmail.objects.filter(kind=KIND).order_by("pk"))


class TestUnfinishedAssociations:
    def test_the_owner_is_reminded_after_14_days_and_not_a_second_earlier(self, draft):
        assert sweep(now=DUE - SECOND)["drafts_reminded"] == 0
        assert sweep(now=DUE)["drafts_reminded"] == 1
        [letter] = letters()
        resume = reverse("association-resume", args=[draft.pk])
        assert letter.to == [draft.owner.email]
        assert letter.subject == "Unfinished association: alpineskihouse.example"
        assert resume in letter.text
        assert resume in letter.html
        assert "Last changed: November 24, 2026" in letter.text
        notice = Notice.objects.get()
        assert (notice.user, notice.url, notice.kind) == (draft.owner, resume, KIND)

    def test_one_silence_is_told_once_however_long_it_lasts(self, draft):
        told = [sweep(now=DUE + timedelta(days=days))["drafts_reminded"] for days in (0, 0, 1, 14, 28, 400)]
        assert told == [1, 0, 0, 0, 0, 0]
        assert (len(letters()), Notice.objects.count()) == (1, 1)

    def test_after_a_long_standstill_one_reminder_leaves(self, draft):
        assert sweep(now=NOW + timedelta(days=90))["drafts_reminded"] == 1
        assert len(letters()) == 1

    def test_a_change_begins_another_14_days(self, draft):
        sweep(now=DUE)
        touched = DUE + timedelta(days=1)
        ClaimDraft.objects.filter(pk=draft.pk).update(updated_at=touched)
        assert sweep(now=touched + timedelta(days=14) - SECOND)["drafts_reminded"] == 0
        assert sweep(now=touched + timedelta(days=14))["drafts_reminded"] == 1
        assert len({letter.dedupe_key for letter in letters()}) == 2

    def test_the_number_of_days_is_a_setting(self, draft, settings):
        settings.DRAFT_REMINDER_DAYS = 3
        assert sweep(now=NOW + timedelta(days=3))["drafts_reminded"] == 1

    def test_a_draft_that_ended_or_changed_meanwhile_is_left_alone(self, draft):
        assert drafts_to_remind(now=DUE) == [draft.pk]
        ClaimDraft.objects.filter(pk=draft.pk).update(updated_at=DUE)
        assert remind_draft(draft.pk, now=DUE) is False
        draft.delete()
        assert remind_draft(draft.pk, now=DUE) is False
        assert letters() == []

    def test_an_edit_of_a_claim_is_no_unfinished_association(self, claim):
        membership = Membership.objects.get(user=claim.created_by)
        draft_of(membership, claim=claim)
        assert drafts_to_remind(now=DUE) == []

    @pytest.mark.parametrize("gone", ["role", "company", "account"])
    def test_who_cannot_go_on_is_not_reminded(self, draft, gone):
        membership = Membership.objects.get(user=draft.owner)
        if gone == "role":
            Membership.objects.filter(pk=membership.pk).update(role=Role.MEMBER)
        elif gone == "company":
            Membership.objects.filter(pk=membership.pk).update(organization=MembershipFactory().organization)
        else:
            draft.owner.is_active = False
            draft.owner.save(update_fields=["is_active"])
        assert drafts_to_remind(now=DUE) == []
        assert remind_draft(draft.pk, now=DUE) is False

    def test_who_switched_this_mail_off_gets_the_notice_only(self, draft):
        MutedMail.objects.create(user=draft.owner, kind=KIND)
        assert sweep(now=DUE)["drafts_reminded"] == 1
        assert letters() == []
        assert Notice.objects.get().user == draft.owner

    def test_a_name_of_several_lines_stays_one_line_in_the_mail(self):
        typed = {"contacts": {"claim_name": ["Nice\r\nBcc: victim@evil.example <b>bold</b>"]}}
        draft_of(MembershipFactory(), typed=typed)
        sweep(now=DUE)
        [letter] = letters()
        assert "\nBcc" not in letter.subject + letter.text
        assert "<b>bold" not in letter.html


class TestClaimsInEditing:
    def test_the_creator_is_reminded_after_14_days_and_not_a_second_earlier(self, claim):
        assert sweep(now=DUE - SECOND)["claims_reminded"] == 0
        assert sweep(now=DUE)["claims_reminded"] == 1
        [letter] = letters()
        assert letter.to == [claim.created_by.email]
        assert letter.reference == str(claim.pk)
        assert claim.get_absolute_url() in letter.text
        assert "It has no proof of execution yet." in letter.text
        assert Notice.objects.get().url == claim.get_absolute_url()

    def test_a_claim_with_proof_is_told_to_be_ready(self, claim):
        DocumentFactory(claim=claim)
        sweep(now=DUE)
        assert "It is ready to submit." in letters()[0].text

    def test_a_revenue_association_needs_no_proof_to_be_ready(self):
        ClaimFactory(
            last_activity_at=NOW,
            solution_area=SolutionArea.BUSINESS_APPLICATIONS,
            activities=[Activity.REVENUE],
            products=[ProductFactory()],
        )
        sweep(now=DUE)
        assert "It is ready to submit." in letters()[0].text

    def test_one_silence_is_told_once_and_a_change_begins_another(self, claim):
        told = [sweep(now=DUE + timedelta(days=days))["claims_reminded"] for days in (0, 0, 14, 100)]
        assert told == [1, 0, 0, 0]
        touched = DUE + timedelta(days=101)
        claim.refresh_from_db()
        record_event(claim, ClaimAction.COMMENT, actor=partner_actor(claim), now=touched)
        assert sweep(now=touched + timedelta(days=14) - SECOND)["claims_reminded"] == 0
        assert sweep(now=touched + timedelta(days=14))["claims_reminded"] == 1
        assert len(letters()) == 2

    def test_history_tells_it_and_the_last_activity_stays_the_persons(self, claim):
        sweep(now=DUE)
        event = claim.events.get(action=ClaimAction.REMIND)
        [told] = tell_partner([event])
        assert (told.who, told.sentence) == ("Microsoft", "sent a reminder that the claim still needs action.")
        claim.refresh_from_db()
        assert (claim.last_activity_at, claim.last_activity_label) == (NOW, claim.created_by.get_full_name())

    @pytest.mark.parametrize("status", [s for s in ClaimStatus if s != ClaimStatus.EDITING])
    def test_only_claims_in_editing_are_reminded_of(self, claim, status):
        # A claim cannot be put into every status by a rule here; the row is what the clock looks at.
        Claim.objects.filter(pk=claim.pk).update(status=status, decided_at=NOW, action_due_at=DUE)
        assert claims_to_remind(now=DUE) == []
        assert remind_claim(claim.pk, now=DUE) is False
        assert letters() == []

    def test_a_claim_that_somebody_is_editing_in_the_wizard_is_not_silent(self, claim):
        membership = Membership.objects.get(user=claim.created_by)
        draft_of(membership, claim=claim, updated_at=DUE - timedelta(days=1))
        assert claims_to_remind(now=DUE) == []
        assert claims_to_remind(now=DUE + timedelta(days=13)) == [claim.pk]

    def test_the_admins_of_the_company_replace_a_creator_who_left(self, claim):
        admin = MembershipFactory(organization=claim.organization)
        MembershipFactory(organization=claim.organization, role=Role.INCENTIVE_USER)
        MembershipFactory()
        Membership.objects.filter(user=claim.created_by).delete()
        sweep(now=DUE)
        assert [letter.to for letter in letters()] == [[admin.user.email]]
        assert Notice.objects.get().user == admin.user

    def test_without_anybody_to_tell_nothing_is_written(self, claim):
        Membership.objects.filter(organization=claim.organization).delete()
        assert sweep(now=DUE)["claims_reminded"] == 0
        assert not claim.events.exists()

    def test_who_switched_this_mail_off_gets_the_notice_only_and_only_once(self, claim):
        MutedMail.objects.create(user=claim.created_by, kind=KIND)
        assert sweep(now=DUE)["claims_reminded"] == 1
        assert sweep(now=DUE)["claims_reminded"] == 0
        assert letters() == []
        assert Notice.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_one_reminder_each():
    draft = draft_of(MembershipFactory())
    claim = ClaimFactory(last_activity_at=NOW)
    start = threading.Barrier(2)
    done = []

    def run():
        try:
            start.wait(10)
            done.append((remind_draft(draft.pk, now=DUE), remind_claim(claim.pk, now=DUE)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(first for first, _ in done) == [False, True]
    assert sorted(second for _, second in done) == [False, True]
    assert (len(letters()), Notice.objects.count()) == (2, 2)
    assert claim.events.filter(action=ClaimAction.REMIND).count() == 1
