"""What Prometheus reads: who may, what is counted, and that no label names a person or an address."""

import urllib.error
import urllib.request

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.values import MultiProcessValue

from claims.enums import ClaimStatus
from claims.tasks import sweep_deadlines
from demo.ports import free_port
from operations import metrics
from operations.figures_directory import empty_directory, make_directory
from operations.models import Sweep
from operations.worker_metrics import offer_metrics
from tests.factories import ClaimFactory, MembershipFactory

pytestmark = pytest.mark.django_db
TOKEN = "scrape-me-if-you-can"


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def scrape(client):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_figures_are_for_whoever_has_the_token(client, settings):
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}):
        answer = client.get("/metrics", headers=wrong)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert b"portal_" not in answer.content
    assert client.post("/metrics").status_code == 405
    settings.METRICS_TOKEN = ""
    for sent in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert client.get("/metrics", headers=sent).status_code == 404


def test_requests_are_counted_by_view_and_never_by_address(client):
    member = MembershipFactory()
    claim = ClaimFactory(organization=member.organization)
    client.force_login(member.user)
    labels = {"method": "GET", "view": "claim", "status": "200"}
    before = REGISTRY.get_sample_value("portal_http_requests_total", labels) or 0
    client.get(claim.get_absolute_url())
    client.get("/consent/s3cr3t-token/")
    client.get("/no/such/place/of/ola@fabrikam.example")
    client.generic("BREW", "/healthz")
    assert REGISTRY.get_sample_value("portal_http_requests_total", labels) == before + 1
    text = scrape(client)
    assert 'portal_http_requests_total{method="other",status="200",view="healthz"}' in text
    assert 'portal_http_request_seconds_bucket{le="10.0",method="GET",view="claim"}' in text
    assert 'view="none"' in text
    for secret in ("s3cr3t", "fabrikam", f"/{claim.pk}", f'"{claim.pk}"', "BREW", member.user.email):
        assert secret not in text


def test_the_database_is_asked_for_few_figures_and_a_room_that_fails_spares_the_others(
    client, monkeypatch, django_assert_num_queries
):
    ClaimFactory(status=ClaimStatus.EDITING)
    Sweep.objects.filter(name="claims.sweep_deadlines").update(last_succeeded_at=timezone.now(), runs=7)
    with django_assert_num_queries(5 + 3 * 4):  # the queries, and what bounds those of each of the three rooms
        text = scrape(client)
    for line in (
        'portal_claims{status="editing"} 1.0',
        'portal_claims{status="approved"} 0.0',
        'portal_deadlines_overdue{deadline="opt_out"} 0.0',
        'portal_mail_messages{status="queued"} 0.0',
        "portal_mail_oldest_due_seconds 0.0",
        'portal_sweep_late{sweep="claims.sweep_deadlines"} 0.0',
        'portal_sweep_runs{sweep="claims.sweep_deadlines"} 7.0',
        'portal_gauges_unreadable{room="claims"} 0.0',
    ):
        assert line in text.splitlines(), line

    def fail():
        Sweep.objects.extra(where=["no such column"]).exists()

    monkeypatch.setattr(metrics, "_providers", {"broken": fail} | metrics._providers)
    text = scrape(client)
    assert 'portal_gauges_unreadable{room="broken"} 1.0' in text
    assert 'portal_claims{status="editing"} 1.0' in text


def test_tasks_are_counted_where_they_run_and_told_at_the_workers_own_door(settings):
    labels = {"task": "claims.sweep_deadlines", "outcome": "success"}
    before = REGISTRY.get_sample_value("portal_tasks_total", labels) or 0
    sweep_deadlines.apply()
    assert REGISTRY.get_sample_value("portal_tasks_total", labels) == before + 1
    assert offer_metrics() is None  # no port is named
    settings.WORKER_METRICS_PORT = free_port()
    server = offer_metrics()
    try:
        assert offer_metrics() is None  # the port is taken: logged, and the worker goes on
        address = f"http://127.0.0.1:{settings.WORKER_METRICS_PORT}/metrics"
        with urllib.request.urlopen(
            urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"}), timeout=5
        ) as answer:
            assert f'outcome="success",task="{labels["task"]}"' in answer.read().decode()
        for target, code in ((address, 401), (address.replace("metrics", "else"), 404)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(target, timeout=5)
            assert refused.value.code == code
    finally:
        server.shutdown()
        server.server_close()


def test_processes_that_share_a_directory_tell_one_sum_and_a_new_start_forgets_it(tmp_path, monkeypatch):
    figures = tmp_path / "figures"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(figures))
    assert make_directory() == figures
    for process in (101, 102):
        counter = MultiProcessValue(lambda process=process: process)("counter", "x", "x_total", (), (), "x")
        counter.inc(2)
    assert "x_total 4.0" in generate_latest(metrics.counted_here()).decode()
    empty_directory()
    assert list(figures.iterdir()) == []
