"""Loads all sample data in one transaction: everything or nothing."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts.models import User
from claims.deadlines import sweep
from claims.models import Claim, Document
from customers.catalogue import load_distilled
from customers.models import Product, Subscription
from customers.tenants import import_tenant
from demo import PASSWORD
from demo.sample_data.cases import decide_some_cases
from demo.sample_data.cast import Cast
from demo.sample_data.customers import sample_customers
from demo.sample_data.desk import furnish_desk
from demo.sample_data.graph import graph_answers
from demo.sample_data.partner_facts import PARTNERS
from demo.sample_data.partners import create_partners, create_reviewers, invite_colleagues
from demo.sample_data.past_mail import mark_read, mark_sent
from demo.sample_data.plans import all_plans
from demo.sample_data.playback import play
from demo.sample_data.revenue import load_revenue
from demo.sample_data.slots import allocate
from demo.sample_data.special import FRESH_AGE
from partners.models import Location

_LOCK = 0x0DE40DA7
_LEARN_AT = {25, 100, 250}
Tell = Callable[[str], None]


def is_loaded() -> bool:
    """Whether the sample data are there."""
    return User.objects.filter(email="ola.demmo@fabrikam.example").exists()


def load_sample_data(*, now: datetime, tell: Tell = lambda line: None, most: int | None = None) -> bool:
    """Load catalogue, partners, customers and a year of claims that ends ``now``; False when they are there already.

    ``most`` limits the claims beside the stories of docs/try-it.md.
    ``tell`` hears one line per step. Everything happens in one transaction, and documents leave the storage again when
    it fails. Mail of the past is noted as sent; none is left for the sender. A second loader waits for the first.
    """
    stored: list[str] = []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if is_loaded():
                return False
            _load(now=now, stored=stored, tell=tell, most=most)
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise
    return True


def _load(*, now: datetime, stored: list[str], tell: Tell, most: int | None) -> None:
    load_distilled(now=now)
    tell(f"Catalogue: {Product.objects.filter(retired_at=None).count()} products and workloads")
    password = make_password(PASSWORD)  # once: it takes its time on purpose
    create_reviewers(password=password, now=now)
    create_partners(password=password, now=now)
    tell(f"Partners: {len(PARTNERS)} organisations with {Location.objects.count()} MPN locations")
    customers = sample_customers()
    for customer in customers:
        import_tenant(graph_answers(customer, now=now), now=now)
    tell(f"Customers: {len(customers)} tenants with {Subscription.objects.count()} subscriptions")
    plans = all_plans(now=now, most=most)
    allocate(plans, rng=Random("slots"))

    cast = Cast()

    def count_claims(number: int) -> None:
        if number in _LEARN_AT:
            _learn_sizes()
        if number % 100 == 0:
            tell(f"Claims: {number} of {len(plans)}")

    with _without_savepoints(), _without_collector():
        play(plans, cast=cast, now=now, stored=stored, tell=count_claims)
    sweep(now=now)
    furnish_desk(now=now)
    decide_some_cases(now=now)
    invite_colleagues(now=now)
    mails = mark_sent()
    mark_read(now=now)
    tell(f"Claims: {Claim.objects.count()} with {Document.objects.count()} documents and {mails} mails of the past")
    revenue = load_revenue(now=now)
    tell(f"Revenue: {revenue.rows} invoice lines as of {revenue.data_as_of}")
    free_from = now - FRESH_AGE + timedelta(hours=settings.SUBSCRIPTION_WAIT_HOURS)
    tell(f"The 48-hour rule can be tried until {free_from:%B} {free_from.day}, {free_from:%H:%M} UTC (docs/try-it.md)")


def _learn_sizes() -> None:
    """Let the database count its rows anew: it plans for empty tables, as autovacuum sees no open transaction."""
    apps_of_portal = ("accounts", "partners", "customers", "claims", "notifications")
    tables = [model._meta.db_table for name in apps_of_portal for model in apps.get_app_config(name).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(connection.ops.quote_name(table) for table in tables)}")


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Nothing is expected to fail; if it does, all is rolled back. Savepoints would be a quarter of all statements."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        del connection.features.uses_savepoints


@contextmanager
def _without_collector() -> Iterator[None]:
    """The garbage collector finds nothing worth its time among rows that live to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
