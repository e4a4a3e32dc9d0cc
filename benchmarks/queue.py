"""What the queue costs with many claims: ``python -m benchmarks.queue --claims 1000000``. Servers of its own, thrown away after.

The same pages are asked for with 1,000 claims and with many, each three times, and the medians are printed with their ratio.
A fifth of the claims is in review. Filling in a million takes some minutes.
"""

# ruff: noqa: T201, PLC0415 - it prints, and the environment comes before Django

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.postgres import Postgres
from demo.valkey import Valkey

FEW, REPEATS = 1_000, 3
SQL = Path(__file__).with_name("queue_fill.sql")


Measured = tuple[float, float, int]


def measure(work: Callable[[], object]) -> Measured:
    """The medians of a piece of work and of what the database takes of it, in milliseconds, and its number of queries."""
    from django.db import connection

    whole, asked = [], []
    for _ in range(REPEATS + 1):
        taken: list[float] = []

        def note(execute: Callable[..., Any], *given: Any, taken: list[float] = taken) -> Any:
            begun = time.perf_counter()
            answer = execute(*given)
            taken.append((time.perf_counter() - begun) * 1000)
            return answer

        started = time.perf_counter()
        with connection.execute_wrapper(note):
            work()
        whole.append((time.perf_counter() - started) * 1000)
        asked.append(sum(taken))
    return statistics.median(whole[1:]), statistics.median(asked[1:]), len(taken)


def add_people() -> None:
    """Fifty reviewers, and somebody who files the claims."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from review.groups import REVIEWERS

    people = get_user_model().objects
    group = Group.objects.get(name=REVIEWERS)
    for number in range(1, 51):
        email = f"reviewer{number}@microsoft.example"
        people.create(email=email, full_name=f"Reviewer {number}", is_staff=True).groups.add(group)
    people.create(email="pat@partner.example", full_name="Pat Partner")


def fill(first: int, last: int) -> None:
    """Write the claims number ``first`` to ``last``, with one product each."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text().replace(":first", str(first)).replace(":last", str(last)))
        cursor.execute("VACUUM ANALYZE")


def addresses(number: int) -> dict[str, str]:
    """What is asked for, by name."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from claims.models import Claim, LineSubscription
    from customers.models import Product
    from review.queue.pages import key_text
    from review.queue.tabs import TO_DECIDE, claims_in

    reviewer = get_user_model().objects.get(email="reviewer1@microsoft.example")
    queue = claims_in(TO_DECIDE, user=reviewer, now=timezone.now()).order_by(*TO_DECIDE.sequence.fields)
    deep = key_text(queue[queue.count() // 2], TO_DECIDE.sequence)
    claim = Claim.objects.select_related("tenant", "organization").order_by("-pk")[number // 2]
    subscription = LineSubscription.objects.select_related("subscription").first()
    product = Product.objects.order_by("pk")[1].pk
    return {
        "first page": "",
        "page in the middle": f"after={deep.replace('+', '%2B')}",
        "page before the middle": f"before={deep.replace('+', '%2B')}",
        "tab Mine": "tab=mine", "tab Nobody's": "tab=nobody", "tab Submitted": "tab=submitted",
        "tab Under review": "tab=under-review", "tab Disputed": "tab=disputed", "tab Waiting for partner": "tab=partner",
        "tab Decided lately": "tab=decided", "tab All": "tab=all",
        "status": "tab=all&status=rejected", "solution area": "area=business_applications", "activity": "activity=usage",
        "program": "program=osu_ba", "country": "country=NO", "partner": "partner=Partner+7", "product": f"product={product}",
        "conflict": "conflict=1", "denied before": "flag=denied", "free mail": "flag=free_mail",
        "stale subscription": "flag=stale", "assigned to nobody": "who=nobody", "overdue": "overdue=1", "age": "older=20",
        "submitted again": "again=1", "dispute": "dispute=1",
        "nothing fits": "area=business_applications&country=ZZ",
        "search a partner": "q=Partner+77", "search a customer": "q=Customer+123", "search a domain": f"q={claim.customer_domain}",
        "search a tenant id": f"q={claim.tenant.tenant_id}",
        "search a subscription": f"q={subscription.subscription.subscription_id}" if subscription else "",
        "search nothing": "q=no+such+name+anywhere",
    }  # fmt: skip


def run(number: int, *, first: int) -> dict[str, Measured]:
    """Fill, then ask for everything: once to warm up, then measured."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    started = time.perf_counter()
    fill(first, number)
    print(f"{number:,} claims written in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    client = Client(raise_request_exception=True)
    client.force_login(get_user_model().objects.get(email="reviewer1@microsoft.example"))
    found = {}
    for name, query in addresses(number).items():
        found[name] = measure(lambda query=query: client.get(f"/admin/claims/?{query}"))  # type: ignore[misc]
        print(f"  {name}: %.0f ms, database %.0f ms, %d queries" % found[name], file=sys.stderr)
    found["next claim"] = measure(lambda: client.post("/admin/claims/next/"))
    return found


def explain() -> str:
    """How the database finds the first page of the plain list."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from review.queue.tabs import TO_DECIDE, claims_in

    reviewer = get_user_model().objects.get(email="reviewer1@microsoft.example")
    claims = claims_in(TO_DECIDE, user=reviewer, now=timezone.now())
    return claims.order_by(*TO_DECIDE.sequence.fields)[:26].explain()


def main() -> None:
    """Run it with few and with many claims, and print a table for docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=200_000)
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
            f"| page | {FEW:,} claims | {many:,} claims | ratio | of it the database | queries |\n|---|---|---|---|---|---|"
        )
        for name, (slow, asked, queries) in lots.items():
            fast, little, _ = few[name]
            print(
                f"| {name} | {fast:.0f} ms | {slow:.0f} ms | {slow / fast:.1f} | {little:.0f} → {asked:.0f} ms | {queries} |"
            )
        print(f"\n```\n{explain()}\n```")
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
