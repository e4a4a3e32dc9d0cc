"""The dashboard's numbers counted by hand: plain loops over all rows, sharing no code with the portal's statistics."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

from claims.models import Claim, ClaimEvent, ClaimLine
from partners.models import PartnerOrganization

MONTHS_BACK = {"3m": 3, "6m": 6, "12m": 12}


def first_day(code: str, today: date) -> date:
    """30 days with today, or the same day so many months ago, or that month's last day."""
    if code == "30d":
        return date.fromordinal(today.toordinal() - 29)
    year, month = today.year, today.month
    for _ in range(MONTHS_BACK[code]):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    day = today.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def count(organization: PartnerOrganization, code: str, now: datetime) -> dict[str, object]:
    """Everything that the four charts show of an organization, as plain dictionaries."""
    start = first_day(code, now.date())
    claims = {
        claim.pk: claim for claim in Claim.objects.select_related("tenant") if claim.organization_id == organization.pk
    }
    approvals: dict[str, Counter[date]] = defaultdict(Counter)
    for event in ClaimEvent.objects.all():
        claim = claims.get(event.claim_id)
        day = event.at.astimezone(UTC).date()
        if claim is None or event.action != "approve" or not start <= day or event.at > now:
            continue
        bucket = day - timedelta(days=(day.isoweekday() - 1)) if code in {"30d", "3m"} else date(day.year, day.month, 1)
        approvals[claim.solution_area][bucket] += 1
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    for claim in claims.values():
        if start <= claim.created_at.astimezone(UTC).date() and claim.created_at <= now and claim.status != "discarded":
            statuses[claim.solution_area][claim.status] += 1
    workloads: dict[str, set[int]] = defaultdict(set)
    activities: dict[str, set[int]] = defaultdict(set)
    for line in ClaimLine.objects.select_related("product"):
        claim = claims.get(line.claim_id)
        approved = claim and claim.status == "approved" and line.verdict != "refused"
        if approved and claim.solution_area == "microsoft_365":
            workloads[line.product.code].add(claim.tenant_id)
    for claim in claims.values():
        if claim.status == "approved" and claim.solution_area == "business_applications":
            for activity in claim.activities:
                activities[activity].add(claim.tenant_id)
    return {
        "approvals": approvals,
        "statuses": statuses,
        "workloads": {code: len(tenants) for code, tenants in workloads.items()},
        "activities": {activity: len(tenants) for activity, tenants in activities.items()},
    }
