"""Plays the sample claims: every act calls the rule that the portal's own pages call, at the time it is said to happen.

All acts of all claims are played in the order of time, and the clocks of a claim run in between, so that rows come into
being in the order in which a year would have made them.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from claims.actors import Actor
from claims.content import ClaimContent
from claims.creating import change_claim, create_claim
from claims.deadlines import close_dispute, close_window, lapse, remind
from claims.deciding import approve, reject, request_action, start_review
from claims.documents import add_document, note_document
from claims.draft_reminders import remind_claim
from claims.enums import ClaimStatus
from claims.fixing import answer_item, open_items, open_request_of
from claims.models import ActionRequest, Claim
from claims.submitting import add_comment, disassociate, discard, dispute, submit, withdraw
from customers import consent
from customers.consent.clock import note_sent, note_undeliverable
from customers.models import ConsentLink, ConsentRequest
from demo.sample_data import fixes, words
from demo.sample_data.cast import Cast
from demo.sample_data.papers import PAPERS, Facts, make_pdf, make_workbook, paper_name
from demo.sample_data.past_mail import SENDING, mark_bounced, mark_sent
from demo.sample_data.plans import Plan

_SWEEP = timedelta(minutes=2)  # deadlines are swept every few minutes
_MOVED = [
    "status",
    "version",
    "action_due_at",
    "decided_at",
    "opt_out_until",
    "customer_trouble",
    "customer_trouble_at",
    "dispute_until",
]
Act = Callable[[], None]


@dataclass(slots=True)
class Player:
    """One claim being played."""

    plan: Plan
    cast: Cast
    filer: User
    content: ClaimContent
    reviewer: Actor
    stored: list[str]
    rng: Random
    claim: Claim = field(init=False)

    def play(self, verb: str, data: dict[str, Any], at: datetime) -> Iterator[tuple[datetime, Act]]:
        """Do one act, and yield what the clock will do because of it."""
        acts: dict[str, Callable[..., Iterator[tuple[datetime, Act]] | None]] = {
            "create": self._create, "attach": self._attach, "note": self._note, "comment": self._comment,
            "edit": self._edit, "submit": self._submit, "withdraw": self._withdraw, "discard": self._discard,
            "start": self._start, "ask": self._ask, "approve": self._approve, "reject": self._reject,
            "deny": self._deny, "miss": self._miss, "dispute": self._dispute, "disassociate": self._disassociate,
        }  # fmt: skip
        yield from acts[verb](at, **data) or ()
        if self.claim.status == ClaimStatus.EDITING:
            due = at + timedelta(days=settings.DRAFT_REMINDER_DAYS) + _SWEEP
            yield due, lambda: self._remind_of_draft(now=due)

    @property
    def _partner(self) -> Actor:
        return Actor.partner(self.filer, self.cast.firms[self.plan.partner].organization)

    def _rng_of(self, what: str) -> Random:
        """Chance of its own, so that one kind of detail does not change all the others."""
        return Random(f"{what} {self.claim.pk} {self.claim.submissions}")

    # --- the partner -------------------------------------------------------------------------------------------------
    def _create(self, at: datetime) -> None:
        self.claim = create_claim(self.content, actor=self._partner, user=self.filer, now=at)

    def _attach(self, at: datetime, name: str = "") -> None:
        facts, rng = self._facts(at), self.rng
        if name.endswith(".xlsx") or (not name and rng.random() < 0.2):
            name = name or f"Proof of execution {facts.customer}.xlsx"
            content = make_workbook("Proof of execution", facts)
        else:
            paper = rng.choice(PAPERS)
            name, content = paper_name(paper, facts), make_pdf(paper, facts)
        upload = SimpleUploadedFile(name.replace("&", "and"), content)
        document = add_document(self.claim, upload=upload, actor=self._partner, now=at)
        self.stored.append(str(document.file.name))

    def _facts(self, at: datetime) -> Facts:
        claim, contacts = self.claim, self.content.contacts
        return Facts(
            number=f"{claim.pk}-{self.rng.randint(1000, 9999)}",
            partner=self.plan.partner,
            partner_contact=contacts.partner_name,
            customer=self.content.tenant.display_name,
            customer_contact=contacts.customer_name,
            customer_title=contacts.customer_title,
            domain=claim.customer_domain,
            tenant_id=str(self.content.tenant.tenant_id).upper(),
            products=[product.label for product in self.content.products],
            signed_on=(at - timedelta(days=self.rng.randint(2, 40))).date(),
        )

    def _note(self, at: datetime, text: str) -> None:
        document = self.claim.documents.all()[0]
        document.claim = self.claim
        note_document(document, note=text, actor=self._partner, now=at)

    def _comment(self, at: datetime, text: str) -> None:
        add_comment(self.claim, text=text, actor=self._partner, now=at)

    def _edit(self, at: datetime) -> None:
        """Drop the last product, as the reviewer advised; a claim with one product names a better contact instead."""
        products, contacts = list(self.content.products), self.content.contacts
        if len(products) > 1:
            del products[-1]
        else:
            contact = self.cast.contact_of(self.content.tenant, self.content.domain, rng=self.rng)
            contacts = replace(
                contacts,
                customer_name=contact.name,
                customer_email=contact.email,
                customer_title=contact.title,
            )
        self.content = replace(self.content, products=products, contacts=contacts)
        change_claim(self.claim, self.content, actor=self._partner, now=at)

    def _submit(self, at: datetime, text: str = "") -> None:
        """Submit; a claim that Microsoft asked for more answers its fix list first."""
        if request := open_request_of(self.claim):
            products, rng = {product.pk for product in self.content.products}, self._rng_of("answers")
            for item in open_items(list(request.items.all()), products=products):
                ticked, answer = fixes.answer_to(item, rng=rng)
                answer_item(item, ticked=ticked, answer=answer, actor=self._partner, now=at)
        submit(self.claim, actor=self._partner, now=at, comment=text)

    def _withdraw(self, at: datetime) -> None:
        withdraw(self.claim, actor=self._partner, now=at)

    def _discard(self, at: datetime) -> None:
        discard(self.claim, actor=self._partner, now=at)

    def _dispute(self, at: datetime, message: str) -> None:
        dispute(self.claim, actor=self._partner, message=message, now=at)
        self.reviewer = self.cast.another_reviewer(self.reviewer.user, rng=self.rng)

    def _disassociate(self, at: datetime, message: str) -> None:
        disassociate(self.claim, actor=self._partner, message=message, now=at)

    # --- Microsoft ---------------------------------------------------------------------------------------------------
    def _start(self, at: datetime) -> None:
        start_review(self.claim, actor=self.reviewer, now=at)

    def _ask(self, at: datetime, reasons: list[str], message: str) -> Iterator[tuple[datetime, Act]]:
        rng, products, told = self._rng_of("findings"), self.content.products, self.plan.story is not None
        found = fixes.findings_of(
            self.claim, reasons, products=products, known=self.cast.reasons, words_of="" if told else message, rng=rng
        )
        if told:
            found = found[: len(reasons)]
        elif any(finding.note == message for finding in found):
            message = rng.choice(words.ALL_ELSE_CLEAR)
        request = request_action(
            self.claim, reasons=found, message=message, accepted=fixes.accepted_beside(found, products),
            actor=self.reviewer, now=at,
        )  # fmt: skip
        for days in settings.ACTION_REMINDER_DAYS:
            due = request.due_at - timedelta(days=days) + _SWEEP
            yield due, lambda due=due: self._remind(request, now=due)  # type: ignore[misc]
        due = request.due_at + _SWEEP
        yield due, lambda: self._lapse(request, now=due)
        yield self._end_of_dispute(due)

    def _approve(self, at: datetime, message: str) -> Iterator[tuple[datetime, Act]]:
        rng, products = self._rng_of("refusal"), self.content.products
        in_part = len(products) > 1 and not self.plan.story and not self.plan.is_revenue and rng.random() < 0.2
        refused = [fixes.refused_of(products[-1], known=self.cast.reasons, rng=rng)] if in_part else []
        approve(self.claim, actor=self.reviewer, message="" if in_part else message, refused=refused, now=at)
        if not self.plan.is_revenue:
            left = at + SENDING
            due = left + timedelta(days=settings.OPT_OUT_DAYS) + _SWEEP
            yield left, lambda: self._notify_customer(now=left)
            yield due, lambda: self._close_window(now=due)

    def _reject(self, at: datetime, reasons: list[str], message: str) -> Iterator[tuple[datetime, Act]]:
        chosen = [self.cast.reasons[code] for code in reasons]
        reject(self.claim, reasons=chosen, message=message, actor=self.reviewer, now=at)
        yield self._end_of_dispute(at)

    def _end_of_dispute(self, rejected_at: datetime) -> tuple[datetime, Act]:
        due = rejected_at + timedelta(days=settings.DISPUTE_DAYS) + _SWEEP
        return due, lambda: self._close_dispute(now=due)

    # --- the customer and the clock ----------------------------------------------------------------------------------
    def _notify_customer(self, *, now: datetime) -> None:
        mark_sent(reference=str(self.claim.pk))
        note_sent(self._newest_link(), now=now)
        self._read_again()

    def _miss(self, at: datetime, reason: str) -> None:
        """The carrier could not deliver the message to the customer."""
        mark_bounced(reference=str(self.claim.pk), reason=reason, at=at)
        note_undeliverable(self._newest_link(), reason=reason, now=at)
        self._read_again()

    def _newest_link(self) -> ConsentLink:
        return ConsentLink.objects.filter(consent__reference=str(self.claim.pk)).latest("pk")

    def _deny(self, at: datetime, reasons: tuple[str, ...], comment: str, share: bool) -> None:
        request = ConsentRequest.objects.get(reference=str(self.claim.pk))
        consent.deny(request, reasons=reasons, comment=comment, share_comment=share, now=at)
        self._read_again()

    def _remind_of_draft(self, *, now: datetime) -> None:
        if self.claim.status == ClaimStatus.EDITING:
            remind_claim(self.claim.pk, now=now)

    def _remind(self, request: ActionRequest, *, now: datetime) -> None:
        if self._waits_for(request):
            remind(request.pk, now=now)

    def _lapse(self, request: ActionRequest, *, now: datetime) -> None:
        if self._waits_for(request) and lapse(self.claim.pk, now=now):
            self._read_again()

    def _close_window(self, *, now: datetime) -> None:
        if self.claim.status == ClaimStatus.APPROVED:
            close_window(self.claim.pk, now=now)

    def _close_dispute(self, *, now: datetime) -> None:
        if self.claim.status == ClaimStatus.REJECTED and close_dispute(self.claim.pk, now=now):
            self._read_again()

    def _waits_for(self, request: ActionRequest) -> bool:
        """Whether the partner has not answered; the rules would ask the same of the database."""
        return self.claim.status == ClaimStatus.ACTION_REQUIRED and self.claim.action_due_at == request.due_at

    def _read_again(self) -> None:
        """The claim was moved through another copy of it."""
        self.claim.refresh_from_db(fields=_MOVED)


def play(plans: list[Plan], *, cast: Cast, now: datetime, stored: list[str], tell: Callable[[int], None]) -> None:
    """Play all claims up to ``now``. Needs an open transaction.

    ``stored`` collects the storage names of the documents; ``tell`` hears how many claims there are, every 25.
    """
    order, queue = count(), list[tuple[datetime, int, Act]]()
    created = 0

    def later(at: datetime, act: Act) -> None:
        heapq.heappush(queue, (at, next(order), act))

    def step(player: Player, number: int) -> None:
        nonlocal created
        done = player.plan.steps[number]
        for due, act in player.play(done.verb, done.data, done.at):
            later(due, act)
        if number + 1 < len(player.plan.steps):
            later(player.plan.steps[number + 1].at, lambda: step(player, number + 1))
        created += done.verb == "create"
        if done.verb == "create" and created % 25 == 0:
            tell(created)

    for number, plan in enumerate(plans):
        rng = Random(f"player {number}")
        filer = cast.filer(plan, rng=rng)
        content, reviewer = cast.content_of(plan, filer=filer, rng=rng), cast.another_reviewer(None, rng=rng)
        player = Player(plan, cast, filer, content, reviewer, stored, rng)
        later(plan.created_at, lambda player=player: step(player, 0))  # type: ignore[misc]
    while queue and queue[0][0] <= now:
        heapq.heappop(queue)[2]()
