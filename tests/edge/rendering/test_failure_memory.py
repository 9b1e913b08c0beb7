"""Failed originals are remembered: repeated requests cost neither decoding nor reading the original."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.contract.errors import SourceRefused
from edge.contract.failure import failure_object_key
from edge.rendering import failure_memory, isolated_render, open_responder, variant_service
from edge.rendering.failure_memory import KEEP_SECONDS, FailureMemory
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Object
from tests.edge.clock import Clock
from tests.edge.originals import NEW, OLD, POLICY, code_of, jpeg, noisy_png

VERSIONS = [f"{number:08x}" for number in range(16, 24)]
ETAG = '"0123"'
RECORD = failure_object_key(ETAG, POLICY.rev)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The format classes that were rendered."""
    rendered: list[str] = []
    render = variant_service.render_original  # type: ignore[attr-defined] # as imported there

    def counting(original: Any, recipe: Any, format_class: str, policy: Any, **options: Any) -> Any:
        rendered.append(format_class)
        return render(original, recipe, format_class, policy, **options)

    monkeypatch.setattr(variant_service, "render_original", counting)
    return rendered


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prefixes of the objects whose bytes were read."""
    prefixes: list[str] = []
    get = DirectoryStore.get

    def counting(self: DirectoryStore, object_key: str, *arguments: Any) -> Object:
        found = get(self, object_key, *arguments)
        prefixes.append(object_key.partition("/")[0])
        return found

    monkeypatch.setattr(DirectoryStore, "get", counting)
    return prefixes


def put_by_hand(store: DirectoryStore, body: bytes) -> str:
    """Put an original into the bucket without metadata. Returns the key of its record."""
    etag = store.put("originals/a.jpg", body, content_type="image/jpeg")
    assert etag is not None
    return failure_object_key(etag, POLICY.rev)


def another_process() -> None:
    open_responder.open_responder.cache_clear()


def records(store: DirectoryStore) -> list[str]:
    return list(store.list("failures/"))


def set_age(store: DirectoryStore, object_key: str, age: timedelta) -> None:
    sidecar = store.root / ".meta" / object_key
    entries = json.loads(sidecar.read_text())
    for each in entries:
        each["last_modified"] = (datetime.now(UTC) - age).isoformat()
    sidecar.write_text(json.dumps(entries))


def test_made_up_versions_are_answered_without_reading_the_original(
    put_original: Any, fetch: Any, attempts: Any, read: Any
) -> None:
    put_original(jpeg())
    fetch("w300")
    read.clear()
    assert {fetch("w300", version)["status"] for version in VERSIONS} == {"200"}
    assert attempts == ["avif"]
    assert read == ["variants"] * len(VERSIONS)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_original_without_metadata_is_read_and_decoded_once(
    store: DirectoryStore, fetch: Any, attempts: Any, read: Any, method: str
) -> None:
    put_by_hand(store, jpeg())
    for version in ("any", *VERSIONS, "any"):
        assert fetch("w300", version, method=method)["status"] == "200"
    assert attempts == ["avif"]
    assert read.count("originals") == 1
    assert records(store) == []


@pytest.mark.parametrize("versions", [["any"] * 9, [OLD.version] * 9, VERSIONS])
@pytest.mark.parametrize("slugs", [["w300"] * 9, [f"w{width}" for width in range(300, 309)]])
def test_a_damaged_original_is_read_and_decoded_once(
    store: DirectoryStore, put_original: Any, fetch: Any, attempts: Any, read: Any, versions: Any, slugs: Any
) -> None:
    put_original(jpeg()[:-300])
    answers = [fetch(slug, version, method="HEAD") for slug, version in zip(slugs, versions, strict=False)]
    assert {answer["status"] for answer in answers} == {"415"}
    assert (attempts, read.count("originals"), len(records(store))) == (["avif"], 1, 1)


@pytest.mark.parametrize(("by_hand", "version"), [(True, "any"), (True, OLD.version), (False, "any")])
def test_another_process_finds_the_record_before_it_tries(
    store: DirectoryStore, put_original: Any, fetch: Any, attempts: Any, read: Any, by_hand: bool, version: str
) -> None:
    """Of examined originals only aliases look: there is no end of them, and a true URL has its four calls."""
    body = jpeg()[:-300]
    (put_by_hand if by_hand else lambda _, body: put_original(body))(store, body)
    first = fetch("w300", "any")
    assert (first["status"], code_of(first)) == ("415", "source_damaged")
    another_process()
    read.clear()
    again = fetch("w200", version, format_class="webp")
    assert (again["status"], again["body"]) == ("415", first["body"])
    assert (attempts, read) == (["avif"], ["failures"])


def test_a_render_that_exceeds_its_limits_is_a_415_and_is_recorded(
    store: DirectoryStore, fetch: Any, attempts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated_render, "LIMITS", replace(isolated_render.LIMITS, wall_seconds=0.2))
    record = put_by_hand(store, noisy_png(1500))
    for _ in range(3):
        response = fetch("w2560_up", "any")
        assert (response["status"], code_of(response)) == ("415", "source_too_large")
        another_process()
    assert (attempts, records(store)) == (["avif"], [record])


@pytest.mark.parametrize(("age", "tried"), [(timedelta(hours=23), 1), (timedelta(hours=25), 2)])
def test_a_record_counts_for_a_day(
    store: DirectoryStore, fetch: Any, attempts: Any, age: timedelta, tried: int
) -> None:
    record = put_by_hand(store, jpeg()[:-300])
    fetch("w300", "any")
    set_age(store, record, age)
    another_process()
    assert fetch("w300", "any")["status"] == "415"
    assert len(attempts) == tried
    if tried == 2:
        assert store.head(record).last_modified > datetime.now(UTC) - timedelta(hours=1)


def test_another_original_has_no_failure(put_original: Any, fetch: Any) -> None:
    put_original(jpeg()[:-300])
    assert fetch("w200")["status"] == "415"
    put_original(jpeg(), NEW)
    assert fetch("w300", NEW.version)["status"] == "200"


def test_an_error_of_our_own_is_not_the_originals(
    store: DirectoryStore, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_by_hand(store, jpeg())
    with monkeypatch.context() as patched:
        patched.setattr("edge.rendering.render_original.render", lambda *_, **__: 1 / 0)
        assert fetch("w300", "any")["status"] == "500"
    assert records(store) == []
    assert fetch("w300", "any")["status"] == "200"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(store: DirectoryStore, clock: Clock) -> FailureMemory:
    return FailureMemory(store, POLICY.rev, clock)


def refused(memory: FailureMemory, etag: str = ETAG, *, look: bool = False) -> bool:
    try:
        memory.check(etag, look=look)
    except SourceRefused as refusal:
        assert (refusal.code, refusal.message) == ("source_damaged", "It is damaged.")
        return True
    return False


def test_a_failure_is_known_without_asking_storage_for_a_minute(
    store: DirectoryStore, memory: FailureMemory, clock: Clock
) -> None:
    assert not refused(memory, look=True)
    memory.remember(ETAG, SourceRefused.damaged("It is damaged."))
    store.delete(RECORD)  # as a purge does
    clock.now += KEEP_SECONDS - 1
    assert memory.knows(ETAG)
    assert refused(memory)
    clock.now += 1
    assert not memory.knows(ETAG)
    assert not refused(memory)


def test_after_that_minute_the_record_decides_for_another(memory: FailureMemory, clock: Clock) -> None:
    memory.remember(ETAG, SourceRefused.damaged("It is damaged."))
    for _ in range(3):
        clock.now += KEEP_SECONDS
        assert not memory.knows(ETAG)
        assert refused(memory)
        assert memory.knows(ETAG)


def test_an_engine_of_another_rev_tries_again(store: DirectoryStore, memory: FailureMemory) -> None:
    memory.remember(ETAG, SourceRefused.damaged("It is damaged."))
    assert refused(FailureMemory(store, POLICY.rev), look=True)
    assert not refused(FailureMemory(store, "99999999"), look=True)


@pytest.mark.parametrize("record", [b"", b"{", b"[1]", bytes(1 << 20)])
def test_a_damaged_record_is_ignored_and_replaced(
    store: DirectoryStore, memory: FailureMemory, record: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store.put(RECORD, record, content_type="application/json")
    assert not refused(memory, look=True)
    assert RECORD in caplog.text
    memory.remember(ETAG, SourceRefused.damaged("It is damaged."))
    assert refused(FailureMemory(store, POLICY.rev), look=True)


def test_a_record_that_storage_does_not_take_is_known_to_this_process(
    memory: FailureMemory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("No space left on device")

    monkeypatch.setattr(DirectoryStore, "put", full)
    memory.remember(ETAG, SourceRefused.damaged("It is damaged."))
    assert refused(memory)
    assert "could not be stored" in caplog.text


def test_the_oldest_failures_are_forgotten(
    store: DirectoryStore, memory: FailureMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failure_memory, "_MAX_ENTRIES", 3)
    for number in range(4):
        memory.remember(f'"{number}"', SourceRefused.damaged("It is damaged."))
    assert [memory.knows(f'"{number}"') for number in range(4)] == [False, True, True, True]
