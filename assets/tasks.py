"""The Celery tasks. A message may arrive twice, or for a job that has been deleted."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from celery.signals import worker_ready
from django.db import OperationalError

from assets import bulk_purge, invalidation, manifest, publication, publication_sweep, purge, trash, warming
from assets.analysis import budget, forgetting, looking
from assets.errors import RetryLater, StorageRefused
from assets.jobs import dispatch, lifecycle
from assets.jobs.identified import IdentifiedTask
from assets.jobs.sweep import sweep as sweep_jobs
from assets.models import Analysis, BulkPurge, ManifestState, Purge, Warming
from assets.models.rows import primary
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

_PUBLISH_AGAIN_SECONDS = 2
#: Images of the trash in one sweep; the next one is a minute later.
_DELETED_AT_ONCE = 200
#: What is over by itself, such as a deadlock.
_PASSING = (StorageUnavailable, OperationalError)
_REFUSED = "The manifest could not be published, and only the sweep will try again: %s"


@shared_task(base=IdentifiedTask)
def run_purge(pk: int) -> None:
    delay = lifecycle.perform(lifecycle.claim(purge.rivals(pk), pk), purge.run)
    _send_later(follow_invalidation, pk, delay)


@shared_task(base=IdentifiedTask)
def follow_invalidation(pk: int) -> None:
    sent = primary(Purge).filter(pk=pk, state=Purge.State.RUNNING).exclude(invalidation_id="")
    _send_later(follow_invalidation, pk, lifecycle.perform(sent.first(), invalidation.look_up))


@shared_task(base=IdentifiedTask)
def run_bulk_purge(pk: int) -> None:
    delay = lifecycle.perform(lifecycle.claim(primary(BulkPurge).filter(pk=pk), pk), bulk_purge.run)
    _send_later(follow_bulk_purge, pk, delay)


@shared_task(base=IdentifiedTask)
def follow_bulk_purge(pk: int) -> None:
    sent = primary(BulkPurge).filter(pk=pk, state=BulkPurge.State.RUNNING, keys=None).exclude(invalidation_id="")
    _send_later(follow_bulk_purge, pk, lifecycle.perform(sent.first(), invalidation.look_up))


@shared_task(base=IdentifiedTask)
def run_warming(pk: int) -> None:
    lifecycle.perform(lifecycle.claim(primary(Warming).filter(pk=pk), pk), warming.run)


@shared_task(base=IdentifiedTask)
def run_analysis(pk: int) -> None:
    lifecycle.perform(lifecycle.claim(primary(Analysis).filter(pk=pk), pk), looking.run)


@shared_task(base=IdentifiedTask, autoretry_for=_PASSING, retry_backoff=True, retry_backoff_max=300, max_retries=None)
def publish_manifest() -> None:
    try:
        manifest.publish()
    except StorageRefused as error:
        log.error(_REFUSED, error)


@shared_task(
    base=IdentifiedTask, autoretry_for=(*_PASSING, RetryLater), dont_autoretry_for=(StorageRefused,), retry_backoff=True
)
def publish_original(pk: int) -> None:
    publication.publish(pk)


@shared_task(base=IdentifiedTask)
def sweep() -> None:
    sweep_jobs()
    try:
        manifest.publish(look=True)
    except _PASSING as error:  # no task for it, or each sweep of a long outage would add one
        log.warning("The manifest could not be looked at or published; the next sweep tries again: %s", error)
    publication_sweep.sweep()
    budget.resume()
    forgetting.forget_orphans()
    trash.empty(_DELETED_AT_ONCE)


def publish_original_on_commit(pk: int) -> None:
    """Publish an asset's original in this process, unless it is large. If a service is unavailable, a task retries."""
    try:
        if publication.is_large(pk):
            dispatch.send_task(publish_original, pk)
        else:
            publication.publish(pk)
    except StorageRefused as error:
        log.error("An original could not be published, and only the sweep will try again: %s", error)
    except (*_PASSING, RetryLater) as error:
        log.warning("An original could not be published, so a task will retry it: %s", error)
        dispatch.send_task(publish_original, pk, delay=_PUBLISH_AGAIN_SECONDS)


def publish_on_commit(revision: int) -> None:
    """Publish after the commit of ``revision``, unless a later one has been committed: its own call publishes both."""
    if revision >= ManifestState.current().requested_revision:
        publish_or_retry()


def publish_or_retry() -> None:
    """Publish the manifest in this process. If a service is unavailable, send a task that retries until it succeeds."""
    try:
        manifest.publish()
    except StorageRefused as error:
        log.error(_REFUSED, error)
    except _PASSING as error:
        log.warning("The manifest could not be published, so a task will retry it: %s", error)
        dispatch.send_task(publish_manifest, delay=_PUBLISH_AGAIN_SECONDS)


def _send_later(task: Task[Any, Any], pk: int, delay: float | None) -> None:
    if delay is not None:
        dispatch.send_task(task, pk, delay=delay)


dispatch.register(Purge, run_purge)
dispatch.register(BulkPurge, run_bulk_purge)
dispatch.register(Warming, run_warming)
dispatch.register(Analysis, run_analysis)


@worker_ready.connect
def _sweep_at_start(**_: object) -> None:
    dispatch.send_task(sweep)
