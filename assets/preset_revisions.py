"""Which presets there are, at which revision: a snapshot in memory, so that a template needs no query.

It is read once when first needed, follows this process's own saves at once, and other processes' at the next request
once it is two seconds old. A revision that is out of date does no harm: the edge answers it as an alias.
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
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from assets.models import Preset

KEEP_SECONDS = 2.0


class _Snapshot:
    """Name to revision. The mapping is replaced and never changed, so readers need no lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """As if it had never been read."""
        self._revisions: Mapping[str, int] | None = None
        self._expires = 0.0

    def read(self) -> Mapping[str, int]:
        return self.load() if self._revisions is None else self._revisions

    def load(self) -> Mapping[str, int]:
        """What the database says now."""
        expires = time.monotonic() + KEEP_SECONDS
        revisions = MappingProxyType(_query())
        with self._lock:
            self._revisions, self._expires = revisions, expires
        return revisions

    def change(self, name: str, revision: int | None) -> None:
        """``name`` is at ``revision`` now, or gone. Out of date at once, since the transaction may yet roll back."""
        with self._lock:
            self._expires = 0.0
            if self._revisions is not None:
                kept = {other: kept for other, kept in self._revisions.items() if other != name}
                self._revisions = MappingProxyType(kept if revision is None else {**kept, name: revision})

    def refresh(self) -> None:
        """Load again where it is in use and out of date. Without the database it stays as it is."""
        if self._revisions is not None and time.monotonic() >= self._expires:
            try:
                self.load()
            except DatabaseError:
                self._expires = time.monotonic() + KEEP_SECONDS


_snapshot = _Snapshot()
forget = _snapshot.forget


def revision(name: str) -> int:
    """The current revision of the preset ``name``; `LookupError` where there is none, not even in the database."""
    known = _snapshot.read()
    return known[name] if name in known else _snapshot.load()[name]


def names() -> list[str]:
    """The presets' names, sorted."""
    return sorted(_snapshot.read())


def _query() -> dict[str, int]:
    try:
        return dict(Preset.objects.order_by().values_list("name", "revision"))
    except SynchronousOnlyOperation:  # an async view: the query goes to a thread of its own, once
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_query_and_close).result()


def _query_and_close() -> dict[str, int]:
    try:
        return _query()
    finally:
        connection.close()


@receiver(request_started, dispatch_uid="imagehub.presets")
def _refresh(**_: Any) -> None:
    _snapshot.refresh()


@receiver(post_save, sender=Preset, dispatch_uid="imagehub.presets")
def _saved(instance: Preset, using: str, **_: Any) -> None:
    _apply(instance.name, instance.revision, using)


@receiver(post_delete, sender=Preset, dispatch_uid="imagehub.presets")
def _deleted(instance: Preset, using: str, **_: Any) -> None:
    _apply(instance.name, None, using)


def _apply(name: str, revision: int | None, using: str) -> None:
    """Now, for what this transaction renders; and on commit, since a refresh may have read the old state between."""
    change = partial(_snapshot.change, name, revision)
    change()
    transaction.on_commit(change, using=using)
