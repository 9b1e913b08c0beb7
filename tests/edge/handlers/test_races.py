"""An original that is replaced, or taken away, while a variant of it is made: every order of events, on both stores."""

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
from edge.rendering.variant import Variant
from edge.rendering.variant_service import VariantService
from edge.storage.errors import StorageUnavailable
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Condition, Head, Object, Store
from tests.edge.handlers.support import NEW, OLD, POLICY, picture
from tests.s3server import S3Server

Event = Callable[[], object]
#: Before which of our calls of the store an editor's two steps come. There are at most seven, and more where we
#: begin anew; one that never comes has the steps follow when we are done.
STEPS = range(9)
ORDERS = [(first, second) for first in STEPS for second in STEPS if first <= second]


class Between(Store):
    """``inner``, where others do something before the call of a number."""

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

    def put(self, object_key: str, body: bytes, **how: Any) -> str | None:
        self._step()
        return self._inner.put(object_key, body, **how)

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


class Scene:
    """One picture of its own in ``inner``, red and then blue, and who cooks and purges it."""

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.key = f"races/{uuid4().hex}.jpg"
        self.upload("red", OLD)

    def upload(self, colour: str, facts: OriginalFacts) -> None:
        body = picture(colour, (64, 48))
        name = original_object_key(self.key)
        self.inner.put(name, body, content_type="image/jpeg", metadata=facts.as_metadata())

    def take_away(self) -> None:
        self.inner.delete(original_object_key(self.key))

    def replace(self) -> None:
        self.upload("blue", NEW)

    def purge(self) -> None:
        for name in self.variants():
            self.inner.delete(name)

    def variants(self) -> list[str]:
        return list(self.inner.list(f"variants/{self.key}/"))

    def named(self, version: str) -> VariantKey:
        return VariantKey(self.key, version, POLICY.rev, "w50", "basic")

    def ask(self, version: str, events: Mapping[int, list[Event]] | None = None) -> Variant | None:
        """`None` where there is no such picture. What has not happened by then happens afterwards."""
        store = Between(self.inner, events or {})
        try:
            return VariantService(store, POLICY, ManifestCache(store)).serve(self.named(version), Timings())
        except NotFound:
            return None
        finally:
            store.finish()


@pytest.fixture
def scene(inner: Store) -> Iterator[Scene]:
    scene = Scene(inner)
    yield scene
    scene.take_away()
    scene.purge()


def colour(body: bytes) -> str:
    red, _, blue = Image.open(BytesIO(body)).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def at(order: tuple[int, int], first: Event, second: Event) -> dict[int, list[Event]]:
    return {order[0]: [first, second]} if order[0] == order[1] else {order[0]: [first], order[1]: [second]}


@pytest.mark.parametrize("asked", [OLD.version, ANY_VERSION])
def test_nothing_is_left_of_what_was_taken_away(scene: Scene, asked: str) -> None:
    answers = set()
    for order in ORDERS:
        scene.upload("red", OLD)
        answers.add(scene.ask(asked, at(order, scene.take_away, scene.purge)) is None)
        assert scene.variants() == [], order
        assert scene.ask(asked) is None
    assert answers == {True, False}


def test_where_the_store_goes_away_before_its_last_look_the_variant_does_too(scene: Scene) -> None:
    """Nobody would look again, and the original may have been replaced meanwhile."""

    def away() -> None:
        raise StorageUnavailable("the look after the PUT")

    for number in range(4):  # get, head, put, head
        scene.purge()
        if number in (1, 2):  # what could not be written is shown all the same
            assert scene.ask(OLD.version, {number: [away]}) is not None
        else:
            with pytest.raises(StorageUnavailable):
                scene.ask(OLD.version, {number: [away]})
        assert scene.variants() == []
    assert scene.ask(OLD.version) is not None
    with pytest.raises(StorageUnavailable):
        scene.ask(OLD.version, {3: [away]})
    assert scene.variants() == [scene.named(OLD.version).object_key], "others have stored it, and have looked"


@pytest.mark.parametrize("change", [Scene.take_away, Scene.replace])
@pytest.mark.parametrize(("asked", "look"), [(OLD.version, 1), (ANY_VERSION, 3)])
def test_what_changed_while_it_was_made_is_not_stored_even_for_a_moment(
    scene: Scene, asked: str, look: int, change: Callable[[Scene], None]
) -> None:
    """CloudFront would keep for a year what it reads of S3 in that moment, and no purge comes any more."""
    seen: set[str] = set()
    events: dict[int, list[Event]] = {number: [lambda: seen.update(scene.variants())] for number in range(look + 1, 20)}
    reply = scene.ask(asked, events | {look: [partial(change, scene), scene.purge]})
    if change is Scene.take_away:
        assert (reply, seen) == (None, set())
    else:
        assert reply is not None
        assert (colour(reply.body), seen) == ("blue", {scene.named(NEW.version).object_key})


@pytest.mark.parametrize(
    ("asked", "made"), [(OLD.version, False), (OLD.version, True), (NEW.version, False), (ANY_VERSION, False)]
)
def test_what_was_replaced_is_never_under_the_new_version(scene: Scene, asked: str, made: bool) -> None:
    shown = set()
    for order in ORDERS:
        scene.upload("red", OLD)
        scene.purge()
        if made:
            scene.ask(OLD.version)
        reply = scene.ask(asked, at(order, scene.replace, scene.purge))
        assert reply is not None
        assert colour(reply.body) == {OLD.version: "red", NEW.version: "blue"}[reply.key.version], order
        shown.add(reply.key.version)
        assert set(scene.variants()) <= {scene.named(NEW.version).object_key}, order
        after = [scene.ask(version) for version in (OLD.version, NEW.version, ANY_VERSION)]
        assert [colour(each.body) for each in after if each] == ["blue"] * 3, order
        assert scene.variants() == [scene.named(NEW.version).object_key]
    assert shown == {OLD.version, NEW.version}


def test_what_is_replaced_again_and_again_is_given_up_and_nothing_of_it_left(scene: Scene) -> None:
    events: dict[int, list[Event]] = {
        number: [partial(scene.upload, "red", OriginalFacts(f"{number:08x}"))] for number in range(3, 40)
    }
    with pytest.raises(ServiceUnavailable, match="being replaced"):
        scene.ask(ANY_VERSION, events)
    assert scene.variants() == []


def test_taken_away_and_uploaded_again_at_once_it_is_the_same_picture(scene: Scene) -> None:
    for order in ORDERS:
        reply = scene.ask(OLD.version, at(order, scene.take_away, lambda: scene.upload("red", OLD)))
        assert reply is None or colour(reply.body) == "red"
        again = scene.ask(OLD.version)
        assert again is not None
        assert scene.variants() == [scene.named(OLD.version).object_key]
        scene.purge()


def test_a_purge_in_the_middle_takes_away_no_more_than_it_finds(scene: Scene) -> None:
    for number in STEPS:
        assert scene.ask(OLD.version, {number: [scene.purge]}) is not None
        assert scene.ask(OLD.version) is not None
        assert scene.variants() == [scene.named(OLD.version).object_key]


def test_made_by_others_in_the_middle_it_is_stored_once(scene: Scene) -> None:
    for number in STEPS:
        replies = [scene.ask(OLD.version, {number: [lambda: scene.ask(OLD.version)]}), scene.ask(OLD.version)]
        (name,) = scene.variants()
        stored = scene.inner.get(name)
        assert [(each.body, each.etag) for each in replies if each] == [(stored.body, stored.head.etag)] * 2
        scene.purge()
