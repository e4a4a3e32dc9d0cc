"""What the leads' page costs with many claims: ``python -m benchmarks.leads --claims 50000``. Servers of its own, thrown away after.

The claims and people are those of ``benchmarks.queue``; each claim whose review began gets its history over fourteen months.
The page, its file and the morning list are asked for with 1,000 claims and with many.
"""

# ruff: noqa: T201, PLC0415 - it prints, and the environment comes before Django

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.queue import FEW, Measured, add_people, fill, measure
from demo.postgres import Postgres
from demo.valkey import Valkey

# One round of review for each claim that left Submitted, a second one for every fifth, a dispute for every fiftieth.
HISTORY = """
WITH past AS (
    SELECT claim.id, claim.id % 5 = 0 AS again, claim.id % 50 = 0 AS disputed,
           now() - (claim.id * 7919 % 420) * interval '1 day' - interval '20 days' AS began,
           (SELECT min(id) FROM accounts_user WHERE is_staff) + claim.id % 50 AS reviewer
    FROM claims_claim claim
    WHERE claim.id BETWEEN 1000000 + :first AND 1000000 + :last AND claim.status <> 'submitted'
), steps AS (
    SELECT id, 1 AS step, 'start_review' AS action, began AS at, 'reviewer' AS kind, reviewer FROM past
    UNION ALL SELECT id, 2, CASE WHEN again THEN 'request_action' WHEN disputed OR id % 3 = 0 THEN 'reject' ELSE 'approve' END,
                     began + (id % 9) * interval '1 day', 'reviewer', reviewer FROM past
    UNION ALL SELECT id, 3, 'resubmit', began + interval '10 days', 'partner', NULL FROM past WHERE again
    UNION ALL SELECT id, 4, CASE WHEN disputed THEN 'reject' ELSE 'approve' END,
                     began + interval '12 days', 'reviewer', reviewer FROM past WHERE again
    UNION ALL SELECT id, 5, 'dispute', began + interval '13 days', 'partner', NULL FROM past WHERE disputed
    UNION ALL SELECT id, 6, 'approve', began + interval '15 days', 'reviewer', reviewer FROM past WHERE disputed
)
INSERT INTO claims_claimevent (claim_id, action, actor_kind, actor_id, actor_name, at, from_status, to_status, data)
SELECT id, action, kind, reviewer, 'Somebody', at, '', '',
       CASE WHEN action IN ('reject', 'request_action')
            THEN jsonb_build_object('reasons', jsonb_build_array(jsonb_build_object('code', 'reason_' || id % 12)))
            ELSE '{}' END
FROM steps ORDER BY id, step
"""


def add_history(first: int, last: int) -> None:
    """Write the history of the claims number ``first`` to ``last``."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(HISTORY.replace(":first", str(first)).replace(":last", str(last)))
        cursor.execute("VACUUM ANALYZE")


def run(number: int, *, first: int) -> dict[str, Measured]:
    """Fill, then ask for everything."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from claims.calendar import calendar_between, day_of
    from review.digest import morning_of
    from review.digest_parts import bars_of, own_parts, team_part
    from review.groups import LEADS

    fill(first, number)
    add_history(first, number)
    lead = get_user_model().objects.get(email="reviewer1@microsoft.example")
    lead.groups.add(Group.objects.get(name=LEADS))
    client = Client(raise_request_exception=True)
    client.force_login(lead)
    people = list(get_user_model().objects.filter(is_staff=True).values_list("pk", flat=True))

    def digest() -> None:
        with transaction.atomic():
            today = day_of(timezone.now())
            morning = morning_of(today, calendar=calendar_between(today.replace(year=today.year - 1)))
            own_parts(morning, people=people, barred=bars_of(people))
            team_part(morning)

    found = {
        f"page, {each}": measure(lambda each=each: client.get(f"/admin/leads/?range={each}")) for each in ("30d", "12m")
    }  # type: ignore[misc]
    found["file, 12m"] = measure(lambda: b"".join(client.get("/admin/leads/export/?range=12m").streaming_content))  # type: ignore[attr-defined]
    found["what the morning list reads"] = measure(digest)
    for name, measured in found.items():
        print(f"  {number:,} claims, {name}: %.0f ms, database %.0f ms, %d queries" % measured, file=sys.stderr)
    return found


def main() -> None:
    """Run it with few and with many claims, and print a table for docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=50_000)
    many = max(parser.parse_args().claims, FEW)
    directory = Path(tempfile.mkdtemp(prefix="portal-benchmark-")).resolve()
    postgres = Postgres(directory / "postgres", directory / "postgres.log", durable=False)
    valkey = Valkey(directory / "valkey", directory / "valkey.log")
    try:
        postgres.ensure_running()
        valkey.ensure_running()
        os.environ |= {
            "DATABASE_URL": postgres.url("postgres"), "REDIS_URL": valkey.url(), "SECRET_KEY": "only-for-this-benchmark",
            "DJANGO_SETTINGS_MODULE": "cpor_portal.settings", "LOG_LEVEL": "ERROR", "PORTAL_DATA_DIR": str(directory),
            "PORTAL_URL": "http://testserver", "EMAIL_URL": "smtp://127.0.0.1:9", "PORTAL_DEMO": "1",
            "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }  # fmt: skip
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        add_people()
        few, lots = run(FEW, first=1), run(many, first=FEW + 1)
        print(
            f"| | {FEW:,} claims | {many:,} claims | ratio | of it the database | queries |\n|---|---|---|---|---|---|"
        )
        for name, (slow, asked, queries) in lots.items():
            fast, little, _ = few[name]
            times = f"{fast:.0f} ms | {slow:.0f} ms | {slow / fast:.1f} | {little:.0f} → {asked:.0f} ms"
            print(f"| {name} | {times} | {queries} |")
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
