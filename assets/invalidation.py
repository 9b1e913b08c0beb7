"""What purges ask of CloudFront: an invalidation, and then whether it is complete."""

from __future__ import annotations

import logging

from django.db import router

from assets import cloudfront
from assets.clock import database_seconds
from assets.conf import config
from assets.jobs.lifecycle import finish, save
from assets.models import PurgeJob

log = logging.getLogger(__name__)

NO_CDN = "no CDN is configured"
_MAX_POLL_SECONDS = 20


def send(items: list[str], reference: str) -> dict[str, str]:
    """Invalidate ``items``. Returns the fields of a `PurgeJob` that say so. Raises `RetryLater`, `PermanentFailure`.

    The same ``reference`` with the same items is the same invalidation, however often it is sent.
    """
    if not config().distribution_id:
        return {"invalidation_id": "", "invalidation_status": NO_CDN}
    sent = cloudfront.invalidate(items, reference)
    facts = {"invalidation_id": sent.id, "reference": reference, "items": len(items)}
    log.info("CloudFront was asked for the invalidation %s", sent.id, extra=facts)
    return {"invalidation_id": sent.id, "invalidation_status": sent.status}


def look_up(job: PurgeJob) -> float | None:
    """Ask CloudFront how far the job's invalidation is, and go on as `follow`."""
    save(job, invalidation_status=cloudfront.look_up(job.invalidation_id).status)
    return follow(job)


def follow(job: PurgeJob) -> float | None:
    """Finish the job if its invalidation is complete. If not, returns the seconds after which to `look_up`."""
    if not job.invalidation_id or job.invalidation_status == cloudfront.COMPLETED:
        finish(job)
        return None
    age = database_seconds(router.db_for_write(type(job))) - job.created_seconds
    return min(max(age / 2, 1), _MAX_POLL_SECONDS)
