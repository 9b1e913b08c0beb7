"""Where Prometheus reads the metrics, of real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpResponse
from prometheus_client.parser import text_string_to_metric_families

from imagehub.metrics import MetricsMiddleware, serve_worker
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import image_file
from tests.deployment import Deployment
from tests.docs.editor import ACCOUNT, Editor
from tests.http_client import Reply, ask
from tests.machine import free_port, wait_until

TOKEN = "a-token-of-this-test"
_ACCOUNT = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser({ACCOUNT["USERNAME"]!r}, {ACCOUNT["EMAIL"]!r}, {ACCOUNT["PASSWORD"]!r})
"""


def samples(reply: Reply) -> dict[str, float]:
    """The samples by name, those of all labels together."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(reply.body.decode()):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def scrape(url: str, **headers: str) -> Reply:
    return ask(url, "/metrics", "GET", None, authorization=f"Bearer {TOKEN}", **headers)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, local_cloudfront: LocalCloudFront) -> Iterator[tuple[Any, ...]]:
    """A deployment with two web processes, their address, and that of the worker's metrics."""
    cdn: dict[str, Any] = {"cdn_url": local_cloudfront.url, "distribution_id": local_cloudfront.distribution_id}
    address = f"127.0.0.1:{free_port()}"
    variables = {"METRICS_TOKEN": TOKEN, "WORKER_METRICS": address, "WEB_CONCURRENCY": "2", "LOG_FORMAT": "json"}
    deployment = Deployment(tmp_path_factory.mktemp("metrics"), **cdn, variables=variables)
    deployment.collect_static_files()
    deployment.django(_ACCOUNT)
    with deployment.web() as url, deployment.worker():
        yield deployment, url, f"http://{address}"


def test_uploads_and_purges_show_in_the_metrics_of_all_processes(site: tuple[Any, ...]) -> None:
    deployment, url, worker = site
    editor = Editor(url)
    editor.log_in()
    editor.add_image("beach.jpg", image_file(size=(300, 200)))
    editor.replace_image(image_file(size=(300, 200), colour="red"))
    purge = "select state from imagehub_purge"
    wait_until(lambda: deployment.query(purge) == ["done"], deployment.worker_log, 60)

    # Each of the two processes answers for both.
    for _ in range(6):
        web = samples(scrape(url))
        assert web["imagehub_upload_seconds_count"] == 2
        assert web["imagehub_jobs"] == 0
        assert web["imagehub_request_seconds_count"] >= 6
    ended = samples(ask(worker, "/"))
    assert ended["imagehub_jobs_ended_total"] == 1
    assert ended["imagehub_job_seconds_count"] == 1


def test_only_the_token_opens_them_by_any_host_and_without_a_redirect(site: tuple[Any, ...]) -> None:
    _, url, _ = site
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        reply = ask(url, "/metrics", "GET", None, **headers)
        assert (reply.status, reply.body) == (401, b"")
    assert scrape(url, host="10.1.2.3:8000").status == 200


def test_they_are_off_without_a_token(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    with pytest.raises(MiddlewareNotUsed):
        MetricsMiddleware(lambda _: HttpResponse())


@pytest.mark.parametrize("address", ["9100", "127.0.0.1", "127.0.0.1:http", ":9100"])
def test_a_wrong_address_of_the_worker_is_explained(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"WORKER_METRICS is {address!r}")):
        serve_worker(address)


def test_a_port_that_is_in_use_ends_the_worker(site: tuple[Any, ...], tmp_path: Path) -> None:
    _, _, worker = site
    address = worker.removeprefix("http://")
    code = f"from imagehub.metrics import serve_worker; serve_worker({address!r})"
    deployment = Deployment(tmp_path)
    with pytest.raises(AssertionError, match="cannot serve its metrics at"):
        deployment.django(code)
