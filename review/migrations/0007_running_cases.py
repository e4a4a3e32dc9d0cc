"""Cases for rivals that are live already. New ones are bound as claims move; see ``review.arbitration.binding``."""

from django.db import migrations
from django.db.models import Count
from django.utils import timezone

from review.arbitration.contests import Contest, Item, clusters

LIVE = ["submitted", "under_review", "partner_action_required", "approved", "disputed"]
IN_REVIEW = ["submitted", "under_review", "disputed"]
CONFLICT, ORDINARY = 2, 3


def bind_running_rivals(apps, schema_editor):
    """Open a case for each cluster of contested items. The tables are those of this migration, not of today."""
    bound = apps.get_model("review", "CaseItem").objects.filter(is_open=True).values_list("case__tenant", flat=True)
    for tenant in sorted(_tenants(apps) - set(bound)):
        contests = _contests(apps, tenant)
        for cluster in clusters(contests, {}):
            _open(apps, tenant, cluster, contests)


def _tenants(apps):
    """Customers with a workload or subscription that several partners claim live."""
    lines = apps.get_model("claims", "ClaimLine").objects.filter(live=True, incentive=True, by_subscription=False)
    chosen = apps.get_model("claims", "LineSubscription").objects.filter(live=True, incentive=True)
    several = Count("organization", distinct=True)
    workloads = lines.order_by().values("tenant", "product").annotate(partners=several).filter(partners__gt=1)
    subscriptions = (
        chosen.order_by().values("line__tenant", "subscription").annotate(partners=several).filter(partners__gt=1)
    )
    return {row["tenant"] for row in workloads} | {row["line__tenant"] for row in subscriptions}


def _contests(apps, tenant):
    found = {}

    def note(product, subscription, claim, organization):
        contest = found.setdefault(Item.of(product, subscription), Contest(product))
        contest.claims[claim] = organization

    live = {"live": True, "incentive": True}
    lines = apps.get_model("claims", "ClaimLine").objects.filter(
        tenant=tenant, by_subscription=False, claim__status__in=LIVE, **live
    )
    for product, claim, organization in lines.order_by().values_list("product_id", "claim_id", "organization_id"):
        note(product, None, claim, organization)
    chosen = apps.get_model("claims", "LineSubscription").objects.filter(
        line__tenant=tenant, line__claim__status__in=LIVE, **live
    )
    columns = ("line__product_id", "subscription_id", "line__claim_id", "organization_id")
    for row in chosen.order_by().values_list(*columns):
        note(*row)
    return {item: contest for item, contest in found.items() if contest.is_contested}


def _open(apps, tenant, cluster, contests):
    now = timezone.now()
    claims = apps.get_model("claims", "Claim").objects.filter(pk__in=cluster.claims).order_by("pk")
    case = apps.get_model("review", "ArbitrationCase").objects.create(tenant_id=tenant, opened_at=now)
    items = apps.get_model("review", "CaseItem").objects
    for item in sorted(cluster.items, key=lambda each: (each.workload or 0, each.subscription or 0)):
        product = contests[item].product
        items.create(
            case=case, tenant_id=tenant, product_id=product, subscription_id=item.subscription, added_at=now
        )
    parties = apps.get_model("review", "CaseParty").objects
    for claim in claims:
        role = "holder" if claim.status == "approved" else "contender"
        parties.create(case=case, claim=claim, role=role, joined_at=now)
    claims.filter(status__in=IN_REVIEW, queue_rank=ORDINARY).update(queue_rank=CONFLICT)
    apps.get_model("review", "CaseEvent").objects.create(
        case=case, text="The case was opened for rivals that were there already.", at=now
    )


class Migration(migrations.Migration):
    dependencies = [("review", "0006_figures"), ("claims", "0007_keep_association")]

    operations = [migrations.RunPython(bind_running_rivals, migrations.RunPython.noop, elidable=True)]
