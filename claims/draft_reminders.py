"""Reminders of what a partner began and left: unfinished associations, and claims in Editing (Q48).

One reminder per silence: it leaves 14 days after the last change, and the next one only after another change and another
14 days. Nobody is reminded twice of the same, however often the clock runs or however long it stood still.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from claims.actors import Actor
from claims.enums import ClaimAction, ClaimStatus
from claims.history import record_event
from claims.models import Claim, ClaimDraft, ClaimEvent
from claims.unfinished import silent_since, untouched, with_readiness
from notifications.notices import notify
from notifications.outbox import enqueue
from notifications.preferences import wants_mail
from notifications.rendering import render_mail
from partners.models import INCENTIVE_ROLES, Membership, Role

KIND = "claim.draft_reminder"
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a reminder says; ``action`` is the label of its button, ``facts`` are shown in a table."""

    title: str
    text: str
    action: str
    facts: list[tuple[str, str]]


def of_draft(name: str, *, domain: str) -> Reminder:
    """Of an unfinished association; ``domain`` is empty while its customer is not entered."""
    return Reminder(
        gettext("Unfinished association: {shown_name}").format(shown_name=name),
        gettext(
            "You started to associate a customer and have not finished it. Nobody else sees it, and Microsoft does not review "
            "it, before you create the claim and submit it."
        ),
        gettext("Resume"),
        [(gettext("Name"), name), (gettext("Customer"), domain or gettext("not entered yet"))],
    )


def of_claim(claim: Claim, *, ready: bool) -> Reminder:
    """Of a claim in Editing, which is ready to submit or has no proof of execution yet."""
    if ready:
        text = gettext(
            "This claim is still in Editing. It is ready to submit. For the reviewer to take action, you must submit it."
        )
    else:
        text = gettext(
            "This claim is still in Editing. It has no proof of execution yet. For the reviewer to take action, you "
            "must submit it."
        )
    return Reminder(
        gettext("Claim not submitted: {name} ({number})").format(name=claim.name, number=claim.pk),
        text,
        gettext("Open the claim"),
        [(gettext("Claim"), f"{claim.name} ({claim.pk})"), (gettext("Customer"), claim.customer_domain)],
    )


def drafts_to_remind(*, now: datetime, most: int = MOST) -> list[UUID]:
    """Unfinished associations left for 14 days whose owner can still go on with them, oldest first."""
    return list(_silent_drafts(now).order_by("updated_at", "pk").values_list("pk", flat=True)[:most])


def remind_draft(draft_id: UUID, *, now: datetime) -> bool:
    """Remind the owner of one draft by notice and mail. False when it was changed, ended or reminded of meanwhile."""
    with transaction.atomic():
        draft = _silent_drafts(now).filter(pk=draft_id).select_for_update(of=("self",)).first()
        if draft is None:
            return False
        ClaimDraft.objects.filter(pk=draft.pk).update(reminded_at=now)
        _tell(
            [draft.owner],
            of_draft(draft.shown_name, domain=draft.customer_domain),
            changed_at=draft.updated_at,
            url=reverse("association-resume", args=[draft.pk]),
            reference="",
            key=f"draft:{draft.pk}:{draft.updated_at.isoformat()}",
            now=now,
        )
    return True


def claims_to_remind(*, now: datetime, most: int = MOST) -> list[int]:
    """Claims in Editing left for 14 days that somebody can be reminded of, oldest first."""
    return list(_silent_claims(now).order_by("last_activity_at", "pk").values_list("pk", flat=True)[:most])


