"""URLs that somebody makes up: whatever the store or the decoder has said once is not asked again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edge.contract.errors import SourceRefused
from edge.rendering import failure_cache, variant_service
from edge.rendering.failure_cache import FailureCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Object
from tests.edge.handlers.support import NEW, OLD, picture

VERSIONS = [f"{number:08x}" for number in range(16, 24)]


@pytest.fixture
def decodes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The classes of what was rendered."""
    rendered: list[str] = []
    render = variant_service.render  # type: ignore[attr-defined] # what the kitchen calls

    def counting(body: bytes, recipe: Any, format_class: str, **how: Any) -> Any:
        rendered.append(format_class)
        return render(body, recipe, format_class, **how)

    monkeypatch.setattr(variant_service, "render", counting)
    return rendered


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys whose bytes were read."""
    keys: list[str] = []
    get = DirectoryStore.get

    def counting(self: DirectoryStore, key: str, *how: Any) -> Object:
        found = get(self, key, *how)
        keys.append(key)
        return found

    monkeypatch.setattr(DirectoryStore, "get", counting)
    return keys


def test_made_up_versions_are_answered_without_the_original(put: Any, ask: Any, decodes: Any, read: Any) -> None:
    put(picture())
    ask("w300")
    read.clear()
    assert {ask("w300", version)["status"] for version in VERSIONS} == {"200"}
    assert decodes == ["avif"]
    assert [key.partition("/")[0] for key in read] == ["variants"] * len(VERSIONS)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_original_without_facts_is_decoded_once(store: DirectoryStore, ask: Any, decodes: Any, method: str) -> None:
    store.put("originals/a.jpg", picture(), content_type="image/jpeg")
    for version in ("any", *VERSIONS, "any"):
        assert ask("w300", version, method=method)["status"] == "200"
    assert decodes == ["avif"]


@pytest.mark.parametrize("versions", [["any"] * 9, [OLD.version] * 9, VERSIONS])
def test_what_cannot_be_decoded_is_tried_once(put: Any, ask: Any, decodes: Any, versions: list[str]) -> None:
    put(picture()[:-300])
    answers = [ask("w300", version, method="HEAD") for version in versions]
    assert {answer["status"] for answer in answers} == {"415"}
    assert decodes == ["avif"]


def test_another_original_another_recipe_and_another_format_are_tried(put: Any, ask: Any, decodes: Any) -> None:
    put(picture()[:-300])
    assert [ask("w300", cls=cls)["status"] for cls in ("avif", "webp", "avif")] == ["415"] * 3
    assert ask("w200")["status"] == "415"
    assert decodes == ["avif", "webp", "avif"]
    put(picture(), NEW)
    assert ask("w300", NEW.version)["status"] == "200"


def failing(calls: list[int], number: int) -> Callable[[], None]:
    def work() -> None:
        calls.append(number)
        raise SourceRefused.damaged(f"{number}")

    return work


def test_refusals_stay_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_cache, "_MAX_ENTRIES", 3)
    known, calls = FailureCache(), list[int]()
    for number in (0, 1, 2, 3, 3, 2, 1, 0):
        with pytest.raises(SourceRefused, match=str(number)):
            known.run(number, failing(calls, number))
    assert calls == [0, 1, 2, 3, 0]
