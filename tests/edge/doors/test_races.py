"""An original that goes or changes while a variant is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edge import cooking, image
from edge.store.directory import DirectoryStore
from tests.edge.doors.events import value
from tests.edge.doors.support import NEW, POLICY, picture, pixels, variants


def during(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    render = image.render
    todo = [happens]

    def rendering(*args: Any, **kwargs: Any) -> Any:
        if todo:
            todo.pop()()
        return render(*args, **kwargs)

    monkeypatch.setattr(cooking, "render", rendering)


def test_taken_away_in_the_middle_it_leaves_nothing(
    store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(picture())
    during(monkeypatch, lambda: store.delete("originals/a.jpg"))
    assert ask("w300")["status"] == "404"
    assert variants(store) == []


def test_replaced_in_the_middle_the_new_picture_is_shown(
    store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(picture("red"))
    during(monkeypatch, lambda: put(picture("blue"), NEW))
    response = ask("w300")
    assert pixels(response).convert("RGB").getpixel((9, 9))[2] > 240  # type: ignore[index]
    assert "s-maxage" in value(response, "cache-control")
    assert variants(store) == [f"variants/a.jpg/00000002.{POLICY.rev}/w300.avif"]


def test_made_by_another_in_the_middle_it_is_stored_once(
    store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(picture())
    during(monkeypatch, lambda: ask("w300"))
    assert ask("w300")["status"] == "200"
    assert len(variants(store)) == 1
