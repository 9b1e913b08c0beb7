"""Metrics for Prometheus: of jobs and uploads in this process, and of the jobs that wait, from the database.

It needs the package prometheus-client. Nothing is counted before this module is imported. With several processes, the
environment variable ``PROMETHEUS_MULTIPROC_DIR`` must be set before that:
https://prometheus.github.io/client_python/multiprocess/
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from threading import Lock
from time import monotonic
from typing import Any

from django.db.models import Count, Min
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from assets.clock import database_seconds
from assets.jobs.lifecycle import OPEN, State
from assets.models import Analysis, BulkPurge, Purge, Warming
from assets.models.rows import primary
from assets.signals import job_ended, upload_examined

#: The database is asked at most once in so many seconds, however often the metrics are.
CACHE_SECONDS = 5.0
_MODELS = (Purge, BulkPurge, Warming, Analysis)
#: Jobs that are done are too many to count; `JOBS_ENDED` has them.
_COUNTED = (*OPEN, State.FAILED)

JOBS_ENDED = Counter("imagehub_jobs_ended", "Purges and warmings that ended in this process.", ["job", "state"])
JOB_SECONDS = Histogram(
    "imagehub_job_seconds",
    "From the request for a job until it is done.",
    ["job"],
    buckets=(1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600),
)
UPLOAD_SECONDS = Histogram(
    "imagehub_upload_seconds",
    "Examining an uploaded file, by whether it was accepted or refused.",
    ["result"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def expose() -> bytes:
    """All metrics of this server's processes and of the database, in Prometheus' text format."""
    return generate_latest(_registry(_of_database))


def expose_processes() -> CollectorRegistry:
    """The metrics of this server's processes alone, for a server of its own."""
    return _registry()


def _registry(*collectors: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    else:
        registry.register(REGISTRY)
    for each in collectors:
        registry.register(each)
    return registry


class _Database(Collector):
    """The jobs that are open or have failed, and for how long the oldest one has been open. One query a model."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._found: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        return ()  # or a registry would ask the database to learn the names

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if monotonic() >= self._until:
                self._found = list(_read())
                self._until = monotonic() + CACHE_SECONDS
            found = self._found
        yield from found


def _read() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("imagehub_jobs", "Purges and warmings by state, but those done.", labels=["job", "state"])
    text = "For how long the oldest open job has been open."
    oldest = GaugeMetricFamily("imagehub_oldest_job_seconds", text, labels=["job"])
    for model in _MODELS:
        name = str(model._meta.model_name)
        rows = primary(model)
        found = rows.filter(state__in=_COUNTED).order_by().values("state")
        counts: dict[str, Any] = {
            row["state"]: row for row in found.annotate(count=Count("pk"), first=Min("created_seconds"))
        }
        for state in _COUNTED:
            jobs.add_metric([name, state.value], counts.get(state, {}).get("count", 0))
        started = [counts[state]["first"] for state in OPEN if state in counts]
        age = max(0, database_seconds(rows.db) - min(started)) if started else 0
        oldest.add_metric([name], age)
    yield jobs
    yield oldest


_of_database = _Database()


def _count_job(instance: Any, **_: Any) -> None:
    name = str(instance._meta.model_name)
    JOBS_ENDED.labels(name, instance.state).inc()
    if instance.state == State.DONE:
        JOB_SECONDS.labels(name).observe(max(0.0, (instance.finished_at - instance.created_at).total_seconds()))


def _count_upload(seconds: float, accepted: bool, **_: Any) -> None:
    UPLOAD_SECONDS.labels("accepted" if accepted else "refused").observe(seconds)


job_ended.connect(_count_job, dispatch_uid="imagehub-metrics")
upload_examined.connect(_count_upload, dispatch_uid="imagehub-metrics")
