"""Other claims that touch a claim: rivals for the same, and claims that resemble it. One query for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, OuterRef, QuerySet, StringAgg, Subquery, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from claims.enums import ClaimStatus
from claims.models import Association, Claim, ClaimLine, Document, LineSubscription
from claims.queries import claimed_parts
from kit.texts import Text
from review.access import bar_between, submitted_claims

FEW = 10
PAGE = 50
KINDS = {
    "product": gettext_lazy("Same customer and product"),
    "document": gettext_lazy("Same document"),
    "domain": gettext_lazy("Same domain, another tenant"),
    "contact": gettext_lazy("Same customer contact, another tenant"),
}
_RIVAL, _HOLDER = "rival", "holder"
_COLUMNS = ("way", "key", "heading", "stands", "handed_in", "company", "barred", "item", "bought", "listed", "since")
_NO_ID, _NO_TIME = Cast(Value(None), UUIDField()), Cast(Value(None), DateTimeField())
_NO_TEXT = Value("", CharField())


@dataclass(slots=True)
class Related:
    """Another claim, what it has in common, and since when its partner holds that. Partners never see any of it."""

    pk: int
    name: str
    status: str
    submitted_at: datetime | None
    partner: str
    items: list[str] = field(default_factory=list)
    holds_since: datetime | None = None

    @property
    def status_label(self) -> Text:
        """The status in words."""
        return ClaimStatus(self.status).label


@dataclass(slots=True)
class Group:
    """Claims related in one way. ``hidden`` counts those of partners from which the reader is barred."""

    kind: str
    claims: list[Related] = field(default_factory=list)
    hidden: int = 0
    has_more: bool = False

    @property
    def label(self) -> Text:
        """What the claims have in common."""
        return KINDS.get(self.kind, "")

    @property
    def hidden_sentence(self) -> str:
        """«1 claim of a partner you are barred from.»; empty when nothing is hidden."""
        if not self.hidden:
            return ""
        return ngettext(
            "{count} claim of a partner you are barred from.",
            "{count} claims of a partner you are barred from.",
            self.hidden,
        ).format(count=self.hidden)


def related_to(claim: Claim, *, user: User, lines: Iterable[ClaimLine]) -> tuple[Group, list[Group]]:
    """Rivals, holders first (R170), and the claims that resemble this one, grouped, at most ten of each kind, newest first.

    A revenue association has no rivals: it stands beside the exclusive slot (Q16). Rivals are not named a second time as
    similar. Claims of partners from which the reader is barred are counted, never named. One query.
    """
    lines = list(lines)
    arms = [] if claim.is_revenue else _rival_arms(claim, user=user, lines=lines)
    arms += [_resembling(claim, kind, user=user, lines=lines)[: FEW + 1] for kind in KINDS]
    rows = list(arms[0].union(*arms[1:], all=True).order_by())
    rivals = _rivals([row for row in rows if row[0] in {_RIVAL, _HOLDER}])
    known = {each.pk for each in rivals.claims}
    return rivals, [_group(kind, [row for row in rows if row[0] == kind], known=known) for kind in KINDS]


def similar_page(
    claim: Claim, kind: str, *, user: User, lines: Iterable[ClaimLine], before: int | None
) -> tuple[Group, int | None]:
    """All claims that resemble this one in one way, newest first, fifty a page; and the key to go on with, or None."""
    found = _resembling(claim, kind, user=user, lines=list(lines))
    if before is not None:
        found = found.filter(**{"claim__lt" if kind == "document" else "pk__lt": before})
    rows = list(found[: PAGE + 1])
    group = _group(kind, rows[:PAGE], known=set(), most=PAGE)
    return group, rows[PAGE - 1][1] if len(rows) > PAGE else None


def _rival_arms(claim: Claim, *, user: User, lines: list[ClaimLine]) -> list[QuerySet[Any]]:
    parts = claimed_parts(claim, lines)
    workloads = [line.product_id for line, _chosen in parts if not line.by_subscription]
    subscriptions = [entry.subscription_id for _line, chosen in parts for entry in chosen]
    own = claim.organization_id
    live_lines = ClaimLine.objects.filter(
        live=True, incentive=True, by_subscription=False, tenant=claim.tenant_id, product__in=workloads
    ).exclude(organization=own)
    chosen = LineSubscription.objects.filter(live=True, incentive=True, subscription__in=subscriptions)
    held = Association.objects.filter(ended_at=None, exclusive=True).exclude(organization=own)
    by_workload = held.filter(tenant=claim.tenant_id, product__in=workloads, subscription=None)
    ids = {"bought": "subscription__commerce_subscription_id", "listed": "subscription__subscription_id"}
    named = {"item": F("product__name"), "since": F("started_at")}
    return [
        _rows(live_lines.order_by(), _RIVAL, user, at="claim__", item=F("product__name")),
        _rows(
            chosen.exclude(organization=own).order_by(),
            _RIVAL,
            user,
            at="line__claim__",
            item=F("line__product__name"),
            **ids,
        ),
        _rows(by_workload, _HOLDER, user, at="claim__", **named),
        _rows(held.filter(subscription__in=subscriptions), _HOLDER, user, at="claim__", **named, **ids),
    ]


def _resembling(claim: Claim, kind: str, *, user: User, lines: list[ClaimLine]) -> QuerySet[Any]:
    products = [line.product_id for line in lines]
    others = submitted_claims().exclude(pk=claim.pk)
    if kind == "product":
        common = ClaimLine.objects.filter(claim=OuterRef("pk"), product__in=products).order_by().values("claim")
        names = common.annotate(names=StringAgg("product__name", Value(", "), order_by="product__name")).values("names")
        same = others.filter(tenant=claim.tenant_id, lines__product__in=products).distinct()
        return _rows(same.order_by("-pk"), kind, user, item=Subquery(names))
    if kind == "document":
        own = claim.documents.values("sha256")
        copies = Document.objects.filter(sha256__in=own, claim__in=others)
        return _rows(copies.order_by("-claim", "pk"), kind, user, at="claim__", item=F("name"), since=F("uploaded_at"))
    elsewhere = others.exclude(tenant=claim.tenant_id).order_by("-pk")
    if kind == "domain":
        same = elsewhere.filter(customer_domain__iexact=claim.customer_domain)
    else:
        same = elsewhere.filter(customer_contact_email__iexact=claim.customer_contact_email)
    return _rows(same, kind, user, item=F("tenant__display_name"))


def _rows(rows: QuerySet[Any], kind: str, user: User, *, at: str = "", **more: Any) -> QuerySet[Any]:
    """The rows in the columns of the union; ``at`` is the path to their claim."""
    plain = {"key": f"{at}pk", "heading": f"{at}name", "stands": f"{at}status", "handed_in": f"{at}submitted_at"}
    columns: dict[str, Any] = {name: F(path) for name, path in plain.items()}
    columns |= {"company": F(f"{at}organization__name"), "barred": bar_between(user, f"{at}organization")}
    columns |= {
        "way": Value(kind, CharField()),
        "item": _NO_TEXT,
        "bought": _NO_ID,
        "listed": _NO_ID,
        "since": _NO_TIME,
    }
    columns |= {name: F(value) if isinstance(value, str) else value for name, value in more.items()}
    return rows.annotate(**columns).values_list(*_COLUMNS)


def _group(kind: str, rows: list[Any], *, known: set[int], most: int = FEW) -> Group:
    group = Group(kind, has_more=len(rows) > most)
    found: dict[int, Related] = {}
    hidden: set[int] = set()
    for _, key, title, state, submitted, partner, barred, item, _, _, _ in rows[:most]:
        if key in known:
            continue
        if barred:
            hidden.add(key)
            continue
        _note(found.setdefault(key, Related(key, title, state, submitted, partner)), item)
    group.claims, group.hidden = list(found.values()), len(hidden)
    return group


def _rivals(rows: list[Any]) -> Group:
    found: dict[int, Related] = {}
    hidden: set[int] = set()
    for _, key, title, state, submitted, partner, barred, item, bought, listed, since in rows:
        if barred:
            hidden.add(key)
            continue
        rival = found.setdefault(key, Related(key, title, state, submitted, partner))
        _note(rival, f"{item} {str(bought or listed).upper()}" if listed else item)
        rival.holds_since = since or rival.holds_since
    ordered = sorted(found.values(), key=lambda rival: (rival.holds_since is None, rival.pk))
    return Group(_RIVAL, ordered, len(hidden))


def _note(related: Related, item: str) -> None:
    if item and item not in related.items:
        related.items.append(item)
