"""Purging: delete an image's original or variants from storage, then invalidate CloudFront's copies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import router, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assets import cloudfront, manifest, on_commit
from assets.conf import config
from assets.errors import PermanentFailure
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish, save
from assets.jobs.progress import Progress
from assets.models import Asset, Purge
from assets.models.rows import has_value, primary
from assets.storage import object_store
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.failure import failure_prefix
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Denied, Missing
from edge.storage.manifest_cache import PRESET_SECONDS
from edge.storage.objects.store import Head

Kind, Action = Purge.Kind, Purge.Action

NO_CDN = "no CDN is configured"
_MAX_POLL_SECONDS = 20
#: S3 tells times in whole seconds, so an object may be up to one second older than it says.
#: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
_CLOCK_GRAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class _Message:
    """The message of one purge. It waits among the transaction's callbacks, where the same request finds it again."""

    purge: Purge

    def send(self) -> None:
        dispatch.send(self.purge)

    def is_for(self, kind: str, subject: str, reason: str, action: str, version: str) -> bool:
        row = self.purge
        same = (row.kind, row.subject, row.reason, row.action, row.version) == (kind, subject, reason, action, version)
        return same and primary(Purge, row._state.db).filter(pk=row.pk, state=Purge.State.QUEUED).exists()


def request_purge(
    subject: str,
    *,
    reason: Purge.Reason | str,
    action: Purge.Action | str,
    kind: Purge.Kind | str = Kind.ASSET,
    version: str = "",
    user_id: Any = None,
    using: str | None = None,
) -> Purge:
    """Purge the asset with the key ``subject``, or the preset of that name, when the transaction commits.

    ``reason`` is what people read; ``action`` is what is done, for a preset always `Purge.Action.INVALIDATE`.
    ``version`` restricts `DELETE_ORIGINAL` to the original of that version. ``using`` is the database whose
    transaction the request belongs to. A request that is repeated in one transaction is one purge.
    """
    using = using or router.db_for_write(Purge)
    for callback in on_commit.pending(using):
        message = getattr(callback, "__self__", None)
        if isinstance(message, _Message) and message.is_for(kind, subject, reason, action, version):
            return message.purge
    values = {"kind": kind, "subject": subject, "reason": reason, "action": action, "version": version}
    purge = Purge.objects.using(using).create(**values, requested_by_id=user_id)
    transaction.on_commit(_Message(purge).send, using=using, robust=True)
    return purge


def rivals(pk: int) -> QuerySet[Purge]:
    """The purges of the same subject, of which one runs at a time until CloudFront has been called."""
    subject = primary(Purge).filter(pk=pk).values("kind", "subject")
    same = primary(Purge).filter(kind__in=subject.values("kind"), subject__in=subject.values("subject"))
    return same.filter(Q(pk=pk) | Q(invalidation_id=""))


def run(purge: Purge) -> float | None:
    """Do what is left of a purge: delete files, then invalidate. Running it twice does no harm.

    Returns the seconds after which to call `follow`, or None if the purge is done or has been queued again. Raises
    `StorageUnavailable`, `RetryLater` or `PermanentFailure`.
    """
    if purge.invalidation_id:
        return follow(purge)
    if purge.kind == Kind.PRESET:
        manifest.publish()  # before CloudFront asks again, or it would get the old preset
        time.sleep(PRESET_SECONDS)  # an edge may use the manifest that it has read for so long
    if purge.action != Action.INVALIDATE:
        _delete_failures(purge)  # first, since the original's ETag names them
    if purge.action == Action.DELETE_ORIGINAL:
        _delete_original(purge)
    if purge.action != Action.INVALIDATE and not _delete_variants(purge):
        return None
    return _invalidate(purge)


def follow(purge: Purge) -> float | None:
    """Note how far CloudFront is. Returns the seconds after which to ask again, or None if it is done."""
    save(purge, invalidation_status=cloudfront.look_up(purge.invalidation_id).status)
    return _seconds_to_next_look(purge)


def _invalidate(purge: Purge) -> float | None:
    if not config().distribution_id:
        finish(purge, invalidation_status=NO_CDN)
        return None
    sent = cloudfront.invalidate([_tag(purge)], _reference(purge))
    save(purge, invalidation_id=sent.id, invalidation_status=sent.status, error="")
    return _seconds_to_next_look(purge)


def _seconds_to_next_look(purge: Purge) -> float | None:
    if purge.invalidation_status == cloudfront.COMPLETED:
        finish(purge)
        return None
    age = (timezone.now() - purge.created_at).total_seconds()
    return min(max(age / 2, 1), _MAX_POLL_SECONDS)


def _delete_failures(purge: Purge) -> None:
    """Delete the records that the original could not be rendered, so that it is tried again."""
    try:
        etag = object_store().head(original_object_key(purge.subject)).etag
    except Missing:
        return
    for name in list(object_store().list(failure_prefix(etag))):
        object_store().delete(name)


def _delete_original(purge: Purge) -> None:
    """Delete the original, unless a new image has been uploaded under the key since."""
    if has_value(primary(Asset), "key", purge.subject):
        return
    name = original_object_key(purge.subject)
    try:
        head = object_store().head(name)
    except Denied:
        raise PermanentFailure(
            f"S3 denies access to {name}, so the original was not deleted. Allow s3:GetObject and s3:DeleteObject on "
            "originals/*, and s3:ListBucket on the bucket."
        ) from None
    except Missing:
        return
    # A new image's file may be there before its row is committed. It is younger than the purge, or another version.
    age = (head.now or datetime.now(UTC)) - head.last_modified + _CLOCK_GRAIN
    if age >= timezone.now() - purge.created_at and _has_version(purge, head):
        object_store().delete(name)


def _has_version(purge: Purge, head: Head) -> bool:
    """Whether the object is the original to delete. If one of the versions is unknown, only its age can tell."""
    facts = OriginalFacts.read(head.metadata)
    return facts is None or not purge.version or facts.version == purge.version


def _delete_variants(purge: Purge) -> bool:
    """Returns whether all are deleted. If not, the time slice is over and the purge has been queued again."""
    store, progress = object_store(), Progress(purge)
    count = purge.variants_deleted or 0
    for name in store.list(f"variants/{purge.subject}/"):
        store.delete(name)
        count += 1
        if not progress.record(variants_deleted=count):
            return False
    save(purge, variants_deleted=count)
    return True


def _tag(purge: Purge) -> str:
    return "#" + (preset_tag(purge.subject) if purge.kind == Kind.PRESET else asset_tag(purge.subject))


def _reference(purge: Purge) -> str:
    """The same at every attempt, so that CloudFront recognises a repeated call."""
    return f"imagehub-purge-{purge.pk}-{purge.created_at:%Y%m%dT%H%M%S%f}"
