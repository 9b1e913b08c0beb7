"""Purging: what was made from a picture is deleted from the store, then forgotten by CloudFront."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assets import cloudfront, jobs, manifest
from assets.conf import config, store
from assets.errors import PermanentFailure
from assets.models import Asset, Purge
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Denied, Missing
from edge.storage.manifest_cache import PRESET_SECONDS
from edge.storage.objects.store import Head

NO_CDN = "no CDN is configured"
_LONGEST_LOOK = 20
#: S3 tells times in whole seconds, so an object may be older than it says by up to one.
#: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
_CLOCK_GRAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class _Send:
    """What goes out on commit; it stands in the transaction's own list, where the same request is found again."""

    purge: Purge

    def send(self) -> None:
        jobs.send(self.purge)

    def is_for(self, kind: str, subject: str, reason: str) -> bool:
        same = (self.purge.kind, self.purge.subject, self.purge.reason) == (kind, subject, reason)
        return same and Purge.objects.filter(pk=self.purge.pk, state=Purge.State.QUEUED).exists()


def request_purge(
    subject: str,
    *,
    reason: Purge.Reason | str,
    kind: Purge.Kind | str = Purge.Kind.ASSET,
    user: User | None = None,
    version: str = "",
) -> Purge:
    """Have a picture's key or a preset's name purged when the transaction commits.

    ``version`` is that of the original which goes with a deletion. Asked for twice in one transaction, it is one purge.
    """
    for entry in connection.run_on_commit:
        waiting = getattr(entry[1], "__self__", None)
        if isinstance(waiting, _Send) and waiting.is_for(kind, subject, reason):
            return waiting.purge
    purge = Purge.objects.create(kind=kind, subject=subject, reason=reason, version=version, requested_by=user)
    transaction.on_commit(_Send(purge).send, robust=True)
    return purge


def peers(pk: int) -> QuerySet[Purge]:
    """Purges of the same subject, which go one after the other until CloudFront has been told."""
    subject = Purge.objects.filter(pk=pk).values("kind", "subject")
    same = Purge.objects.filter(kind__in=subject.values("kind"), subject__in=subject.values("subject"))
    return same.filter(Q(pk=pk) | Q(invalidation_id=""))


def run(purge: Purge) -> None:
    """Do what is still to be done for a purge: the original where it is deleted, variants, invalidation.

    Doing it twice does no harm, wherever the first time ended. Raises `StorageUnavailable` and what
    `assets.cloudfront` raises.
    """
    if purge.invalidation_id:
        follow(purge)
        return
    if purge.kind == Purge.Kind.ASSET:
        if purge.reason == Purge.Reason.DELETED:
            _delete_original(purge)
        if not _delete_variants(purge):
            return
    else:
        manifest.publish()  # first: what is forgotten before would be made again as it was
        time.sleep(PRESET_SECONDS)  # for which an edge may go on with what it has just read
    if not config().distribution_id:
        jobs.finish(purge, invalidation_status=NO_CDN)
        return
    sent = cloudfront.invalidate([_tag(purge)], _reference(purge))
    jobs.save(purge, invalidation_id=sent.id, invalidation_status=sent.status, error="")
    _conclude(purge)


def follow(purge: Purge) -> None:
    """Look how far CloudFront is, and look again later for as long as it is not done."""
    jobs.save(purge, invalidation_status=cloudfront.look_up(purge.invalidation_id).status)
    _conclude(purge)


def _conclude(purge: Purge) -> None:
    if purge.invalidation_status == cloudfront.COMPLETED:
        jobs.finish(purge)
        return
    age = timezone.now() - purge.created_at
    pause = min(max(age / 2, timedelta(seconds=1)), timedelta(seconds=_LONGEST_LOOK))
    jobs.send(purge, pause.total_seconds(), "assets.tasks.follow_invalidation")


def _delete_original(purge: Purge) -> None:
    """Unless somebody has put another picture there since: a row says so, or the object's version or age does."""
    if Asset.objects.filter(key=purge.subject).exists():
        return
    name = original_object_key(purge.subject)
    try:
        head = store().head(name)
    except Denied:
        raise PermanentFailure(_DENIED.format(name)) from None
    except Missing:
        return
    age = (head.now or timezone.now()) - head.last_modified + _CLOCK_GRAIN
    if age >= timezone.now() - purge.created_at and _is_the_one(purge, head):
        store().delete(name)


_DENIED = (
    "S3 does not show this machine the original {}, so it was left where it is. Allow s3:GetObject and s3:DeleteObject "
    "on originals/*, and s3:ListBucket on the bucket."
)


def _is_the_one(purge: Purge, head: Head) -> bool:
    """Not told what was deleted, or put into the bucket by other means, its age alone has to say so."""
    facts = OriginalFacts.read(head.metadata)
    return facts is None or not purge.version or facts.version == purge.version


def _delete_variants(purge: Purge) -> bool:
    """Whether all are gone; if not, the purge goes on later."""
    place, progress = store(), jobs.Progress(purge)
    count = purge.variants_deleted or 0
    for name in place.list(f"variants/{purge.subject}/"):
        place.delete(name)
        count += 1
        if not progress.tell(variants_deleted=count):
            return False
    jobs.save(purge, variants_deleted=count)
    return True


def _tag(purge: Purge) -> str:
    return "#" + (preset_tag(purge.subject) if purge.kind == Purge.Kind.PRESET else asset_tag(purge.subject))


def _reference(purge: Purge) -> str:
    """The same at each attempt, so that CloudFront knows a repetition for what it is."""
    return f"imagehub-purge-{purge.pk}-{purge.created_at:%Y%m%dT%H%M%S%f}"
