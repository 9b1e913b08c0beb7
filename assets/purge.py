"""Purging: delete an image's original or variants from storage, then invalidate CloudFront's copies."""

from __future__ import annotations

import time
from itertools import count, islice
from typing import Any

from django.db import IntegrityError, router, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assets import invalidation, manifest, request_id
from assets.clock import DatabaseSeconds
from assets.errors import PermanentFailure
from assets.jobs import dispatch
from assets.jobs.lifecycle import save
from assets.jobs.progress import Progress
from assets.models import Asset, Purge
from assets.models.rows import has_value, primary
from assets.storage import find_original, object_store
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.failure import failure_prefix
from edge.contract.original import original_object_key
from edge.storage.errors import Denied, Missing
from edge.storage.manifest_cache import PRESET_SECONDS

Kind, Action = Purge.Kind, Purge.Action

_ATTEMPTS = 5
#: Objects that are deleted together.
_BATCH = 1000


def request_purge(
    subject: str,
    *,
    reason: Purge.Reason | str,
    action: Purge.Action | str,
    kind: Purge.Kind | str = Kind.ASSET,
    user_id: Any = None,
    using: str | None = None,
) -> Purge:
    """Purge the asset with the key ``subject``, or the preset of that name, when the transaction commits.

    ``reason`` is what people read; ``action`` is what is done, for a preset always `Purge.Action.INVALIDATE`.
    ``using`` is the database whose transaction the request belongs to. A request joins the purge that already waits to
    do the same work.
    """
    using = using or router.db_for_write(Purge)
    purge = Purge(kind=kind, subject=subject, reason=reason, action=action, requested_by_id=user_id)
    purge.queued_work = purge.work
    with transaction.atomic(using=using):
        for attempt in count(1):
            if queued := _join(purge, using):
                return queued
            try:
                with transaction.atomic(using=using):
                    purge.save(using=using, force_insert=True)
                break
            except IntegrityError:  # somebody else has queued the same work since; or another constraint is violated
                if attempt == _ATTEMPTS:
                    raise
        transaction.on_commit(lambda: dispatch.send(purge), using=using, robust=True)
    return purge


def _join(purge: Purge, using: str) -> Purge | None:
    """The purge that waits for its first attempt with the same work, if there is one.

    The update locks its row, so that it starts after this transaction's changes are visible. It counts as requested
    now, so it is listed first, and CloudFront is asked about it as often as about a new one.
    """
    same = primary(Purge, using).filter(queued_work=purge.queued_work)
    asked = {"created_at": timezone.now(), "created_seconds": DatabaseSeconds(), "request_id": request_id.current()}
    return same.get() if same.update(**asked) else None


def rivals(pk: int) -> QuerySet[Purge]:
    """The purges of the same subject, of which one runs at a time until CloudFront has been called."""
    subject = primary(Purge).filter(pk=pk).values("kind", "subject")
    same = primary(Purge).filter(kind__in=subject.values("kind"), subject__in=subject.values("subject"))
    return same.filter(Q(pk=pk) | Q(invalidation_id=""))


def run(purge: Purge) -> float | None:
    """Do what is left of a purge: delete files, then invalidate. Running it twice does no harm.

    Returns the seconds after which to look up the invalidation, or None if the purge is done or has been queued again.
    Raises `StorageUnavailable`, `RetryLater` or `PermanentFailure`.
    """
    if purge.invalidation_id:
        return invalidation.look_up(purge)
    if purge.kind == Kind.PRESET:
        manifest.publish()  # before CloudFront asks again, or it would get the old preset
        time.sleep(PRESET_SECONDS)  # an edge may use the manifest that it has read for so long
    if purge.action != Action.INVALIDATE:
        _delete_failures(purge)  # first, since the original's ETag names them
    if purge.action == Action.DELETE_ORIGINAL:
        _delete_original(purge)
    if purge.action != Action.INVALIDATE and not _delete_variants(purge):
        return None
    sent = invalidation.send([_tag(purge)], _reference(purge))
    save(purge, **sent, error="")
    return invalidation.follow(purge)


def _delete_failures(purge: Purge) -> None:
    """Delete the records that the original could not be rendered, so that it is tried again."""
    if original := find_original(purge.subject):
        object_store().delete_many(list(object_store().list(failure_prefix(original.etag))))


def _delete_original(purge: Purge) -> None:
    """Delete the original, unless a new image has the key: then it is, or will be replaced by, the new one's.

    No new original can appear between the look and the deletion, since `is_deleting` makes its publication wait.
    """
    if has_value(primary(Asset), "key", purge.subject):
        return
    name = original_object_key(purge.subject)
    try:
        object_store().head(name)
    except Denied:
        raise PermanentFailure(
            f"S3 denies access to {name}, so the original was not deleted. Allow s3:GetObject and s3:DeleteObject on "
            "originals/*, and s3:ListBucket on the bucket."
        ) from None
    except Missing:
        return
    object_store().delete(name)


def is_deleting(key: str) -> bool:
    """Whether a purge that deletes the original ``key`` is running. It may have looked before a new row was there."""
    running = primary(Purge).filter(kind=Kind.ASSET, action=Action.DELETE_ORIGINAL, state=Purge.State.RUNNING)
    return has_value(running.filter(invalidation_id=""), "subject", key)


def _delete_variants(purge: Purge) -> bool:
    """Returns whether all are deleted. If not, the time slice is over and the purge has been queued again."""
    store, progress = object_store(), Progress(purge)
    deleted = purge.variants_deleted or 0
    names = store.list(f"variants/{purge.subject}/")
    while batch := list(islice(names, _BATCH)):
        store.delete_many(batch)
        deleted += len(batch)
        if not progress.record(variants_deleted=deleted):
            return False
    save(purge, variants_deleted=deleted)
    return True


def _tag(purge: Purge) -> str:
    return "#" + (preset_tag(purge.subject) if purge.kind == Kind.PRESET else asset_tag(purge.subject))


def _reference(purge: Purge) -> str:
    """The same at every attempt, so that CloudFront recognises a repeated call."""
    return f"imagehub-purge-{purge.pk}-{purge.created_at:%Y%m%dT%H%M%S%f}"
