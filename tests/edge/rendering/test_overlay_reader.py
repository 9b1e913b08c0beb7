"""Reading the originals that are placed on others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from edge.contract.errors import OverlayUnavailable
from edge.contract.operations import Operation, make_operation
from edge.contract.original import OriginalFacts, Verdict, original_object_key
from edge.contract.timings import Timings
from edge.rendering import overlay_reader
from edge.rendering.overlay_reader import OverlayReader
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Object
from tests.edge.originals import NEW, OLD, jpeg

Put = Callable[..., None]


def mark(key: str = "logo.png", version: str = OLD.version) -> Operation:
    return make_operation("watermark", key=key, version=version)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The object keys that were read."""
    calls, get = [], DirectoryStore.get

    def counting(self: DirectoryStore, key: str, limit: int | None = None, only_if: Condition | None = None) -> Object:
        calls.append(key)
        return get(self, key, limit, only_if)

    monkeypatch.setattr(DirectoryStore, "get", counting)
    return calls


def test_an_overlay_is_read_once_for_each_version(store: DirectoryStore, put_original: Put, calls: list[str]) -> None:
    reader = OverlayReader(store)
    put_original(jpeg("red"), key="logo.png")
    for _ in range(3):
        assert reader.read([mark()], Timings()) == {("logo.png", OLD.version): jpeg("red")}
    put_original(jpeg("blue"), NEW, key="logo.png")
    assert reader.read([mark(version=NEW.version)], Timings()) == {("logo.png", NEW.version): jpeg("blue")}
    assert calls == [original_object_key("logo.png")] * 2


def test_only_operations_that_place_an_image_read_one(store: DirectoryStore, calls: list[str]) -> None:
    assert OverlayReader(store).read([make_operation("negate")], Timings()) == {}
    assert calls == []


@pytest.mark.parametrize(
    "facts",
    [NEW, replace(OLD, verdict=Verdict.WITHHELD), replace(OLD, verdict=Verdict.BLURRED), replace(OLD, examined=False)],
    ids=["another version", "withheld", "blurred", "not examined"],
)
def test_what_may_not_be_shown_is_unavailable(store: DirectoryStore, put_original: Put, facts: OriginalFacts) -> None:
    put_original(jpeg(), facts, key="logo.png")
    with pytest.raises(OverlayUnavailable, match=r"logo\.png"):
        OverlayReader(store).read([mark()], Timings())


def test_a_missing_or_too_large_one_is_unavailable(
    store: DirectoryStore, put_original: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OverlayUnavailable):
        OverlayReader(store).read([mark()], Timings())
    put_original(jpeg(), key="logo.png")
    monkeypatch.setattr(overlay_reader, "MAX_OVERLAY_BYTES", len(jpeg()) - 1)
    with pytest.raises(OverlayUnavailable):
        OverlayReader(store).read([mark()], Timings())


def test_storage_that_fails_is_no_missing_overlay(store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Object:
        raise StorageUnavailable("down")

    monkeypatch.setattr(DirectoryStore, "get", fail)
    with pytest.raises(StorageUnavailable):
        OverlayReader(store).read([mark()], Timings())


def test_what_is_kept_is_bounded_and_the_least_used_goes(
    store: DirectoryStore, put_original: Put, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlay_reader, "_MAX_TOTAL", 2 * len(jpeg()))
    for name in "abc":
        put_original(jpeg(), key=f"{name}.png")
    reader = OverlayReader(store)
    for name in ("a", "b", "a", "c", "a", "b"):
        reader.read([mark(f"{name}.png")], Timings())
    assert [key.rpartition("/")[2] for key in calls] == ["a.png", "b.png", "c.png", "b.png"]
