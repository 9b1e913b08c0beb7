"""Originals that wait after a crash or an outage, and received files that nothing needs any more."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import islice

from assets import incoming
from assets.errors import RetryLater
from assets.models import Asset
from assets.models.rows import primary
from assets.publication import publish
from assets.storage import object_store
from edge.storage.errors import Missing, StorageUnavailable

log = logging.getLogger(__name__)

State = Asset.State

_MAX_FAILURES = 3
_MAX_ROWS, _MAX_FILES = 500, 1000
#: A received file that no row names. Its form may be open for some time.
_ABANDONED_AFTER = timedelta(days=1)


def sweep() -> None:
    """Publish what a crash or an outage left, and delete received files that no row needs."""
    # In another order each time: the same few that fail must not keep the others waiting.
    waiting = primary(Asset).filter(state=State.PUBLISHING).order_by("?").values_list("pk", flat=True)
    try:
        _publish_all(list(waiting[:_MAX_ROWS]))
        _delete_abandoned()
    except StorageUnavailable as error:
        log.warning("Originals wait for the next sweep: %s", error)


def _publish_all(pks: list[int]) -> None:
    """Raises `StorageUnavailable` at the failure that shows that storage, and not one original, is to blame."""
    failures = 0
    for pk in pks:
        try:
            publish(pk)
        except RetryLater as error:
            log.info("%s", error)
        except StorageUnavailable:
            failures += 1
            if failures == _MAX_FAILURES:
                raise


def _delete_abandoned() -> None:
    """By the store's own clock. A row that names a file is read after the file was listed."""
    names = [name.removeprefix(incoming.PREFIX) for name in islice(object_store().list(incoming.PREFIX), _MAX_FILES)]
    needed = set(primary(Asset).filter(state=State.PUBLISHING).values_list("incoming", flat=True)) if names else set()
    for name in names:
        if name not in needed and _is_abandoned(name):
            incoming.discard(name)


def _is_abandoned(name: str) -> bool:
    try:
        head = object_store().head(incoming.PREFIX + name)
    except Missing:
        return False
    return head.now is not None and head.now - head.last_modified > _ABANDONED_AFTER
