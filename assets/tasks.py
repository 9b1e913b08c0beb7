"""What the worker does. A message may come twice, or for a job that is gone."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_ready

from assets import jobs, manifest, purge, warming
from assets.models import Purge, Warming
from edge.storage.errors import StorageUnavailable


@shared_task
def run_purge(pk: int) -> None:
    jobs.perform(jobs.claim(purge.peers(pk), pk), purge.run)


@shared_task
def follow_invalidation(pk: int) -> None:
    sent = Purge.objects.filter(pk=pk, state=Purge.State.RUNNING).exclude(invalidation_id="")
    jobs.perform(sent.first(), purge.follow)


@shared_task
def run_warming(pk: int) -> None:
    jobs.perform(jobs.claim(Warming.objects.filter(pk=pk), pk), warming.run)


@shared_task(autoretry_for=(StorageUnavailable,), retry_backoff=True, retry_backoff_max=300, max_retries=None)
def publish_manifest() -> None:
    manifest.publish()


@shared_task
def sweep() -> None:
    jobs.sweep()
    manifest.publish_or_retry()


@worker_ready.connect
def _sweep_at_start(**_: object) -> None:
    sweep.delay()
