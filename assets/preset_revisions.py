"""The presets and their revisions, cached in memory so that a template tag needs no query.

The cache is filled when it is first needed. It follows this process's own saves at once, and other processes' saves at
the next request after two seconds. An outdated revision does no harm: the edge answers it as an alias.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeVar

from django.core.exceptions import SynchronousOnlyOperation
from django.core.signals import request_started
from django.db import DatabaseError, connections, router, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from assets.models import Preset, PresetUse
from assets.models.rows import primary
from edge.contract.recipe import PRESET_NAME, Recipe

KEEP_SECONDS = 2.0
#: How many unknown names to remember. Only a host's variable can name so many.
_MAX_GONE = 200
_T = TypeVar("_T")


class PresetGone(LookupError):
    """There is no preset ``name``. ``recipe`` is its last one; the full image if none is known."""

    def __init__(self, name: str, recipe: Recipe) -> None:
        super().__init__(name)
        self.recipe = recipe


class _RevisionCache:
    """Name to revision. The mapping is replaced and never changed, so readers need no lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._revisions: Mapping[str, int] | None = None
        self._gone: dict[str, Recipe] = {}
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

    def gone(self, name: str) -> Recipe | None:
        """The last recipe of a preset that was not in the database within the last two seconds."""
        return self._gone.get(name) if time.monotonic() < self._expires else None

    def note_gone(self, name: str, recipe: Recipe) -> None:
        """Keep that ``name`` is not in the database, so that a page with a hundred of its tags asks once."""
        with self._lock:
            self._gone = {**self._gone, name: recipe} if len(self._gone) < _MAX_GONE else {name: recipe}

    def change(self, name: str, revision: int | None) -> None:
        """Set the revision of ``name``; None removes it. Expires at once, since the change may be rolled back."""
        with self._lock:
            self._expires, self._gone = 0.0, {}
            if self._revisions is not None:
                others = {other: kept for other, kept in self._revisions.items() if other != name}
                self._revisions = MappingProxyType(others if revision is None else {**others, name: revision})

    def refresh(self) -> None:
        """Load again if in use and expired. If the database is unavailable, keep what is there."""
        if self._revisions is not None and time.monotonic() >= self._expires:
            self._gone = {}
            try:
                self.load()
            except DatabaseError:
                self._expires = time.monotonic() + KEEP_SECONDS


_cache = _RevisionCache()
clear = _cache.clear


def revision(name: str) -> int:
    """The current revision of the preset ``name``. Raises `PresetGone` if the database has no such preset either."""
    known = _cache.read()
    if name in known:
        return known[name]
    recipe = _cache.gone(name)
    if recipe is None:
        known = _cache.load()
        if name in known:
            return known[name]
        recipe = _off_the_event_loop(lambda: _last_recipe(name))
        _cache.note_gone(name, recipe)
    raise PresetGone(name, recipe)


def names() -> list[str]:
    """The presets' names, sorted."""
    return sorted(_cache.read())


def _query() -> dict[str, int]:
    # Not from a replica: one that lags would hide a new preset from pages that use it already.
    return _off_the_event_loop(lambda: dict(primary(Preset).order_by().values_list("name", "revision")))


def _last_recipe(name: str) -> Recipe:
    use = primary(PresetUse).filter(name=name).first() if PRESET_NAME.fullmatch(name) else None
    return use.recipe if use else Recipe()


def _off_the_event_loop(query: Callable[[], _T]) -> _T:
    """The result of ``query``: in an async view, only another thread may ask the database."""
    try:
        return query()
    except SynchronousOnlyOperation:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_query_and_close, query).result()


def _query_and_close(query: Callable[[], _T]) -> _T:
    try:
        return query()
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
