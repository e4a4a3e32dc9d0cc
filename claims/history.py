"""History: writing a row, and telling it to the partner in the partner's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.actors import Actor
from claims.enums import ActorKind, ClaimAction
from claims.findings import told_lines
from claims.models import Claim, ClaimEvent
from kit.texts import Text


def record_event(
    claim: Claim,
    action: ClaimAction,
    *,
    actor: Actor,
    now: datetime,
    from_status: str = "",
    to_status: str = "",
    data: dict[str, Any] | None = None,
    is_activity: bool = True,
) -> ClaimEvent:
    """Write one row of history and the claim's last activity (R029, R124). Needs an open transaction.

    Does not move the status: only ``lifecycle.perform`` does. What is no activity leaves the last one as it was.
    """
    if is_activity:
        Claim.objects.filter(pk=claim.pk).update(
            last_activity_at=now, last_actor_kind=actor.kind, last_actor_name=actor.name
        )
        claim.last_activity_at, claim.last_actor_kind, claim.last_actor_name = now, actor.kind, actor.name
    return ClaimEvent.objects.create(
        claim=claim,
        action=action,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_name=actor.name,
        at=now,
        from_status=from_status,
        to_status=to_status,
        data=data or {},
    )


_SENTENCES = {
    ClaimAction.CREATE: _("created this claim."),
    ClaimAction.EDIT: _("edited the claim."),
    ClaimAction.SUBMIT: _("submitted the claim for review."),
    ClaimAction.WITHDRAW: _("withdrew the submission to edit the claim."),
    ClaimAction.DISCARD: _("discarded the claim."),
    ClaimAction.START_REVIEW: _("started reviewing the proof of execution."),
    ClaimAction.REQUEST_ACTION: _("asked for more information."),
    ClaimAction.RESUBMIT: _("submitted the claim again."),
    ClaimAction.LAPSE: _("rejected the claim, because the requested information was not provided on time."),
    ClaimAction.APPROVE: _("approved the claim."),
    ClaimAction.REJECT: _("rejected the claim."),
    ClaimAction.DISPUTE: _("disputed the rejection."),
    ClaimAction.DENY_CONSENT: _("denied the association."),
    ClaimAction.DISASSOCIATE: _("disassociated the customer."),
    ClaimAction.SUPERSEDE: _("ended the association after comparing claims of several partners."),
    ClaimAction.ADD_DOCUMENT: _("uploaded a proof of execution document."),
    ClaimAction.REMOVE_DOCUMENT: _("removed a proof of execution document."),
    ClaimAction.NOTE_DOCUMENT: _("changed the note of a document."),
    ClaimAction.REFRESH_POE: _("refreshed proof of execution."),
    ClaimAction.COMMENT: _("added a comment."),
    ClaimAction.ASK_HOLDER: _("asked for information on the association."),
    ClaimAction.ANSWER: _("answered what Microsoft had asked."),
    ClaimAction.LOSE_PRODUCT: _("ended a part of the association after comparing claims of several partners."),
    ClaimAction.KEEP_ASSOCIATION: _("compared the proof of execution; the association stays as it is."),
    ClaimAction.RESTORE_CONSENT: _("took the denial back. The association is as it was before."),
    ClaimAction.EXPIRE: _("ended the association, because its subscription has ended."),
    ClaimAction.LOSE_SUBSCRIPTION: _("ended a part of the association, because its subscription has ended."),
    ClaimAction.ASK_CONSENT: _("wrote to the customer about the association."),
    ClaimAction.START_WINDOW: _("notified the customer. The opt-out period began."),
    ClaimAction.MISS_CUSTOMER: _(
        "did not reach the customer contact. The opt-out period waits for a corrected contact."
    ),
    ClaimAction.DELAY_MESSAGE: _(
        "could not send the message to the customer yet. The opt-out period begins when it has left."
    ),
    ClaimAction.ASK_AGAIN: _("had the customer contact notified once more."),
    ClaimAction.CORRECT_CONTACT: _("corrected the customer contact. The new contact is being notified."),
    ClaimAction.HAND_OVER: _("handed the request over to a colleague, who is being notified."),
    ClaimAction.GIVE_CONSENT: _("consented to the association."),
    ClaimAction.DENY_PART: _("denied a part of the association."),
    ClaimAction.RESTORE_PART: _("took the denial of a part back. That part is associated again."),
    ClaimAction.CLOSE_DISPUTE: _("closed the period in which the rejection could be disputed."),
    ClaimAction.CLOSE_WINDOW: _("closed the opt-out period; the customer did not deny. The association is in effect."),
    ClaimAction.REMIND: _("sent a reminder that the claim still needs action."),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an edit with its old and new values; a field of one value has lists of at most one (R130)."""

    label: str
    old: list[str]
    new: list[str]
    several: bool

    @property
    def removed(self) -> list[str]:
        """The values that were taken out."""
        return [value for value in self.old if value not in self.new]

    @property
    def added(self) -> list[str]:
        """The values that were put in."""
        return [value for value in self.new if value not in self.old]


