"""kill -9 of the workers while the customers of approved claims are written to. Needs Django; ``mail_figures`` runs it.

The claims are real ones, approved by the rule that reviewers' decisions call; what is asked afterwards is asked of their rows
and of what the mail server took.
"""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from claims.actors import Actor
from claims.deciding import approve
from claims.enums import ClaimAction, ClaimStatus
from claims.models import Claim, ClaimEvent
from cpor_portal.invariants.checking import offenders
from cpor_portal.invariants.of_messages import CONSENT, MAIL
from customers.consent import CONSENT_MAIL
from customers.models import ConsentLink, ConsentRequest
from kit.links import digest
from notifications.models import MailFate, OutgoingEmail
from tests.factories import (
    ClaimFactory,
    LocationFactory,
    MembershipFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
)
from tests.faults.mail_machinery import MOST_SECONDS, settled, sweep, sweep_now_and_then, taken, verdict, workers

KILLS, CLAIMS = 20, 500


def killed_workers(log: Path, directory: Path) -> None:
    """Approve the claims, kill the workers again and again while their mail goes out, and look at what came of it."""
    claims = approved_claims()
    began, kills = time.monotonic(), 0
    while kills < KILLS and time.monotonic() - began < MOST_SECONDS:
        with workers(directory) as group:
            wanted = len(to_customers(log)) + random.randint(3, CLAIMS // KILLS - 2)
            for _ in range(2):
                sweep()
            while len(to_customers(log)) < wanted and time.monotonic() - began < MOST_SECONDS:
                time.sleep(0.02)
                sweep_now_and_then()
            os.killpg(group.pid, signal.SIGKILL)
            kills += 1
    with workers(directory):
        unsent = OutgoingEmail.objects.exclude(status="sent")
        settled(lambda: not unsent.exists(), what="all mails sent after the last kill", seconds=600)
        settled(lambda: not MailFate.objects.filter(told_at=None).exists(), what="all mails told")
    judge(claims, to_customers(log), len(taken(log)), kills)


def approved_claims() -> list[int]:
    """So many claims of one partner, each with a customer of its own, approved one after the other."""
    creator = MembershipFactory()
    location, product, reviewer = (
        LocationFactory(organization=creator.organization),
        WorkloadFactory(),
        ReviewerFactory(),
    )
    now = timezone.now()
    made = [
        ClaimFactory(
            organization=creator.organization, location=location, created_by=creator.user, products=[product],
            tenant=TenantFactory(), status=ClaimStatus.UNDER_REVIEW, submitted_at=now, review_started_at=now, submissions=1,
        )
        for _ in range(CLAIMS)
    ]  # fmt: skip
    for claim in made:
        approve(claim, actor=Actor.reviewer(reviewer), now=timezone.now())
    return [claim.pk for claim in made]


def to_customers(log: Path) -> list[dict[str, str]]:
    """The messages with a customer's link that the mail server took."""
    return [each for each in taken(log) if each["link"]]


def judge(claims: list[int], arrived: list[dict[str, str]], all_arrived: int, kills: int) -> None:
    """Compare what the mail server took with the claims, and write the row."""
    copies: dict[str, set[tuple[str, str]]] = {}
    for each in arrived:
        copies.setdefault(each["to"], set()).add((each["id"], each["link"]))
    links = {link.sent_to: link for link in ConsentLink.objects.all()}
    lost = [
        request.reference
        for request in ConsentRequest.objects.filter(reference__in=[str(pk) for pk in claims])
        if not any(digest(token) == links[request.customer_email].token_digest
                   for _, token in copies.get(request.customer_email, ()))
    ]  # fmt: skip
    changed = sum(len(seen) != 1 for seen in copies.values())
    repeats, all_repeats = len(arrived) - len(copies), all_arrived - OutgoingEmail.objects.count()
    windows = Counter(
        ClaimEvent.objects.filter(action=ClaimAction.START_WINDOW, claim__in=claims).values_list("claim", flat=True)
    )
    one_window = sum(windows[pk] == 1 for pk in claims)
    one_date = sum(_has_one_date(pk) for pk in claims)
    wrong = [each.name for each in [*CONSENT, *MAIL] if offenders(each)]
    verdict(
        f"kill -9 of all workers {kills} times, while the customers of {CLAIMS} claims are written to, each with a link",
        f"{len(lost)} lost; {repeats} repeated, {changed} of them with another Message-ID or link, {all_repeats} repeated "
        f"of all {OutgoingEmail.objects.count():,} messages; {one_window} claims whose days to opt out began once, "
        f"{one_date} that have one date for claim, question and message; {len(wrong)} broken invariants",
        not lost and kills == KILLS and all_repeats <= kills and not changed and one_window == one_date == CLAIMS
        and not wrong,
    )  # fmt: skip


def _has_one_date(claim_id: int) -> bool:
    """Whether the days end at the same moment for claim and request: so long after the message left, as noted once."""
    claim, request = Claim.objects.get(pk=claim_id), ConsentRequest.objects.get(reference=str(claim_id))
    mail = OutgoingEmail.objects.get(kind=CONSENT_MAIL, reference=str(claim_id))
    until = mail.sent_at and mail.sent_at + timedelta(days=settings.OPT_OUT_DAYS)
    told = MailFate.objects.filter(mail=mail, fate="sent").count()
    return claim.opt_out_until == request.opt_out_until == until and told == 1
