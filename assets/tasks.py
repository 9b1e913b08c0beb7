"""The Celery tasks. A message may arrive twice, or for a job that has been deleted."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.signals import worker_ready

from assets import manifest, purge, warming
from assets.jobs import dispatch, lifecycle
from assets.jobs.sweep import sweep as sweep_jobs
from assets.models import Purge, Warming
from assets.models.rows import primary
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

_PUBLISH_AGAIN_SECONDS = 2


@shared_task
def run_purge(pk: int) -> None:
    _follow_later(pk, lifecycle.perform(lifecycle.claim(purge.rivals(pk), pk), purge.run))


@shared_task
def follow_invalidation(pk: int) -> None:
    sent = primary(Purge).filter(pk=pk, state=Purge.State.RUNNING).exclude(invalidation_id="")
    _follow_later(pk, lifecycle.perform(sent.first(), purge.follow))


@shared_task
def run_warming(pk: int) -> None:
    lifecycle.perform(lifecycle.claim(primary(Warming).filter(pk=pk), pk), warming.run)


@shared_task(autoretry_for=(StorageUnavailable,), retry_backoff=True, retry_backoff_max=300, max_retries=None)
def publish_manifest() -> None:
    manifest.publish()


@shared_task
def sweep() -> None:
    sweep_jobs()
    publish_or_retry()


def publish_or_retry() -> None:
    """Publish the manifest in this process. If storage is unavailable, send a task that retries until it succeeds."""
    try:
        manifest.publish()
    except StorageUnavailable as error:
        log.warning("The manifest could not be published, so a task will retry it: %s", error)
        dispatch.send_task(publish_manifest, delay=_PUBLISH_AGAIN_SECONDS)


def _follow_later(pk: int, delay: float | None) -> None:
    if delay is not None:
        dispatch.send_task(follow_invalidation, pk, delay=delay)


dispatch.register(Purge, run_purge)
dispatch.register(Warming, run_warming)


@worker_ready.connect
def _sweep_at_start(**_: object) -> None:
    sweep.delay()
