"""Failed attempts are remembered: repeated requests cost neither decoding nor reading the original."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edge.contract.errors import SourceRefused
from edge.rendering import failure_cache, variant_service
from edge.rendering.failure_cache import FailureCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Object
from tests.edge.originals import NEW, OLD, jpeg

VERSIONS = [f"{number:08x}" for number in range(16, 24)]


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The format classes that were rendered."""
    rendered: list[str] = []
    render = variant_service.render  # type: ignore[attr-defined] # as imported there

    def counting(body: bytes, recipe: Any, format_class: str, **options: Any) -> Any:
        rendered.append(format_class)
        return render(body, recipe, format_class, **options)

    monkeypatch.setattr(variant_service, "render", counting)
    return rendered


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The object keys whose bytes were read."""
    object_keys: list[str] = []
    get = DirectoryStore.get

    def counting(self: DirectoryStore, object_key: str, *arguments: Any) -> Object:
        found = get(self, object_key, *arguments)
        object_keys.append(object_key)
        return found

    monkeypatch.setattr(DirectoryStore, "get", counting)
    return object_keys


def test_made_up_versions_are_answered_without_reading_the_original(
    put_original: Any, fetch: Any, decodes: Any, read: Any
) -> None:
    put_original(jpeg())
    fetch("w300")
    read.clear()
    assert {fetch("w300", version)["status"] for version in VERSIONS} == {"200"}
    assert decodes == ["avif"]
    assert [object_key.partition("/")[0] for object_key in read] == ["variants"] * len(VERSIONS)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_original_without_metadata_is_decoded_once(
    store: DirectoryStore, fetch: Any, decodes: Any, method: str
) -> None:
    store.put("originals/a.jpg", jpeg(), content_type="image/jpeg")
    for version in ("any", *VERSIONS, "any"):
        assert fetch("w300", version, method=method)["status"] == "200"
    assert decodes == ["avif"]


@pytest.mark.parametrize("versions", [["any"] * 9, [OLD.version] * 9, VERSIONS])
def test_a_damaged_original_is_decoded_once(put_original: Any, fetch: Any, decodes: Any, versions: list[str]) -> None:
    put_original(jpeg()[:-300])
    answers = [fetch("w300", version, method="HEAD") for version in versions]
    assert {answer["status"] for answer in answers} == {"415"}
    assert decodes == ["avif"]


def test_another_original_recipe_or_format_is_a_new_attempt(put_original: Any, fetch: Any, decodes: Any) -> None:
    put_original(jpeg()[:-300])
    assert [fetch("w300", format_class=each)["status"] for each in ("avif", "webp", "avif")] == ["415"] * 3
    assert fetch("w200")["status"] == "415"
    assert decodes == ["avif", "webp", "avif"]
    put_original(jpeg(), NEW)
    assert fetch("w300", NEW.version)["status"] == "200"


def failing(calls: list[int], number: int) -> Callable[[], None]:
    def work() -> None:
        calls.append(number)
        raise SourceRefused.damaged(f"{number}")

    return work


def test_the_oldest_failures_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_cache, "_MAX_ENTRIES", 3)
    cache, calls = FailureCache(), list[int]()
    for number in (0, 1, 2, 3, 3, 2, 1, 0):
        with pytest.raises(SourceRefused, match=str(number)):
            cache.run(number, failing(calls, number))
    assert calls == [0, 1, 2, 3, 0]
