"""An original that is replaced or deleted while a variant is made: every order of events, on both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from edge.contract.errors import NotFound, ServiceUnavailable
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.timings import Timings
from edge.contract.variant_key import ANY_VERSION, VariantKey
from edge.rendering.failure_memory import FailureMemory
from edge.rendering.overlay_reader import OverlayReader
from edge.rendering.variant import Variant
from edge.rendering.variant_reply import MAX_BODY
from edge.rendering.variant_service import VariantService
from edge.storage.errors import StorageUnavailable
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Condition, Head, Object, Store
from tests.edge.originals import NEW, OLD, POLICY, jpeg
from tests.s3server import S3Server

Event = Callable[[], object]
#: Before which of our calls to the store the two steps of an editor happen. There are at most seven calls, and more
#: after a retry; a step after the last call happens at the end.
STEPS = range(9)
ORDERS = [(first, second) for first in STEPS for second in STEPS if first <= second]


class Between(Store):
    """``inner``, with events of others before certain calls, by their number."""

    def __init__(self, inner: Store, events: Mapping[int, list[Event]]) -> None:
        self._inner = inner
        self._events = dict(events)
        self._calls = 0

    def _step(self) -> None:
        for event in self._events.pop(self._calls, []):
            event()
        self._calls += 1

    def finish(self) -> None:
        for number in sorted(self._events):
            for event in self._events.pop(number):
                event()

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        self._step()
        return self._inner.get(object_key, max_bytes, only_if)

    def head(self, object_key: str) -> Head:
        self._step()
        return self._inner.head(object_key)

    def put(self, object_key: str, body: bytes, **options: Any) -> str | None:
        self._step()
        return self._inner.put(object_key, body, **options)

    def delete(self, object_key: str) -> None:
        self._step()
        self._inner.delete(object_key)

    def list(self, prefix: str) -> Iterator[str]:
        return self._inner.list(prefix)


@pytest.fixture(params=["directory", pytest.param("bucket", marks=pytest.mark.s3)])
def inner(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "directory":
        return DirectoryStore(tmp_path)
    server: S3Server = request.getfixturevalue("s3_server")
    return open_store(server.location, lambda: server.credentials)


class Race:
    """One image in ``inner``, first red and then blue: rendered, replaced, deleted and purged."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.key = f"races/{uuid4().hex}.jpg"
        self.upload("red", OLD)

    def upload(self, colour: str, facts: OriginalFacts) -> None:
        body = jpeg(colour, (64, 48))
        object_key = original_object_key(self.key)
        self.inner.put(object_key, body, content_type="image/jpeg", metadata=facts.as_metadata())

    def delete(self) -> None:
        self.inner.delete(original_object_key(self.key))

    def replace(self) -> None:
        self.upload("blue", NEW)

    def purge(self) -> None:
        for object_key in self.variants():
            self.inner.delete(object_key)

    def variants(self) -> list[str]:
        return list(self.inner.list(f"variants/{self.key}/"))

    def key_of(self, version: str) -> VariantKey:
        return VariantKey(self.key, version, POLICY.rev, "w50", "basic")

    def serve(self, version: str, events: Mapping[int, list[Event]] | None = None) -> Variant | None:
        """The variant, or `None` for a 404. Events that are left happen afterwards."""
        store = Between(self.inner, events or {})
        try:
            return VariantService(
                store, POLICY, ManifestCache(store), FailureMemory(store, POLICY.rev), OverlayReader(store)
            ).serve(self.key_of(version), Timings(), MAX_BODY)
        except NotFound:
            return None
        finally:
            store.finish()


@pytest.fixture
def race(inner: Store) -> Iterator[Race]:
    race = Race(inner)
    yield race
    race.delete()
    race.purge()


def colour(body: bytes) -> str:
    red, _, blue = Image.open(BytesIO(body)).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def at(order: tuple[int, int], first: Event, second: Event) -> dict[int, list[Event]]:
    return {order[0]: [first, second]} if order[0] == order[1] else {order[0]: [first], order[1]: [second]}


@pytest.mark.parametrize("version", [OLD.version, ANY_VERSION])
def test_no_variant_of_a_deleted_original_is_left(race: Race, version: str) -> None:
    missing = set()
    for order in ORDERS:
        race.upload("red", OLD)
        missing.add(race.serve(version, at(order, race.delete, race.purge)) is None)
        assert race.variants() == [], order
        assert race.serve(version) is None
    assert missing == {True, False}


