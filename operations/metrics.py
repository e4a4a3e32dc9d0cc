"""Figures for Prometheus: what this process counts, and gauges that rooms read from the database on each scrape."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from operations.bounds import bounded_queries
from operations.figures_directory import DIRECTORY
from operations.sweeps import State, standings

logger = logging.getLogger(__name__)
CONTENT_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # when a counter began is of no use, and doubles the answer

REQUESTS = Counter(
    "portal_http_requests_total",
    "Requests answered, by method, name of the view and status.",
    ["method", "view", "status"],
)
REQUEST_SECONDS = Histogram(
    "portal_http_request_seconds",
    "How long answers took.",
    ["method", "view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
TASKS = Counter("portal_tasks_total", "Tasks that ended, by name and outcome.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "portal_task_seconds", "How long tasks took.", ["task"], buckets=(0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300)
)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure of the database, or several told apart by one label. Labels name kinds of things, never people."""

    name: str
    says: str
    values: float | Mapping[str, float]
    label: str = ""


Provider = Callable[[], Iterable[Gauge]]
_providers: dict[str, Provider] = {}


def declare_gauges(room: str, provider: Provider) -> None:
    """Let a room tell figures at each scrape, in few cheap queries. Declaring a room again replaces its provider."""
    _providers[room] = provider


def exposition() -> bytes:
    """Everything this process knows, in Prometheus' text format; of all processes when they share a directory."""
    gauges = CollectorRegistry(auto_describe=False)
    gauges.register(_RoomsGauges())
    return generate_latest(counted_here()) + generate_latest(gauges)


def counted_here() -> CollectorRegistry:
    """What requests and tasks counted: in this process, or in all that share ``PROMETHEUS_MULTIPROC_DIR``."""
    if not os.environ.get(DIRECTORY):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


class _RoomsGauges(Collector):
    """Asks every room. One that fails is logged and told as unreadable; the others are told all the same."""

    def collect(self) -> Iterator[Metric]:
        unreadable = GaugeMetricFamily(
            "portal_gauges_unreadable",
            "Rooms whose figures could not be read.",  # unread
            labels=["room"],
        )
        for room, provider in _providers.items():
            try:
                with bounded_queries():
                    told = [_family(gauge) for gauge in provider()]
            except Exception as error:
                logger.warning("figures of %s could not be read: %s", room, error)
                unreadable.add_metric([room], 1)
            else:
                unreadable.add_metric([room], 0)
                yield from told
        yield unreadable


def _family(gauge: Gauge) -> GaugeMetricFamily:
    if not isinstance(gauge.values, Mapping):
        return GaugeMetricFamily(gauge.name, gauge.says, value=gauge.values)
    family = GaugeMetricFamily(gauge.name, gauge.says, labels=[gauge.label])
    for kind, value in gauge.values.items():
        family.add_metric([kind], value)
    return family


def sweep_gauges() -> Iterator[Gauge]:
    """How every sweep stands. One query."""
    rows = {each.scheduled.name: each for each in standings(now=timezone.now())}
    known: dict[str, Any] = {name: each.row for name, each in rows.items() if each.row}
    ages = {name: each.age.total_seconds() for name, each in rows.items() if each.age is not None}
    late = {name: float(each.state == State.LATE) for name, each in rows.items()}
    yield Gauge("portal_sweep_age_seconds", "Seconds since a sweep last came to a good end.", ages, "sweep")
    yield Gauge("portal_sweep_late", "1 when a sweep is late.", late, "sweep")
    runs = {name: row.runs for name, row in known.items()}
    yield Gauge("portal_sweep_runs", "How often a sweep has run.", runs, "sweep")
    failures = {name: row.failures for name, row in known.items()}
    yield Gauge("portal_sweep_failures", "How often a sweep has failed.", failures, "sweep")
