"""How the manifest names the fallback picture."""

from __future__ import annotations

import json

import pytest

from edge.contract.manifest import Manifest, PublishedFallback, PublishedPreset
from edge.contract.recipe import Recipe

PRESETS = {"card": PublishedPreset(2, Recipe(width=300))}
GOOD = {"object_key": "config/fallback/1f2e3d4c.96c24d99", "content_type": "image/png", "sha256": "0" * 64}


def test_it_reads_back() -> None:
    manifest = Manifest(7, PRESETS, PublishedFallback(**GOOD))
    assert Manifest.parse(manifest.as_json()) == manifest


@pytest.mark.parametrize(
    "fallback",
    [
        None,
        "config/fallback/1f2e3d4c.96c24d99",
        {},
        GOOD | {"object_key": "originals/secret.jpg"},
        GOOD | {"object_key": "config/fallback/../../originals/secret.jpg"},
        GOOD | {"content_type": "text/html"},
        GOOD | {"content_type": None},
        GOOD | {"sha256": "0" * 63},
    ],
)
def test_what_is_no_fallback_picture_is_none_and_spoils_no_preset(fallback: object) -> None:
    value = json.loads(Manifest(7, PRESETS).as_json()) | {"fallback": fallback}
    assert Manifest.parse(json.dumps(value).encode()) == Manifest(7, PRESETS)