def test_if_the_last_check_fails_the_variant_is_deleted(race: Race) -> None:
    """Nobody would check again, and the original may have been replaced."""

    def unavailable() -> None:
        raise StorageUnavailable("the check after the PUT")

    for number in range(4):  # get, head, put, head
        race.purge()
        if number in (1, 2):  # a failed write is no error
            assert race.serve(OLD.version, {number: [unavailable]}) is not None
        else:
            with pytest.raises(StorageUnavailable):
                race.serve(OLD.version, {number: [unavailable]})
        assert race.variants() == []
    assert race.serve(OLD.version) is not None
    with pytest.raises(StorageUnavailable):
        race.serve(OLD.version, {3: [unavailable]})
    assert race.variants() == [race.key_of(OLD.version).object_key], "another request has stored and checked it"


@pytest.mark.parametrize("change", [Race.delete, Race.replace])
@pytest.mark.parametrize(("version", "check"), [(OLD.version, 1), (ANY_VERSION, 3)])
def test_a_variant_of_a_changed_original_is_not_stored_even_for_a_moment(
    race: Race, version: str, check: int, change: Callable[[Race], None]
) -> None:
    """CloudFront would keep for a year what it reads at that moment, and no further purge would follow."""
    seen: set[str] = set()
    events: dict[int, list[Event]] = {number: [lambda: seen.update(race.variants())] for number in range(check + 1, 20)}
    reply = race.serve(version, events | {check: [partial(change, race), race.purge]})
    if change is Race.delete:
        assert (reply, seen) == (None, set())
    else:
        assert reply is not None
        assert (colour(reply.body), seen) == ("blue", {race.key_of(NEW.version).object_key})


@pytest.mark.parametrize(
    ("version", "rendered_before"),
    [(OLD.version, False), (OLD.version, True), (NEW.version, False), (ANY_VERSION, False)],
)
def test_the_old_image_is_never_under_the_new_version(race: Race, version: str, rendered_before: bool) -> None:
    versions = set()
    for order in ORDERS:
        race.upload("red", OLD)
        race.purge()
        if rendered_before:
            race.serve(OLD.version)
        reply = race.serve(version, at(order, race.replace, race.purge))
        assert reply is not None
        assert colour(reply.body) == {OLD.version: "red", NEW.version: "blue"}[reply.key.version], order
        versions.add(reply.key.version)
        assert set(race.variants()) <= {race.key_of(NEW.version).object_key}, order
        after = [race.serve(version) for version in (OLD.version, NEW.version, ANY_VERSION)]
        assert [colour(each.body) for each in after if each] == ["blue"] * 3, order
        assert race.variants() == [race.key_of(NEW.version).object_key]
    assert versions == {OLD.version, NEW.version}


def test_an_original_that_keeps_changing_is_503_and_leaves_no_variant(race: Race) -> None:
    events: dict[int, list[Event]] = {
        number: [partial(race.upload, "red", OriginalFacts(f"{number:08x}"))] for number in range(3, 40)
    }
    with pytest.raises(ServiceUnavailable, match="being replaced"):
        race.serve(ANY_VERSION, events)
    assert race.variants() == []


def test_an_original_that_is_deleted_and_uploaded_again_is_the_same_image(race: Race) -> None:
    for order in ORDERS:
        reply = race.serve(OLD.version, at(order, race.delete, lambda: race.upload("red", OLD)))
        assert reply is None or colour(reply.body) == "red"
        again = race.serve(OLD.version)
        assert again is not None
        assert race.variants() == [race.key_of(OLD.version).object_key]
        race.purge()


def test_a_purge_at_any_moment_deletes_only_what_it_finds(race: Race) -> None:
    for number in STEPS:
        assert race.serve(OLD.version, {number: [race.purge]}) is not None
        assert race.serve(OLD.version) is not None
        assert race.variants() == [race.key_of(OLD.version).object_key]


def test_a_variant_that_another_request_renders_too_is_stored_once(race: Race) -> None:
    for number in STEPS:
        replies = [race.serve(OLD.version, {number: [lambda: race.serve(OLD.version)]}), race.serve(OLD.version)]
        (object_key,) = race.variants()
        stored = race.inner.get(object_key)
        assert [(each.body, each.etag) for each in replies if each] == [(stored.body, stored.head.etag)] * 2
        race.purge()
