"""The signing keys: read seldom, found when they are new, used while their source is away, never dispensed with."""

from __future__ import annotations

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.storage.errors import StorageUnavailable
from edge.storage.signing_keys import cache
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, SigningKeyCache
from edge.storage.signing_keys.key_file import read_key_file, write_key_file
from edge.storage.signing_keys.location import parse_location
from edge.storage.signing_keys.shared import open_signing_keys

OLD, NEW, NEWER = (
    SigningKey(name, name.encode() * 16, created) for name, created in (("old", 1), ("new", 2), ("newer", 3))
)


class Clock:
    """A monotonic clock that stands until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Where a ring can be read, or not; counts the looks."""

    def __init__(self, ring: KeyRing | Exception) -> None:
        self.ring, self.looks = ring, 0

    def read(self) -> KeyRing:
        self.looks += 1
        if isinstance(self.ring, Exception):
            raise self.ring
        return self.ring


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_keys_are_read_once_in_their_time(clock: Clock) -> None:
    source = Source(KeyRing(NEW, OLD))
    keys = SigningKeyCache(source.read, clock)
    for _ in range(3):
        assert keys.ring() == KeyRing(NEW, OLD)
        assert keys.find("old") == OLD
    clock.now += KEEP_SECONDS - 1
    keys.ring()
    assert source.looks == 1
    clock.now += 1
    source.ring = KeyRing(NEWER, NEW)
    assert keys.ring() == KeyRing(NEWER, NEW)
    assert source.looks == 2


def test_an_unknown_key_id_makes_it_look_again_but_not_for_ever(clock: Clock) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    assert keys.find("old") == OLD
    clock.now += LOOK_AGAIN_SECONDS
    source.ring = KeyRing(NEW, OLD)
    assert keys.find("new") == NEW
    for _ in range(100):
        assert keys.find("forged") is None
    assert source.looks == 2
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.find("forged") is None
    assert source.looks == 3


@pytest.mark.parametrize("trouble", [StorageUnavailable("away"), OSError("disk"), ValueError("not a key")])
def test_stale_keys_are_used_while_the_source_is_away(clock: Clock, trouble: Exception) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = trouble
    clock.now += 10 * KEEP_SECONDS
    for _ in range(100):
        assert keys.ring() == KeyRing(OLD)
        assert keys.find("old") == OLD
    assert source.looks == 2
    source.ring = KeyRing(NEW, OLD)
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(NEW, OLD)


def test_an_unknown_key_id_is_a_503_while_nobody_can_tell_whether_it_is_forged(clock: Clock) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = StorageUnavailable("away")
    clock.now += LOOK_AGAIN_SECONDS
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            keys.find("new")
        assert keys.find("old") == OLD
    assert source.looks == 2
    source.ring = KeyRing(NEW, OLD)
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.find("new") == NEW
    assert keys.find("forged") is None


