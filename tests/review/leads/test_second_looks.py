"""Second looks: drawn by chance inside the decision, answered once by a colleague, unknown to partners."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from claims.actors import Actor
from claims.deciding import approve, reject, request_action
from claims.enums import ClaimAction, ClaimStatus
from claims.models import ReasonCode
from kit.errors import RuleViolation, StaleRecord
from review import second_looks as rules
from review.models import Bar, SecondLook
from tests.factories import (
    NOW,
    AuditorFactory,
    CatalogueManagerFactory,
    LeadFactory,
    MembershipFactory,
    ReviewerFactory,
    claim_under_review,
    reviewer_actor,
)
from tests.review.leads.happened import event

pytestmark = pytest.mark.django_db
LIST = "/admin/second-looks/"
SECRET = "I would have asked for the missing signature"


def look_of(claim=None, *, by=None, action=ClaimAction.REJECT, at=NOW, **fields):
    claim = claim or claim_under_review()
    decision = event(claim, action, at, by=by or ReviewerFactory(), reasons=["no_signature"])
    return SecondLook.objects.create(
        claim=claim, decision=decision, first_reviewer=decision.actor, drawn_at=at, **fields
    )  # fmt: skip


def done(look, *, by, agrees=True, comment="", at=NOW):
    return rules.answer(look, user=by, agrees=agrees, comment=comment, now=at)


@pytest.fixture
def always(settings):
    settings.SECOND_LOOK_PERCENT = 100


def page(look, end=""):
    return f"{LIST}{look.pk}/{end}"


class TestDraw:
    @pytest.mark.parametrize("action", ["approve", "reject", "request_action"])
    def test_each_kind_of_decision_is_drawn_with_who_decided_and_when(self, always, action):
        actor, claim = reviewer_actor(), claim_under_review()
        reason = ReasonCode.objects.filter(for_rejection=True, for_action=True).first()
        told = {"reasons": [reason], "message": "Because."}
        act = {"approve": (approve, {}), "reject": (reject, told), "request_action": (request_action, told)}
        rule, extra = act[action]
        rule(claim, actor=actor, now=NOW, **extra)
        look = SecondLook.objects.get()
        assert (look.claim, look.decision.action, look.first_reviewer) == (claim, action, actor.user)
        assert (look.drawn_at, look.looked_at, look.agrees) == (NOW, None, None)

    @pytest.mark.parametrize(
        "action", [ClaimAction.START_REVIEW, ClaimAction.LAPSE, ClaimAction.RESUBMIT, ClaimAction.SUPERSEDE]
    )
    def test_other_moves_are_never_drawn(self, always, action):
        claim = claim_under_review()
        assert rules.draw(claim, event(claim, action, NOW)) is None

    def test_none_is_drawn_at_zero_per_cent(self, settings):
        settings.SECOND_LOOK_PERCENT = 0
        approve(claim_under_review(), actor=reviewer_actor(), now=NOW)
        assert not SecondLook.objects.exists()

    def test_about_five_of_a_hundred_are_drawn(self, settings, monkeypatch):
        settings.SECOND_LOOK_PERCENT = 5
        claim = claim_under_review()
        decision = event(claim, ClaimAction.APPROVE, NOW)
        drawn = []
        monkeypatch.setattr(SecondLook.objects, "create", lambda **fields: drawn.append(fields) or True)
        for _ in range(20_000):
            rules.draw(claim, decision)
        assert 850 < len(drawn) < 1150  # five standard deviations around 1,000

    def test_a_decision_that_is_undone_is_no_sample(self, always):
        claim = claim_under_review()
        sid = transaction.savepoint_create()
        approve(claim, actor=reviewer_actor(), now=NOW)
        assert SecondLook.objects.count() == 1
        transaction.savepoint_rollback(sid)
        assert not SecondLook.objects.exists()


class TestWhoMayLook:
    def test_own_decisions_and_barred_partners_are_left_out(self):
        me = ReviewerFactory()
        own, foreign, barred = look_of(by=me), look_of(), look_of()
        Bar.objects.create(reviewer=me, organization=barred.claim.organization, reason="Kin", set_at=NOW)
        assert list(rules.open_looks_for(me)) == [foreign]
        assert list(rules.visible_to(me)) == [foreign]
        for look in (own, barred):
            with pytest.raises(RuleViolation):
                done(look, by=me)
        assert not SecondLook.objects.exclude(looked_at=None).exists()

    def test_a_decision_without_a_known_reviewer_is_open_to_all(self):
        look = look_of()
        SecondLook.objects.update(first_reviewer=None)
        me = ReviewerFactory()
        assert list(rules.open_looks_for(me)) == [look]
        assert list(rules.visible_to(me)) == [look]

    def test_done_ones_are_seen_by_both_reviewers_and_leads_only(self):
        first, second, other, lead = ReviewerFactory(), ReviewerFactory(), ReviewerFactory(), LeadFactory()
        look = done(look_of(by=first), by=second)
        assert [look in rules.visible_to(each) for each in (first, second, other, lead)] == [True, True, False, True]
        assert list(rules.looks_at_own(first)) == [look]
        assert not rules.looks_at_own(second)

    def test_nobody_learns_that_an_own_decision_waits(self, client):
        me = LeadFactory()
        look = look_of(by=me)
        client.force_login(me)
        assert str(look.claim_id) not in client.get(LIST).content.decode()
        assert client.get(page(look)).status_code == 404
        assert client.post(page(look, "answer/"), {"answer": "agrees"}).status_code == 404


class TestAnswer:
    def test_it_is_kept_and_the_claim_stays_as_it_is(self, client):
        me, look = ReviewerFactory(), look_of()
        before = (look.claim.status, look.claim.version, look.claim.events.count())
        client.force_login(me)
        answer = client.post(page(look, "answer/"), {"answer": "otherwise", "comment": f"  {SECRET}  "}, follow=True)
        assert answer.redirect_chain == [(LIST, 302)]
        assert "Your second look is saved. The claim stays as it is." in answer.content.decode()
        look.refresh_from_db()
        assert (look.agrees, look.comment, look.second_reviewer) == (False, SECRET, me)
        look.claim.refresh_from_db()
        assert (look.claim.status, look.claim.version, look.claim.events.count()) == before

    @pytest.mark.parametrize(
        ("sent", "sentence", "field"),
        [
            ({}, "Choose whether you agree.", "answer-error"),
            ({"answer": "perhaps", "comment": "Hm"}, "Choose one of the two answers.", "answer-error"),
            ({"answer": "otherwise", "comment": "  "}, "Say what you would have decided, and why.", "comment-error"),
            ({"answer": "agrees", "comment": "x" * 2001}, "A comment has at most 2,000 characters.", "comment-error"),
            ({"answer": "otherwise", "comment": "a\x00b"}, "Null characters are not allowed.", "comment-error"),
        ],
    )
    def test_what_is_missing_or_too_much_is_said_beside_the_field_and_the_words_stay(
        self, client, sent, sentence, field
    ):
        look = look_of()
        client.force_login(ReviewerFactory())
        answer = client.post(page(look, "answer/"), sent)
        content = answer.content.decode()
        assert answer.status_code == 422
        assert f'id="{field}" role="alert">{sentence}' in content
        if "\x00" not in sent.get("comment", ""):
            assert sent.get("comment", "") in content
        look.refresh_from_db()
        assert look.looked_at is None

    def test_hostile_words_are_shown_as_words(self, client):
        look, lead = look_of(), LeadFactory()
        done(look, by=ReviewerFactory(), agrees=False, comment="<script>alert(1)</script>")
        client.force_login(lead)
        for address in (page(look), f"{LIST}?tab=done"):
            content = client.get(address).content.decode()
            assert "&lt;script&gt;alert(1)" in content
            assert "<script>alert" not in content

    def test_the_second_of_two_answers_is_refused_with_its_words_kept(self, client):
        look, quick = look_of(), ReviewerFactory()
        done(look, by=quick, comment="First")
        client.force_login(ReviewerFactory())
        answer = client.post(page(look, "answer/"), {"answer": "otherwise", "comment": "Late words"})
        content = answer.content.decode()
        assert answer.status_code == 409
        assert "A colleague has already looked at this decision. Nothing was saved." in content
        assert "Late words" in content
        assert "First" not in content
        look.refresh_from_db()
        assert (look.second_reviewer, look.comment) == (quick, "First")

    def test_the_rule_itself_refuses_a_second_answer(self):
        look = look_of()
        stale = SecondLook.objects.get(pk=look.pk)
        done(look, by=ReviewerFactory())
        with pytest.raises(StaleRecord):
            done(stale, by=ReviewerFactory())


class TestPages:
    def test_the_page_says_what_was_decided_and_why_without_naming_the_reviewer(self, client):
        first = ReviewerFactory(full_name="Fiona First")
        look = look_of(by=first)
        client.force_login(ReviewerFactory())
        content = client.get(page(look)).content.decode()
        for words in ("Rejected", "No_Signature. Text.", "Because.", str(look.claim), "Save second look"):
            assert words in content, words
        assert "Fiona First" not in content

    def test_the_first_reviewer_reads_comments_without_names_and_leads_with_them(self, client):
        first, second = ReviewerFactory(full_name="Fiona First"), ReviewerFactory(full_name="Seth Second")
        look = done(look_of(by=first), by=second, agrees=False, comment=SECRET)
        client.force_login(first)
        for address in (f"{LIST}?tab=own", page(look)):
            content = client.get(address).content.decode()
            assert SECRET in content
            assert "Seth Second" not in content
        client.force_login(LeadFactory())
        for address in (f"{LIST}?tab=done", page(look)):
            content = client.get(address).content.decode()
            assert SECRET in content
            assert "Seth Second" in content
            assert "Fiona First" in content

    @pytest.mark.parametrize("tab", ["done", "nonsense", "<script>", ""])
    def test_a_reviewer_has_no_list_of_all_results(self, client, tab):
        done(look_of(), by=ReviewerFactory(), comment=SECRET)
        client.force_login(ReviewerFactory())
        content = client.get(LIST, {"tab": tab}).content.decode()
        assert SECRET not in content
        assert "All results" not in content

    def test_an_auditor_reads_everything_and_gets_no_form(self, client):
        waiting, past = look_of(), done(look_of(), by=ReviewerFactory(), comment=SECRET)
        client.force_login(AuditorFactory())
        assert str(waiting.claim) in client.get(LIST).content.decode()
        assert SECRET in client.get(f"{LIST}?tab=done").content.decode()
        assert SECRET in client.get(page(past)).content.decode()
        content = client.get(page(waiting)).content.decode()
        assert "It waits for another reviewer." in content
        assert "Save second look" not in content
        answer = client.post(page(waiting, "answer/"), {"answer": "agrees"})
        assert answer.status_code == 403
        assert "Your role lets you read claims, not decide on them." in answer.content.decode()
        waiting.refresh_from_db()
        assert waiting.looked_at is None

    @pytest.mark.parametrize("end", ["", "1/", "1/answer/"])
    def test_others_stay_outside(self, client, end):
        look = look_of()
        address = LIST + end.replace("1", str(look.pk))
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
        client.force_login(CatalogueManagerFactory())
        assert client.get(address).status_code == 403
        client.force_login(MembershipFactory(organization=look.claim.organization).user)
        assert client.get(address, follow=True).status_code == 403

    def test_ids_of_no_row_are_not_found(self, client):
        client.force_login(LeadFactory())
        for end in ("0/", f"{2**63}/", "999999/"):
            assert client.get(LIST + end).status_code == 404

    @pytest.mark.parametrize("number", ["-1", "0", "x", "99999999999", "\x00", "²"])
    def test_an_odd_page_is_the_first(self, client, number):
        look = look_of()
        client.force_login(ReviewerFactory())
        assert str(look.claim) in client.get(LIST, {"page": number}).content.decode()

    def test_page_and_part_are_one(self, client):
        look = look_of()
        client.force_login(ReviewerFactory())
        whole = client.get(LIST).content.decode()
        part = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
        assert "<html" in whole
        assert part.lstrip().startswith('<div id="looks">')
        assert str(look.claim) in part
        assert part.strip() in whole

    def test_a_long_list_turns_pages(self, client):
        claim = claim_under_review()
        looks = [look_of(claim, at=NOW + timedelta(minutes=each)) for each in range(26)]
        client.force_login(ReviewerFactory())
        first, second = (client.get(LIST, {"page": each}).content.decode() for each in (1, 2))
        assert f"{LIST}{looks[24].pk}/" in first
        assert f"{LIST}{looks[25].pk}/" not in first
        assert f"{LIST}{looks[25].pk}/" in second
        assert 'rel="next"' not in second

    @pytest.mark.parametrize("tab", ["waiting", "done"])
    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_with_one_row_and_with_three(self, client, django_assert_num_queries, rows, tab):
        for _ in range(rows):
            look = look_of()
            if tab == "done":
                done(look, by=ReviewerFactory())
        client.force_login(LeadFactory())
        with django_assert_num_queries(6):  # session, person, two for permissions, looks, membership
            client.get(f"{LIST}?tab={tab}")

    def test_the_page_costs_seven_queries(self, client, django_assert_num_queries):
        look = look_of()
        client.force_login(ReviewerFactory())
        with django_assert_num_queries(7):  # session, person, two for permissions, look, products, membership
            client.get(page(look))

    def test_the_navigation_leads_there(self, client):
        client.force_login(ReviewerFactory())
        assert f'<a href="{LIST}">Second looks</a>' in client.get("/admin/claims/").content.decode()
        assert f'<a href="{LIST}" aria-current="page">' in client.get(LIST).content.decode()
        client.force_login(CatalogueManagerFactory())
        assert "Second looks" not in client.get("/admin/").content.decode()


def test_partners_never_learn_of_a_second_look(client, always):
    first, second = ReviewerFactory(), ReviewerFactory(full_name="Seth Second")
    claim = claim_under_review()
    member = MembershipFactory(organization=claim.organization).user
    approve(claim, actor=Actor.reviewer(first), now=NOW)
    done(SecondLook.objects.get(), by=second, agrees=False, comment=SECRET)
    assert claim.status == ClaimStatus.APPROVED
    client.force_login(member)
    own = reverse("claim", args=[claim.pk])
    files = [f"{reverse('claims-export-file')}?file={kind}" for kind in ("claims", "history")]
    for address in (reverse("associations"), own, f"{own}history/", "/notifications/", *files):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        for words in (SECRET, "Seth Second", "econd look"):
            assert words.encode() not in content, (address, words)
