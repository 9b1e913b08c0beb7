"""The signing keys as one process caches them: reads, outages, unknown keys, threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.storage.errors import StorageUnavailable
from edge.storage.signing_keys import cache
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, SigningKeyCache
from tests.edge.clock import Clock
from tests.edge.storage.signing_keys.keys import NEW, NEWER, OLD


class Source:
    """A source of key rings, or of errors; counts the reads."""

    def __init__(self, ring: KeyRing | Exception) -> None:
        self.ring, self.reads = ring, 0

    def read(self) -> KeyRing:
        self.reads += 1
        if isinstance(self.ring, Exception):
            raise self.ring
        return self.ring


def test_keys_are_read_once_until_they_expire(clock: Clock) -> None:
    source = Source(KeyRing(NEW, OLD))
    keys = SigningKeyCache(source.read, clock)
    for _ in range(3):
        assert keys.ring() == KeyRing(NEW, OLD)
        assert keys.find("old") == OLD
    clock.now += KEEP_SECONDS - 1
    keys.ring()
    assert source.reads == 1
    clock.now += 1
    source.ring = KeyRing(NEWER, NEW)
    assert keys.ring() == KeyRing(NEWER, NEW)
    assert source.reads == 2


def test_an_unknown_key_id_is_looked_up_again_at_most_once_in_ten_seconds(clock: Clock) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    assert keys.find("old") == OLD
    clock.now += LOOK_AGAIN_SECONDS
    source.ring = KeyRing(NEW, OLD)
    assert keys.find("new") == NEW
    for _ in range(100):
        assert keys.find("forged") is None
    assert source.reads == 2
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.find("forged") is None
    assert source.reads == 3


@pytest.mark.parametrize("error", [StorageUnavailable("unreachable"), OSError("disk"), ValueError("not a key")])
def test_expired_keys_are_used_while_the_source_fails(clock: Clock, error: Exception) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = error
    clock.now += 10 * KEEP_SECONDS
    for _ in range(100):
        assert keys.ring() == KeyRing(OLD)
        assert keys.find("old") == OLD
    assert source.reads == 2
    source.ring = KeyRing(NEW, OLD)
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(NEW, OLD)


def test_an_unknown_key_id_is_503_while_the_source_fails(clock: Clock) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = StorageUnavailable("unreachable")
    clock.now += LOOK_AGAIN_SECONDS
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            keys.find("new")
        assert keys.find("old") == OLD
    assert source.reads == 2
    source.ring = KeyRing(NEW, OLD)
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.find("new") == NEW
    assert keys.find("forged") is None


def test_an_unexpected_error_keeps_the_known_keys(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = RecursionError("deep")
    clock.now += KEEP_SECONDS
    assert keys.ring() == KeyRing(OLD)
    assert "the signing keys cannot be read: RecursionError: deep" in caplog.text


def test_a_read_that_hangs_is_waited_for_only_briefly(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    hangs = threading.Event()
    rings = iter([KeyRing(OLD), KeyRing(NEW, OLD), KeyRing(NEWER, NEW)])

    def read() -> KeyRing:
        ring = next(rings)
        if ring.current == NEW:
            hangs.wait()
        return ring

    keys = SigningKeyCache(read, clock)
    keys.ring()
    clock.now += KEEP_SECONDS
    assert keys.ring() == KeyRing(OLD)
    with pytest.raises(ServiceUnavailable, match="have not been read yet"):
        keys.find("new")
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(NEWER, NEW)
    hangs.set()
    for thread in threading.enumerate():
        if thread.name == "signing-keys":
            thread.join()
    assert keys.ring() == KeyRing(NEWER, NEW), "a late ring is older than the one that was read since"


def test_without_any_key_the_reply_is_503_until_there_is_one(clock: Clock) -> None:
    source = Source(StorageUnavailable("unreachable"))
    keys = SigningKeyCache(source.read, clock)
    for find in (keys.ring, lambda: keys.find("old")):
        with pytest.raises(ServiceUnavailable) as caught:
            find()
        assert (caught.value.status, caught.value.code) == (503, "signing_keys_unavailable")
    assert source.reads == 1
    source.ring = KeyRing(NEW)
    clock.now += 1
    assert keys.find("new") == NEW


def test_threads_share_one_read(clock: Clock) -> None:
    source = Source(KeyRing(NEW))
    keys = SigningKeyCache(source.read, clock)
    start = threading.Barrier(8)

    def find(_: int) -> SigningKey | None:
        start.wait()
        return keys.find("new")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(find, range(8))) == [NEW] * 8
    assert source.reads == 1


def test_a_thread_that_waits_for_a_read_does_not_delay_the_others(clock: Clock) -> None:
    reading, go_on = threading.Event(), threading.Event()
    source = Source(KeyRing(OLD))

    def slow() -> KeyRing:
        if source.reads:
            reading.set()
            go_on.wait()
        return source.read()

    keys = SigningKeyCache(slow, clock)
    keys.ring()
    clock.now += KEEP_SECONDS
    with ThreadPoolExecutor(2) as pool:
        slow_one = pool.submit(keys.ring)
        reading.wait()
        try:
            assert pool.submit(keys.ring).result(timeout=10) == KeyRing(OLD)
            source.ring = KeyRing(NEW, OLD)
        finally:
            go_on.set()
        assert slow_one.result() == KeyRing(NEW, OLD)
