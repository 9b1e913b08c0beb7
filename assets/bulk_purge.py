"""Bulk purges: the variants of many images, in a few large calls to storage and to CloudFront."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router, transaction
from django.db.models import BigIntegerField, QuerySet, Value

from assets import invalidation
from assets.jobs import dispatch
from assets.jobs.lifecycle import save
from assets.jobs.progress import Progress
from assets.models import Asset, BulkPurge, BulkPurgeKey
from assets.models.rows import primary
from assets.object_store import ObjectStore
from assets.storage import find_original, object_store
from edge.contract.cache_tags import asset_tag
from edge.contract.failure import FAILURES, failure_prefix

#: An invalidation's tags: as many as may be in progress at once.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
MAX_TAGS = 3000
#: Images whose files are listed before they are deleted together, and the requests that list at the same time.
_GROUP = 500
_THREADS = 8


def request_bulk_purge(chosen: QuerySet[Asset], *, user_id: Any = None) -> BulkPurge:
    """Delete and invalidate the variants of the ``chosen`` images, when the transaction commits.

    The database copies their keys, so the time does not depend on how many this process could load.
    """
    using = router.db_for_write(BulkPurge)
    with transaction.atomic(using=using):
        purge = BulkPurge.objects.using(using).create(requested_by_id=user_id)
        purge.total = _copy_keys(chosen, purge, using)
        purge.save(update_fields=["total"])
        transaction.on_commit(lambda: dispatch.send(purge), using=using, robust=True)
    return purge


def run(purge: BulkPurge) -> float | None:
    """Do what is left of a bulk purge. Running it twice does no harm.

    Returns the seconds after which to look up the last invalidation, or None if the purge is done or has been queued
    again. Raises `StorageUnavailable`, `RetryLater` or `PermanentFailure`.
    """
    if purge.invalidation_id and not _keys(purge).exists():
        return invalidation.look_up(purge)
    progress = Progress(purge)
    while keys := list(_keys(purge)[:MAX_TAGS]):
        if not _delete_files(purge, [key for key in keys if key.pk > purge.position], progress):
            return None
        _invalidate(purge, keys)
    return invalidation.follow(purge)


def _copy_keys(chosen: QuerySet[Asset], purge: BulkPurge, using: str) -> int:
    """``INSERT … SELECT``, which Django's models do not offer. Returns the number of keys."""
    ids = chosen.using(using).order_by().values("pk")
    own = Value(purge.pk, output_field=BigIntegerField())
    rows = primary(Asset, using).filter(pk__in=ids).order_by().values_list(own, "key")
    try:
        select, parameters = rows.query.get_compiler(using).as_sql()
    except EmptyResultSet:  # no image can match
        return 0
    quote = connections[using].ops.quote_name
    into = f"{quote(BulkPurgeKey._meta.db_table)} ({quote('purge_id')}, {quote('key')})"
    with connections[using].cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} {select}", parameters)  # names and SQL of Django's own
        return int(cursor.rowcount)


def _keys(purge: BulkPurge) -> QuerySet[BulkPurgeKey]:
    return primary(BulkPurgeKey).filter(purge=purge).order_by("pk")


def _delete_files(purge: BulkPurge, keys: Sequence[BulkPurgeKey], progress: Progress) -> bool:
    """Returns whether all are deleted. If not, the time slice is over and the purge has been queued again."""
    store = object_store()
    failures = list(store.list(FAILURES))
    deleted, done, position = purge.variants_deleted or 0, purge.done, purge.position
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(keys), _GROUP):
            group = keys[start : start + _GROUP]
            if failures:  # before the variants: an original that is tried again may be rendered again at once
                found = pool.map(lambda key: _failures_of(key.key, failures), group)
                store.delete_many(list(chain.from_iterable(found)))
            variants = list(chain.from_iterable(pool.map(lambda key: _variants_of(store, key.key), group)))
            store.delete_many(variants)
            deleted, done, position = deleted + len(variants), done + len(group), group[-1].pk
            if not progress.record(variants_deleted=deleted, done=done, position=position):
                return False
    save(purge, variants_deleted=deleted, done=done, position=position)
    return True


def _variants_of(store: ObjectStore, key: str) -> list[str]:
    return list(store.list(f"variants/{key}/"))


def _failures_of(key: str, failures: Sequence[str]) -> list[str]:
    """The records that the original of ``key`` could not be rendered, so that it is tried again."""
    original = find_original(key)
    return [name for name in failures if original and name.startswith(failure_prefix(original.etag))]


def _invalidate(purge: BulkPurge, keys: Sequence[BulkPurgeKey]) -> None:
    """One call for all. A worker that is killed after it leaves the keys, and the call is repeated as it was."""
    items = sorted({f"#{asset_tag(key.key)}" for key in keys})
    reference = f"imagehub-bulk-purge-{purge.pk}-{purge.created_at:%Y%m%dT%H%M%S%f}-{keys[0].pk}"
    sent = invalidation.send(items, reference)
    with transaction.atomic(using=router.db_for_write(BulkPurge)):
        _keys(purge).filter(pk__lte=keys[-1].pk).delete()
        save(purge, **sent, attempts=0, error="")
