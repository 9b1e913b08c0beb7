"""Several writers at once, each in a thread with a connection of its own, and storage that is slow when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import connection

from edge.storage.objects.directory import DirectoryStore

SECONDS = 10
_LOCK_TIMEOUTS = {
    "postgresql": f"SET lock_timeout = '{SECONDS}s'",
    "mysql": f"SET innodb_lock_wait_timeout = {SECONDS}",
}
T = TypeVar("T")


def in_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns, on a connection of this thread's own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_TIMEOUTS[connection.vendor])
        return work()
    finally:
        connection.close()


def at_once(*work: Callable[[], T]) -> list[T]:
    """What each returns, all started at the same moment."""
    barrier = threading.Barrier(len(work))

    def start(each: Callable[[], T]) -> T:
        barrier.wait()
        return in_thread(each)

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(start, work))


@contextmanager
def during_a_slow_put(monkeypatch: pytest.MonkeyPatch, object_key: str, work: Callable[[], object]) -> Iterator[None]:
    """The block runs while ``work``, in another thread, is held at its first write of ``object_key``."""
    reached, released, first = threading.Event(), threading.Event(), threading.Lock()
    put = DirectoryStore.put

    def hold(store: DirectoryStore, name: str, *args: Any, **options: Any) -> Any:
        if name == object_key and first.acquire(blocking=False):
            reached.set()
            assert released.wait(SECONDS)
        return put(store, name, *args, **options)

    monkeypatch.setattr(DirectoryStore, "put", hold)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread, work)
        try:
            assert reached.wait(SECONDS)
            yield
            assert not slow.done()
        finally:
            released.set()
        slow.result(SECONDS)