@dataclass(frozen=True, slots=True)
class Told:
    """One row of history as a person reads it. ``details`` has all facts as lines, ``said`` those that are no change."""

    at: datetime
    who: str
    sentence: str
    said: list[str]
    changes: list[Change]
    event: ClaimEvent

    @property
    def details(self) -> list[str]:
        """All facts of the row as lines of text."""
        return [*self.said, *(_line(change) for change in self.changes)]


def tell_partner(events: Iterable[ClaimEvent]) -> list[Told]:
    """The history in the partner's words: reviewers are «Microsoft», the customer is «Customer» (R124, Q50)."""
    return [_told(event, _partner_sees(event)) for event in events]


def tell_reviewer(events: Iterable[ClaimEvent]) -> list[Told]:
    """The history with the names of the people behind it, for staff (Q50)."""
    return [
        _told(
            event,
            gettext("Customer ({name})").format(name=event.actor_name)
            if event.actor_kind == ActorKind.CUSTOMER
            else event.actor_name,
        )
        for event in events
    ]


def change_of(label: str, before: Any, after: Any) -> Change:
    """The change of one field, which is a text or a list of texts; None counts as nothing. ``label`` is kept in English."""
    several = isinstance(before, list) or isinstance(after, list)
    old, new = (each if isinstance(each, list) else [each] for each in (before, after))
    return Change(gettext(label), [each for each in old if each], [each for each in new if each], several)


def _told(event: ClaimEvent, who: str) -> Told:
    changes = [change_of(each["label"], each["old"], each["new"]) for each in event.data.get("changes", [])]
    return Told(event.at, who, str(_SENTENCES[ClaimAction(event.action)]), _said(event), changes, event)


def _line(change: Change) -> str:
    return f"{change.label}: {'; '.join(change.old) or '–'} → {'; '.join(change.new) or '–'}"


def _partner_sees(event: ClaimEvent) -> str:
    if event.actor_kind == ActorKind.PARTNER:
        return event.actor_name
    return str(ActorKind(event.actor_kind).label)


_PRODUCTS: dict[str, Text] = {
    "accepted": _("Accepted"),
    "refused": _("Not approved"),
    "lost": _("No longer associated"),
    "restored": _("Associated again"),
}


def _said(event: ClaimEvent) -> list[str]:
    """Facts of the event that both sides may read; the customer's comment only when it allowed that (Q37)."""
    data = event.data
    lines = told_lines(data.get("reasons", []))
    lines += [f"{label}: {', '.join(data[key])}." for key, label in _PRODUCTS.items() if data.get(key)]
    lines += [f"{given['about']}: {given['answer']}" for given in data.get("answers", [])]
    lines += [str(data[key]) for key in ("message", "document", "note", "comment") if data.get(key)]
    if data.get("denial_reasons"):
        lines.append(gettext("Reason: {reason}").format(reason=" ".join(data["denial_reasons"])))
    if data.get("shared_comment"):
        lines.append(gettext("Comment: {comment}").format(comment=data["shared_comment"]))
    if data.get("late"):
        lines.append(gettext("This happened after the opt-out period."))
    if data.get("without_copy"):
        lines.append(gettext("No administrator of the customer's own is known for this tenant, so nobody was copied."))
    return lines