def remind_claim(claim_id: int, *, now: datetime) -> bool:
    """Remind of one claim in Editing by notice and mail, and note it in history; the last activity stays a person's.

    Its creator is told; who left the company or the role is replaced by the company's Incentive Admins. False when the
    claim was changed, submitted or reminded of meanwhile.
    """
    with transaction.atomic():
        Claim.objects.select_for_update(of=("self",)).filter(pk=claim_id).first()
        claim = with_readiness(_silent_claims(now)).select_related("created_by").filter(pk=claim_id).first()
        if claim is None:
            return False
        ready = claim.is_ready  # type: ignore[attr-defined]
        said = {
            "message": gettext("The claim has not been submitted. It is ready to submit.")
            if ready
            else gettext("The claim has not been submitted. It has no proof of execution yet.")
        }
        event = record_event(claim, ClaimAction.REMIND, actor=Actor.system(), now=now, data=said, is_activity=False)
        _tell(
            _people_for(claim),
            of_claim(claim, ready=ready),
            changed_at=claim.last_activity_at,
            url=claim.get_absolute_url(),
            reference=str(claim.pk),
            key=f"claim-event:{event.pk}",
            now=now,
        )
    return True


def _silent_drafts(now: datetime) -> QuerySet[ClaimDraft]:
    """New associations, not edits of a claim, unchanged for 14 days and not reminded of since their last change."""
    return remindable_drafts().filter(updated_at__lte=silent_since(now)).select_related("owner")


def remindable_drafts() -> QuerySet[ClaimDraft]:
    """New associations of which nobody was reminded since their last change, and whose owner can go on with them."""
    able = Membership.objects.filter(
        user=OuterRef("owner"), organization=OuterRef("organization"), role__in=INCENTIVE_ROLES, user__is_active=True
    )
    begun = ClaimDraft.objects.filter(Exists(able), claim=None)
    return begun.filter(Q(reminded_at=None) | Q(reminded_at__lt=F("updated_at")))


def _silent_claims(now: datetime) -> QuerySet[Claim]:
    """Claims in Editing, unchanged for 14 days and not reminded of since their last activity."""
    return untouched(remindable_claims(), now=now)


def remindable_claims() -> QuerySet[Claim]:
    """Claims in Editing of which nobody was reminded since their last activity, and of which somebody can be."""
    reminded = ClaimEvent.objects.filter(
        claim=OuterRef("pk"), action=ClaimAction.REMIND, at__gte=OuterRef("last_activity_at")
    )
    told = Membership.objects.filter(organization=OuterRef("organization"), user__is_active=True).filter(
        Q(role=Role.INCENTIVE_ADMIN) | Q(user=OuterRef("created_by"), role__in=INCENTIVE_ROLES)
    )
    return Claim.objects.filter(~Exists(reminded), Exists(told), status=ClaimStatus.EDITING)


def _people_for(claim: Claim) -> list[User]:
    """The creator while a member with an incentive role, else the company's Incentive Admins."""
    members = Membership.objects.filter(organization=claim.organization_id, user__is_active=True).select_related("user")
    able = [member for member in members if member.has_incentive_role]
    creator = [member.user for member in able if member.user_id == claim.created_by_id]
    return creator or [member.user for member in able if member.role == Role.INCENTIVE_ADMIN]


def _tell(
    people: Iterable[User],
    reminder: Reminder,
    *,
    changed_at: datetime,
    url: str,
    reference: str,
    key: str,
    now: datetime,
) -> None:
    """A notice to each, and a mail to whoever has not switched these off (Q45)."""
    people = list(people)
    notify(users=people, kind=KIND, title=reminder.title, body=reminder.text, url=url, reference=reference, now=now)
    for person in people:
        if not wants_mail(person, KIND):
            continue
        subject, plain, html = render_reminder(reminder, changed_at=changed_at, url=url)
        enqueue(
            kind=KIND, to=[person.email], subject=subject, text=plain, html=html, reference=reference,
            dedupe_key=f"{KIND}:{key}:{person.pk}", now=now,
        )  # fmt: skip


def render_reminder(reminder: Reminder, *, changed_at: datetime, url: str) -> tuple[str, str, str]:
    """Subject, text and HTML of a reminder; ``url`` is the page of the portal that its button opens."""
    context = {
        "title": reminder.title,
        "text": reminder.text,
        "action": reminder.action,
        "facts": reminder.facts,
        "changed_at": changed_at,
        "link": settings.PORTAL_URL + url,
        "settings_link": settings.PORTAL_URL + reverse("notification-settings"),
    }
    return render_mail("draft_reminder", context)
