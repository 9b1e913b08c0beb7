"""The presets and their revisions, cached in memory so that a template tag needs no query.

The cache is filled when it is first needed. It follows this process's own saves at once, and other processes' saves at
the next request after two seconds. An outdated revision does no harm: the edge answers it as an alias.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Any

from django.core.exceptions import SynchronousOnlyOperation
from django.core.signals import request_started
from django.db import DatabaseError, connections, router, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from assets.models import Preset
from assets.models.rows import primary

KEEP_SECONDS = 2.0


class _RevisionCache:
    """Name to revision. The mapping is replaced and never changed, so readers need no lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._revisions: Mapping[str, int] | None = None
        self._expires = 0.0

    def read(self) -> Mapping[str, int]:
        """The cached revisions, from the database the first time."""
        return self.load() if self._revisions is None else self._revisions

    def load(self) -> Mapping[str, int]:
        """Read the database."""
        expires = time.monotonic() + KEEP_SECONDS
        revisions = MappingProxyType(_query())
        with self._lock:
            self._revisions, self._expires = revisions, expires
        return revisions

    def change(self, name: str, revision: int | None) -> None:
        """Set the revision of ``name``; None removes it. Expires at once, since the change may be rolled back."""
        with self._lock:
            self._expires = 0.0
            if self._revisions is not None:
                others = {other: kept for other, kept in self._revisions.items() if other != name}
                self._revisions = MappingProxyType(others if revision is None else {**others, name: revision})

    def refresh(self) -> None:
        """Load again if in use and expired. If the database is unavailable, keep what is there."""
        if self._revisions is not None and time.monotonic() >= self._expires:
            try:
                self.load()
            except DatabaseError:
                self._expires = time.monotonic() + KEEP_SECONDS


_cache = _RevisionCache()
clear = _cache.clear


def revision(name: str) -> int:
    """The current revision of the preset ``name``. Raises `LookupError` if the database has no such preset either."""
    known = _cache.read()
    return known[name] if name in known else _cache.load()[name]


def names() -> list[str]:
    """The presets' names, sorted."""
    return sorted(_cache.read())


def _query() -> dict[str, int]:
    try:
        # Not from a replica: one that lags would hide a new preset from pages that use it already.
        return dict(primary(Preset).order_by().values_list("name", "revision"))
    except SynchronousOnlyOperation:  # in an async view, a thread may query
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_query_and_close).result()


def _query_and_close() -> dict[str, int]:
    try:
        return _query()
    finally:
        connections[router.db_for_write(Preset)].close()


@receiver(request_started, dispatch_uid="imagehub.preset_revisions")
def _refresh(**_: Any) -> None:
    _cache.refresh()


@receiver(post_save, sender=Preset, dispatch_uid="imagehub.preset_revisions")
def _saved(instance: Preset, using: str, **_: Any) -> None:
    _apply(instance.name, instance.revision, using)


@receiver(post_delete, sender=Preset, dispatch_uid="imagehub.preset_revisions")
def _deleted(instance: Preset, using: str, **_: Any) -> None:
    _apply(instance.name, None, using)


def _apply(name: str, revision: int | None, using: str) -> None:
    """Now, for pages in this transaction, and on commit, as another thread may have read the old row in between."""
    change = partial(_cache.change, name, revision)
    change()
    transaction.on_commit(change, using=using)
