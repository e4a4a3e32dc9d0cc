"""One address for every route of the desk that shows a page, who may open it, and the routes that show none."""

from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, reverse

from accounts.models import User
from review.arbitration.rubric import active_criteria
from review.models import CaseDecision
from review.related import KINDS
from tests.journeys.desk_scene import Desk

READERS = frozenset({"reviewer", "lead", "auditor"})
DECIDERS = frozenset({"reviewer", "lead"})
FIGURES = frozenset({"lead", "auditor"})
ROLES = ("reviewer", "lead", "auditor", "manager")
# Who may open the pages of a route with GET. Everybody else meets 403.
OPEN_TO = {
    "index": frozenset(ROLES), "review-queue": READERS, "review-claim": READERS, "review-similar": READERS,
    "review-preview": READERS, "review-cases": READERS, "review-case": READERS, "review-case-ask": DECIDERS,
    "review-case-decide": DECIDERS, "review-case-score": DECIDERS, "review-second-looks": READERS,
    "review-second-look": READERS, "review-leads": FIGURES, "review-notifications": DECIDERS, "review-operations": FIGURES,
    "review-deadlines": FIGURES, "review-messages": READERS, "review-message": READERS,
}  # fmt: skip
# Pages like those of other claims, and one that not everybody may read.
ALIKE = {"barred", *(f"holder of a {case} case" for case in ("running", "proposed", "closed"))}
ALIKE |= {f"contender in a {case} case" for case in ("proposed", "closed")}
# They take a form, and answer with a page when something is wrong with it; answers_of() has each of them.
ANSWERS = {
    "review-queue-save", "review-decide", "review-compose", "review-decision-preview", "review-comment",
    "review-note", "review-checks", "review-second-look-answer", "review-case-settle", "review-assign", "review-start",
}  # fmt: skip
# Acts that lead to a page of the list, files, and the part of a claim's page that says who is there too.
WITHOUT_A_PAGE = {
    "review-next", "review-queue-bulk", "review-ask-again", "review-take", "review-release", "review-queue-forget", "review-case-take", "review-case-release",
    "review-queue-export", "review-leads-export", "review-document", "review-preview-image", "review-presence",
    "review-message-html", "admin_logentry_export",
}  # fmt: skip
# Of the stock admin: no page, a way to a page of the list, or the portal's own sign-in in its place.
STOCK_WITHOUT_A_PAGE = {None, "login", "logout", "autocomplete", "jsi18n", "view_on_site", "password_change_done"}


def routes() -> list[URLPattern]:
    """All routes below the admin's address, those of its tables too."""
    found: list[URLPattern] = []

    def walk(patterns: list[Any]) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                found.append(pattern)
            else:
                walk(pattern.url_patterns)

    walk(admin.site.get_urls())
    return found


def desk_addresses(desk: Desk) -> list[tuple[str, str]]:
    """Every page of the desk, by route name, over rows of every kind; those of a barred partner are left out."""

    def at(name: str, *keys: Any, query: str = "") -> tuple[str, str]:
        return name, reverse(f"admin:{name}", args=keys) + query

    lists = ("open", "mine", "partner", "decided", "all")  # one of each kind
    again = desk.claims["resubmitted"]
    running = desk.cases["running"]
    pages = [at("index"), *(at("review-queue", query=f"?tab={tab}") for tab in lists)]
    pages += [
        at("review-queue", query="?tab=all&status=rejected&country=US&who=nobody&overdue=1&q=a"),
        at("review-queue", query="?tab=all&older=x&country=USA&product=0"),
        at("review-queue", query="?q=nothing-is-called-like-this"),
    ]
    pages += [at("review-claim", claim.pk) for name, claim in desk.claims.items() if name not in ALIKE]
    pages += [at("review-similar", again.pk, kind) for kind in KINDS]
    pages += [at("review-preview", again.pk, document.pk) for document in again.documents.filter(removed_at=None)[:1]]
    pages += [at("review-cases", query=f"?show={show}") for show in ("", "waiting", "ready", "confirm", "closed")]
    pages += [at("review-case", case.pk) for case in desk.cases.values()]
    pages += [at("review-case-ask", running.pk), at("review-case-decide", running.pk)]
    pages += [at("review-case-score", running.pk, party.pk) for party in running.parties.all()[:1]]
    pages += [at("review-second-looks", query=f"?tab={tab}") for tab in ("waiting", "own", "done")]
    pages += [at("review-second-look", desk.looks[name].pk) for name in ("open", "done")]
    pages += [at("review-leads", query=f"?range={code}") for code in ("", "12m")]
    pages += [
        at("review-deadlines", query=query)
        for query in ("", "?kind=reviews", "?kind=drafts&after=2026-01-01T00:00:00%2B00:00_9_1")
    ]
    pages += [at("review-notifications"), at("review-operations"), at("review-operations", query="?before=1")]
    pages += [
        at("review-messages"),
        at("review-message", "claim-in-effect"),
        at("review-message", "consent-request", query="?language=ja"),
    ]
    return pages


