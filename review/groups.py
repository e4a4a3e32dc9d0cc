"""Groups of staff and what each may do. A migration writes them; afterwards administrators may change them.

A permission that is declared here later needs a migration that adds it, and nothing else, to the groups of existing
installations.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions

REVIEWERS, LEADS, AUDITORS, CATALOGUE = "Reviewers", "Review leads", "Auditors", "Catalogue managers"  # unread

_SEE, _KEEP = ("view",), ("view", "add", "change")
_MASTER_DATA = {
    "customers": ("product", "cataloguesku", "tenant", "tenantdomain", "tenantsku", "subscription"),
    "partners": ("partnerorganization", "location", "enrollment", "program"),
}
_PARTNERS_PEOPLE = {"partners": ("membership",)}
_DESK_TEXTS = {"claims": ("reasoncode", "holiday"), "review": ("cannedmessage", "rubriccriterion")}
_BARS = {"review": ("bar",)}
_REVENUE = {"revenue": ("revenueimport", "revenueline")}
_AREAS = {"revenue": ("productarea",)}
_RECORDS = {
    "claims": ("association",),
    "customers": ("surveyanswer",),
    "notifications": ("outgoingemail",),
    "admin": ("logentry",),
    **_REVENUE,
}
_PEOPLE = {"accounts": ("user",), "auth": ("group",), "account": ("emailaddress",)}


def _on(models: Mapping[str, tuple[str, ...]], verbs: tuple[str, ...]) -> set[str]:
    return {f"{app}.{verb}_{model}" for app, names in models.items() for model in names for verb in verbs}


_READ_DATA = _on(_MASTER_DATA, _SEE) | _on(_PARTNERS_PEOPLE, _SEE) | _on(_AREAS, _SEE)

GROUPS: dict[str, set[str]] = {
    REVIEWERS: {
        "review.read_desk", "review.decide_claims",
        *_READ_DATA, *_on(_DESK_TEXTS, _SEE), *_on({"claims": ("association",)}, _SEE),
    },
    LEADS: {
        "review.read_desk", "review.decide_claims", "review.lead_desk", "review.read_figures",
        *_READ_DATA, *_on(_DESK_TEXTS, _KEEP), *_on(_BARS, _KEEP), *_on(_RECORDS, _SEE),
        "claims.delete_holiday", "notifications.change_outgoingemail",
    },
    AUDITORS: {
        "review.read_desk", "review.read_figures",
        *_READ_DATA, *_on(_DESK_TEXTS, _SEE), *_on(_RECORDS, _SEE), *_on(_PEOPLE, _SEE), *_on(_BARS, _SEE),
    },
    CATALOGUE: {
        *_on(_MASTER_DATA, _KEEP), *_on(_REVENUE, _KEEP), *_on(_AREAS, ("view", "change")),
        *_on({"claims": ("reasoncode", "holiday")}, _KEEP), "claims.delete_holiday",
        "customers.delete_tenantdomain", "customers.delete_tenantsku", "partners.delete_enrollment",
    },
}  # fmt: skip


def write_groups(apps: Any = live_apps, schema_editor: Any = None) -> None:
    """Create the groups and give each all that is declared, of what there is so far. Harmless when repeated.

    For the first migration of the groups alone: later ones call ``adding``, since it would give back what administrators
    took away.
    """
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    adding(GROUPS)(apps, schema_editor)


def adding(new: Mapping[str, Collection[str]]) -> Callable[[Any, Any], None]:
    """What a migration does that gives groups permissions which came with it: these alone, to the groups that there still are."""

    def add(apps: Any, schema_editor: Any) -> None:
        for config in live_apps.get_app_configs():
            create_permissions(
                config, apps=apps, verbosity=0
            )  # those of new tables are written only after all migrations
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
        known = {
            f"{app}.{codename}": pk
            for pk, app, codename in permission_model.objects.values_list("pk", "content_type__app_label", "codename")
        }
        for group in group_model.objects.filter(name__in=new):
            group.permissions.add(*(known[each] for each in new[group.name] if each in known))

    return add


def trim_groups(apps: Any = live_apps, schema_editor: Any = None) -> None:
    """Take from each of the groups what it is not to have, as early releases gave more than is declared here."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        for permission in group.permissions.select_related("content_type"):
            if f"{permission.content_type.app_label}.{permission.codename}" not in GROUPS[group.name]:
                group.permissions.remove(permission)


def put_staff_into_reviewers(apps: Any, schema_editor: Any = None) -> None:
    """Whoever could decide before there were groups still can."""
    people = apps.get_model("accounts", "User").objects.filter(is_staff=True, is_superuser=False, groups=None)
    group = apps.get_model("auth", "Group").objects.get(name=REVIEWERS)
    group.user_set.add(*people)
