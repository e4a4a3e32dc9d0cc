"""The sample data: complete, and within the database's and the process's guarantees."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from random import Random

import pytest
from django.contrib.auth.hashers import check_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Count, F, Q

from accounts.models import User
from claims.deadlines import overdue_requests, requests_to_remind, windows_to_close
from claims.enums import DECIDED, LIVE, Activity, ActorKind, ClaimAction, ClaimStatus, LineVerdict
from claims.models import ActionRequest, Association, Claim, ClaimEvent, ClaimLine, Comment, Document, FixItem
from claims.transitions import TABLE
from cpor_portal.context import DEMO_SIGN_INS
from customers.models import ConsentRequest, Subscription, Tenant
from demo import PASSWORD
from demo.management.commands import load_demo
from demo.sample_data import loading, special
from demo.sample_data.loading import load_sample_data
from demo.sample_data.plans import all_plans
from demo.sample_data.slots import allocate
from kit.uploads import identify
from notifications.models import Notice, OutgoingEmail
from partners.models import Location, PartnerOrganization, ProgramCode
from review.models import Bar, Note, ProofCheck
from tests.demo.sample.known import LOADED, NOW

pytestmark = [pytest.mark.usefixtures("loaded", "db"), pytest.mark.long(3, together="sample data")]

CLOCKS = {ClaimAction.START_WINDOW, ClaimAction.CLOSE_DISPUTE}


# --- what is there ---------------------------------------------------------------------------------------------------
def test_there_are_as_many_partners_customers_and_claims_as_promised() -> None:
    assert PartnerOrganization.objects.count() >= 8
    assert Tenant.objects.count() == 25
    assert len(all_plans(now=NOW)) == 407
    assert Claim.objects.count() == len(all_plans(now=NOW, most=LOADED))
    company_x = Tenant.objects.get(tenant_id=special.COMPANY_X_TENANT)
    assert company_x.domains.filter(name="microsoft.com").exists()


def test_every_status_occurs_often_enough_to_be_found() -> None:
    counts = Counter(Claim.objects.values_list("status", flat=True))
    assert set(counts) == set(ClaimStatus)
    assert min(counts.values()) >= 4


def test_about_a_third_of_the_claims_are_fabrikams() -> None:
    own = Claim.objects.filter(organization__name=special.FABRIKAM)
    assert 120 <= sum(plan.partner == special.FABRIKAM for plan in all_plans(now=NOW)) <= 145
    assert set(own.values_list("status", flat=True)) == set(ClaimStatus.values)
    assert own.filter(name="claim test").count() == 2


def test_the_claims_are_spread_over_the_last_twelve_months_and_only_revenue_associations_are_older() -> None:
    incentive = Claim.objects.exclude(activities=[Activity.REVENUE])
    created = list(incentive.values_list("created_at", flat=True))
    assert min(created) >= NOW - timedelta(days=366)
    assert max(ClaimEvent.objects.values_list("at", flat=True)) <= NOW
    assert len({(at.year, at.month) for at in created}) >= 12
    approved = ClaimEvent.objects.filter(action=ClaimAction.APPROVE).values_list("at", flat=True)
    assert len({(at.year, at.month) for at in approved}) >= 11


def test_ids_grow_with_time() -> None:
    created = list(Claim.objects.order_by("pk").values_list("created_at", flat=True))
    assert created == sorted(created)


def test_locations_are_enrolled_in_all_some_and_no_programs_and_some_are_inactive() -> None:
    for program in ProgramCode.values:
        assert Location.objects.filter(is_active=True, enrollments__program=program).exists()
    assert Location.objects.filter(is_active=True, enrollments=None).exists()
    assert Location.objects.filter(is_active=False).count() >= 4
    many = PartnerOrganization.objects.annotate(places=Count("locations")).filter(places__gte=2)
    assert many.count() >= 8


def test_each_demo_sign_in_has_the_demo_password() -> None:
    users = User.objects.filter(email__in=[sign_in["email"] for sign_in in DEMO_SIGN_INS])
    assert users.count() == len(DEMO_SIGN_INS)
    assert users.filter(is_staff=True).count() == 5
    hashes = {user.password for user in users}
    assert all(check_password(PASSWORD, hashed) for hashed in hashes)


def test_nobody_else_can_sign_in() -> None:
    known = [sign_in["email"] for sign_in in DEMO_SIGN_INS]
    others = User.objects.exclude(email__in=known)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_every_address_is_a_sample_address() -> None:
    written = {address for mail in OutgoingEmail.objects.all() for address in [*mail.to, *mail.cc]}
    written |= set(Claim.objects.values_list("customer_contact_email", flat=True))
    written |= {address for tenant in Tenant.objects.all() for address in tenant.admin_emails}
    assert {address for address in written if not address.endswith(".example")} == set()


# --- guarantees ------------------------------------------------------------------------------------------------------
def test_each_claim_stands_where_its_history_led_it_one_row_per_step() -> None:
    moves = {row.action: row for row in TABLE.values()}
    for claim in Claim.objects.prefetch_related("events"):
        status = ClaimStatus.EDITING
        events = sorted(claim.events.all(), key=lambda event: (event.at, event.pk))
        assert events[0].action == ClaimAction.CREATE
        for event in events[1:]:
            if event.to_status:
                move = moves[event.action]
                assert (event.from_status, event.to_status) == (status, move.target)
                assert status in move.sources
                status = ClaimStatus(event.to_status)
        assert claim.status == status
        # A reminder of a claim in Editing is nobody's activity; one of an open request has its days. Clocks are nobody's either.
        acts = [
            event
            for event in events
            if event.action not in CLOCKS and (event.action != ClaimAction.REMIND or "days" in event.data)
        ]
        assert claim.last_activity_at == acts[-1].at


def test_the_rows_of_history_were_written_in_the_order_of_time() -> None:
    at = list(ClaimEvent.objects.order_by("pk").values_list("at", flat=True))
    assert at == sorted(at)


def test_approved_claims_hold_what_they_claim_and_no_others_hold_anything() -> None:
    holding = Claim.objects.filter(associations__ended_at=None, associations__isnull=False).distinct()
    assert set(holding) == set(Claim.objects.filter(status=ClaimStatus.APPROVED))
    for claim in holding.prefetch_related("lines__subscriptions", "associations"):
        things = {
            (line.product_id, chosen.subscription_id if chosen else None)
            for line in claim.lines.all()
            if line.verdict != LineVerdict.REFUSED
            for chosen in (list(line.subscriptions.all()) or [None])
        }
        now_held = [held for held in claim.associations.all() if held.ended_at is None]
        assert things == {(held.product_id, held.subscription_id) for held in now_held}


def test_no_two_partners_ever_held_the_same_at_the_same_time() -> None:
    spans: dict[tuple[int, int, int | None], list[tuple[datetime, datetime]]] = {}
    for held in Association.objects.filter(exclusive=True):
        key = (held.tenant_id, 0 if held.subscription_id else held.product_id, held.subscription_id)
        spans.setdefault(key, []).append((held.started_at, held.ended_at or NOW + timedelta(days=1)))
    for entries in spans.values():
        entries.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(entries))


def test_lines_of_live_claims_and_only_those_hold_their_products() -> None:
    assert not ClaimLine.objects.filter(live=True).exclude(claim__status__in=LIVE).exists()
    free = ClaimLine.objects.filter(live=False, claim__status__in=LIVE)
    assert set(free.values_list("verdict", "claim__status")) == {(LineVerdict.REFUSED, ClaimStatus.APPROVED)}


def test_the_desk_is_in_use_and_requests_say_what_they_are_about() -> None:
    waiting = Claim.objects.filter(status=ClaimStatus.UNDER_REVIEW)
    assert 5 <= waiting.filter(reviewer=None).count() < waiting.count()
    assert Note.objects.count() >= 5
    assert ProofCheck.objects.count() >= 20
    barred = Bar.objects.get()
    assert not waiting.filter(reviewer=barred.reviewer, organization=barred.organization).exists()
    items = FixItem.objects.all()
    for tied in ({"product__isnull": False}, {"document__isnull": False}, {"field__gt": ""}, {"answer__gt": ""}):
        assert items.filter(**tied).count() >= 5


def test_submitted_claims_have_proof_unless_they_are_revenue_associations() -> None:
    submitted = Claim.objects.filter(submissions__gt=0)
    revenue = Q(activities=[Activity.REVENUE])
    assert not submitted.exclude(revenue).filter(documents=None).exists()
    assert not Document.objects.filter(claim__activities=[Activity.REVENUE]).exists()
    assert submitted.filter(revenue).count() >= 5
    counts = submitted.annotate(count=Count("lines")).values_list("count", flat=True)
    assert set(counts) <= {1, 2, 3, 4}


def test_dates_of_decisions_and_requests_fit_the_status() -> None:
    assert not Claim.objects.filter(status__in=DECIDED, decided_at=None).exists()
    waiting = Claim.objects.filter(status=ClaimStatus.ACTION_REQUIRED)
    assert not waiting.filter(action_due_at__lte=NOW).exists()
    assert waiting.filter(action_due_at__lte=NOW + timedelta(days=7)).exists()
    assert ActionRequest.objects.filter(closed_at=None).count() == waiting.count()


def test_some_customers_may_still_opt_out_and_most_no_longer() -> None:
    approved = Claim.objects.filter(status=ClaimStatus.APPROVED)
    assert approved.filter(opt_out_until__gt=NOW, in_effect_at=None).count() >= 10
    assert approved.filter(in_effect_at__isnull=False).count() >= 30


def test_each_approved_incentive_claim_asked_its_customer_once() -> None:
    approvals = ClaimEvent.objects.filter(action=ClaimAction.APPROVE).exclude(claim__activities=[Activity.REVENUE])
    asked = OutgoingEmail.objects.filter(kind="consent.request").values_list("reference", flat=True)
    assert sorted(asked) == sorted(str(pk) for pk in approvals.values_list("claim_id", flat=True))
    denied = Claim.objects.filter(status=ClaimStatus.CONSENT_DENIED).values_list("pk", flat=True)
    answered = ConsentRequest.objects.exclude(denied_at=None).values_list("reference", flat=True)
    assert sorted(answered) == sorted(str(pk) for pk in denied)
    assert not ConsentRequest.objects.filter(denied_at__lt=F("asked_at")).exists()


def test_a_dispute_is_decided_by_another_reviewer() -> None:
    for dispute in ClaimEvent.objects.filter(action=ClaimAction.DISPUTE):
        decisions = dispute.claim.events.filter(actor_kind=ActorKind.REVIEWER)
        before = decisions.filter(at__lt=dispute.at).latest("at")
        assert not decisions.filter(at__gt=dispute.at, actor=before.actor).exists()


def test_no_mail_is_left_to_be_sent_and_links_of_the_past_are_gone() -> None:
    mails = OutgoingEmail.objects.all()
    assert mails.exists()
    statuses = Counter(mails.values_list("status", flat=True))
    assert (set(statuses), statuses["bounced"]) == ({"sent", "bounced"}, 1)
    assert not mails.filter(sensitive=True).exclude(html="").exists()
    assert all(mail.delivered_to == [*mail.to, *mail.cc] and mail.sent_at <= NOW for mail in mails)


def test_no_deadline_is_left_to_be_swept() -> None:
    assert overdue_requests(now=NOW) == requests_to_remind(now=NOW) == windows_to_close(now=NOW) == []


def test_a_person_finds_a_few_unread_notices_and_many_read_ones() -> None:
    own = Notice.objects.filter(user__email="ola.demmo@fabrikam.example")
    assert own.exclude(read_at=None).count() > 100
    assert own.filter(read_at=None).count() < 25
    assert not own.filter(read_at=None, created_at__lt=NOW - timedelta(days=2)).exists()


def test_documents_are_real_and_each_is_its_own() -> None:
    documents = list(Document.objects.all())
    assert {document.kind for document in documents} == {"pdf", "xlsx"}
    assert len({document.sha256 for document in documents}) == len(documents)
    for document in documents[::25]:
        with document.file.open() as stream:
            assert identify(stream, document.name) == document.kind


def test_partners_write_comments() -> None:
    assert Comment.objects.filter(author_kind=ActorKind.PARTNER).count() > 50


# --- loading ---------------------------------------------------------------------------------------------------------
def test_a_second_load_changes_nothing() -> None:
    models = (Claim, ClaimEvent, Tenant, Subscription, OutgoingEmail, User, Document)
    before = [model._default_manager.count() for model in models]
    lines: list[str] = []
    assert not load_sample_data(now=NOW + timedelta(days=1), tell=lines.append)
    assert lines == []
    assert [model._default_manager.count() for model in models] == before


def test_the_command_says_so_when_the_data_are_there() -> None:
    told = StringIO()
    call_command(load_demo.Command(), stdout=told)
    assert told.getvalue() == "The sample data are there already.\n"


def test_a_load_that_fails_leaves_no_document_in_the_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*, now: datetime, stored: list[str], tell: object, most: int | None) -> None:
        stored.append(default_storage.save("poe/half-done", ContentFile(b"%PDF-")))
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "is_loaded", lambda: False)
    monkeypatch.setattr(loading, "_load", fail)
    with pytest.raises(KeyboardInterrupt):
        load_sample_data(now=NOW)
    assert not default_storage.exists("poe/half-done")


def test_each_step_is_told(loaded: list[str]) -> None:
    steps = [line.partition(":")[0] for line in loaded]
    assert list(dict.fromkeys(steps))[:4] == ["Catalogue", "Partners", "Customers", "Claims"]
    assert "48-hour rule" in loaded[-1]


@pytest.mark.parametrize("hours", [9, 50, 99, 121, 3501])
def test_whenever_it_is_loaded_there_is_room_for_every_claim(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    plans = all_plans(now=now)
    allocate(plans, rng=Random("slots"))
    for plan in plans:
        assert 1 <= len(plan.products) <= 4
        at = [step.at for step in plan.steps]
        assert at == sorted(set(at))
        assert now - timedelta(days=366) < at[0] or (plan.story and plan.is_revenue)
        assert at[-1] < now