def answers_of(desk: Desk) -> list[tuple[str, str, dict[str, Any]]]:
    """Forms that come back, or lead to a page at their own address: route name, address, what is sent."""
    again, running, looked = desk.claims["resubmitted"], desk.cases["running"], desk.looks["open"]
    rejected, long = desk.claims["rejected"], "x" * 5000
    proposal = CaseDecision.objects.get(state=CaseDecision.State.PROPOSED)
    seen = {"version": again.version, "seen_event": again.events.order_by("pk").last().pk, "rows": 2}
    approval = seen | {"decision": "approve", "message": "Thank you."}
    points = {f"points_{each.pk}": "9" for each in active_criteria()}

    def to(route: str, /, *keys: Any, **fields: Any) -> tuple[str, str, dict[str, Any]]:
        return route, reverse(f"admin:{route}", args=keys), fields

    return [
        to("review-queue-save", name="", query="overdue=1"),
        to("review-decide", again.pk, **seen),
        to("review-decide", again.pk, **approval | {"version": 0}),
        to("review-compose", again.pk, **seen, more="1"),
        to("review-decision-preview", again.pk, **approval),
        to("review-comment", again.pk, text=long),
        to("review-note", again.pk, note=long),
        to("review-checks", rejected.pk, rejected.documents.first().pk),
        to("review-assign", again.pk, to="0"),
        to("review-start", rejected.pk, version=1),
        to("review-second-look-answer", looked.pk, answer="", comment=long[:3000]),
        to("review-case-ask", running.pk, message=long),
        to("review-case-score", running.pk, running.parties.first().pk, **points),
        to("review-case-decide", running.pk, reason=""),
        to("review-case-settle", proposal.case_id, proposal.pk, act="return", comment=""),
    ]


def table_addresses() -> list[tuple[str, str]]:
    """The pages of every table of the admin, by route name, as an administrator opens them; 403 stands for «not offered»."""
    pages = [("password_change", reverse("admin:password_change"))]
    for model in admin.site._registry:
        base = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").last()
        assert row is not None, f"rows_of_all_kinds makes no row of {model._meta.label}"
        for page, keys in (
            ("changelist", []),
            ("add", []),
            ("change", [row.pk]),
            ("history", [row.pk]),
            ("delete", [row.pk]),
        ):
            pages.append((f"{base}_{page}", reverse(f"admin:{base}_{page}", args=keys)))
        try:
            pages.append((f"{base}_import", reverse(f"admin:{base}_import")))
        except NoReverseMatch:
            continue
    apps = sorted({model._meta.app_label for model in admin.site._registry})
    pages += [("app_list", reverse("admin:app_list", args=[app])) for app in apps]
    return [
        *pages,
        ("auth_user_password_change", reverse("admin:auth_user_password_change", args=[User.objects.latest("pk").pk])),
    ]