def test_a_fault_in_reading_leaves_the_keys_that_there_are(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    source = Source(KeyRing(OLD))
    keys = SigningKeyCache(source.read, clock)
    keys.ring()
    source.ring = RecursionError("deep")
    clock.now += KEEP_SECONDS
    assert keys.ring() == KeyRing(OLD)
    assert "the signing keys cannot be read: RecursionError: deep" in caplog.text


def test_a_look_that_hangs_is_waited_for_no_longer_than_a_visitor_can(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    assert keys.ring() == KeyRing(NEWER, NEW), "what comes late is older than what has been read since"


@pytest.mark.parametrize("place", ["file:///keys.json", "secretsmanager:name?region=us-east-1"])
def test_a_place_says_how_long_its_keys_are_kept(place: str) -> None:
    assert parse_location(place).keep == KEEP_SECONDS
    assert parse_location(place + ("&" if "?" in place else "?") + "keep=3600").keep == 3600


def test_keys_are_kept_as_long_as_their_place_says_and_settle_for_twice_that(tmp_path: Path, clock: Clock) -> None:
    write_key_file(tmp_path / "keys.json", KeyRing(OLD))
    keys = open_signing_keys((tmp_path / "keys.json").as_uri() + "?keep=3", clock=clock)
    assert keys.ring().signer(0) == OLD
    write_key_file(tmp_path / "keys.json", KeyRing(NEW, OLD))
    clock.now += 2
    assert keys.ring().current == OLD
    clock.now += 1
    ring = keys.ring()
    assert ring.current == NEW
    assert (ring.signer(NEW.created + 5), ring.signer(NEW.created + 6)) == (OLD, NEW)


def test_without_any_key_the_answer_is_503_until_there_is_one(clock: Clock) -> None:
    source = Source(StorageUnavailable("away"))
    keys = SigningKeyCache(source.read, clock)
    for ask in (keys.ring, lambda: keys.find("old")):
        with pytest.raises(ServiceUnavailable) as caught:
            ask()
        assert (caught.value.status, caught.value.code) == (503, "signing_keys_unavailable")
    assert source.looks == 1
    source.ring = KeyRing(NEW)
    clock.now += 1
    assert keys.find("new") == NEW


def test_threads_share_one_look(clock: Clock) -> None:
    source = Source(KeyRing(NEW))
    keys = SigningKeyCache(source.read, clock)
    start = threading.Barrier(8)

    def ask(_: int) -> SigningKey | None:
        start.wait()
        return keys.find("new")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [NEW] * 8
    assert source.looks == 1


def test_a_thread_that_looks_does_not_hold_up_those_with_stale_keys(clock: Clock) -> None:
    looking, go_on = threading.Event(), threading.Event()
    source = Source(KeyRing(OLD))

    def slow() -> KeyRing:
        if source.looks:
            looking.set()
            go_on.wait()
        return source.read()

    keys = SigningKeyCache(slow, clock)
    keys.ring()
    clock.now += KEEP_SECONDS
    with ThreadPoolExecutor(2) as pool:
        slow_one = pool.submit(keys.ring)
        looking.wait()
        try:
            assert pool.submit(keys.ring).result(timeout=10) == KeyRing(OLD)
            source.ring = KeyRing(NEW, OLD)
        finally:
            go_on.set()
        assert slow_one.result() == KeyRing(NEW, OLD)


@pytest.mark.parametrize("ring", [KeyRing(NEW, OLD), KeyRing(NEW)])
def test_a_file_keeps_the_ring_for_its_owner_alone(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "keys #1.json"
    write_key_file(path, KeyRing(NEWER))
    write_key_file(path, ring)
    assert open_signing_keys(path.as_uri()).ring() == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert set(json.loads(path.read_text())) == {"current", "previous"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current": null}', '{"current": {"id": "a"}}', "\x00"])
def test_a_file_that_holds_no_ring_gives_no_keys(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"key|Expecting"):
        read_key_file(path)
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(path.as_uri()).ring()


def test_a_file_that_is_not_there_gives_no_keys_and_tells_no_path(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnavailable) as caught:
        open_signing_keys((tmp_path / "none.json").as_uri()).ring()
    assert str(tmp_path) not in caught.value.message


def test_secrets_manager_of_aws_needs_no_endpoint_and_no_call_to_be_opened() -> None:
    assert isinstance(open_signing_keys("secretsmanager:imagehub/signing?region=us-east-1"), SigningKeyCache)
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:imagehub-AbCdEf"
    assert isinstance(open_signing_keys(f"secretsmanager:{arn}?region=us-east-1"), SigningKeyCache)


@pytest.mark.parametrize(
    "secret",
    ["", "keys.json", "file://host/keys.json", "file:///keys.json?x=1", "secretsmanager:name", "vault:name"]
    + ["file:///keys.json?region=us-east-1", "file:///keys.json?keep=0", "file:///keys.json?keep=", "file:?keep=5m"]
    + ["secretsmanager:?region=us-east-1", "secretsmanager:name?region=us-east-1&x=1", "secretsmanager:name?region="],
)
def test_another_place_is_an_error_that_says_what_would_be_right(secret: str) -> None:
    with pytest.raises(ValueError, match="secretsmanager:<name>"):
        open_signing_keys(secret)
