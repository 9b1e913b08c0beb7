"""The presets that storage has of an image's present version."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.models import Asset
from assets.stored_presets import stored_presets
from edge.storage.objects.store import Store
from tests.assets.publication_support import unwritable

IMAGE = Asset(key="a/b.jpg", version="1f2e3d4c")


def put(store: Store, *names: str) -> None:
    for name in names:
        store.put(f"variants/{name}", b"image", content_type="image/webp")


def test_presets_are_named_once_and_nothing_else_is(store: Store) -> None:
    put(store, *(f"a/b.jpg/1f2e3d4c.00000000/p.card.3.{format_class}" for format_class in ("avif", "webp", "basic")))
    put(store, "a/b.jpg/1f2e3d4c.00000000/p.hero-2.1.webp", "a/b.jpg/1f2e3d4c.00000000/w300.webp")
    put(store, "a/b.jpg/1f2e3d4c.00000000/full.webp", "a/b.jpg/1f2e3d4c.00000000/strange")
    assert stored_presets(IMAGE) == {"card", "hero-2"}


def test_other_versions_and_other_images_do_not_count(store: Store) -> None:
    put(store, "a/b.jpg/00000000.00000000/p.old.1.webp", "a/b.jpg.jpg/1f2e3d4c.00000000/p.other.1.webp")
    assert stored_presets(IMAGE) == frozenset()


def test_storage_that_cannot_say_is_no_failure(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    with unwritable(root / "variants" / "a" / "b.jpg"):
        assert stored_presets(IMAGE) == frozenset()
