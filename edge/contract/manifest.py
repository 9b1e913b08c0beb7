"""The manifest ``config/edge.json``: what editors decide and the edge must know. Nothing in it is secret."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from edge.contract.errors import BadRequest
from edge.contract.operations import Operation, make_operation
from edge.contract.recipe import Recipe
from edge.contract.slug import parse_slug

#: Where fallback images are stored. An object that the manifest names elsewhere is not served.
FALLBACK_PREFIX = "config/fallback/"
FALLBACK_TYPES = ("image/jpeg", "image/png")
_FALLBACK_KEY = re.compile(rf"{FALLBACK_PREFIX}[0-9a-z.]{{1,64}}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
OBJECT_KEY = "config/edge.json"
#: To be raised only for a manifest that an older edge could not read.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PublishedPreset:
    """A preset at its current revision. ``watermark`` is an operation of that name."""

    revision: int
    recipe: Recipe
    watermark: Operation | None = None

    def as_json(self) -> dict[str, object]:
        """With a watermark, the recipe has another name: edges that know none must not serve unmarked images."""
        if self.watermark is None:
            return {"revision": self.revision, "recipe": self.recipe.slug}
        watermark = dict(self.watermark.arguments)
        return {"revision": self.revision, "marked_recipe": self.recipe.slug, "watermark": watermark}


@dataclass(frozen=True, slots=True)
class PublishedFallback:
    """The image that replaces the body of errors. ``sha256`` is that of its bytes, in hex."""

    object_key: str
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``revision`` rises with every publication; ``presets`` by name; ``unreadable`` names the others."""

    revision: int = 0
    presets: Mapping[str, PublishedPreset] = field(default_factory=lambda: MappingProxyType({}))
    fallback: PublishedFallback | None = None
    unreadable: tuple[str, ...] = ()

    @classmethod
    def parse(cls, body: bytes) -> Manifest:
        """From JSON. Raises `ValueError`.

        Unknown JSON keys are ignored, and so is a preset with an unknown recipe: it must not affect the other presets
        until this edge is updated.
        """
        try:
            value = json.loads(body)
            if value["schema"] > SCHEMA:
                raise ValueError(f"schema {value['schema']} is newer than {SCHEMA}")
            parsed = {name: _preset(preset) for name, preset in value["presets"].items()}
            presets = MappingProxyType({name: preset for name, preset in parsed.items() if preset})
            unreadable = tuple(name for name, preset in parsed.items() if not preset)
            return cls(int(value["revision"]), presets, _fallback(value.get("fallback")), unreadable)
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"not a manifest: {error}") from error

    def as_json(self) -> bytes:
        """The document that `parse` reads."""
        presets = {name: preset.as_json() for name, preset in sorted(self.presets.items())}
        value = {"schema": SCHEMA, "revision": self.revision, "presets": presets}
        if self.fallback:
            value["fallback"] = asdict(self.fallback)
        return json.dumps(value, indent=1).encode()


def _preset(value: Mapping[str, Any]) -> PublishedPreset | None:
    try:
        marked = "watermark" in value
        recipe = parse_slug(str(value["marked_recipe" if marked else "recipe"]))
        revision = int(str(value["revision"]))
        watermark = make_operation("watermark", **value["watermark"]) if marked else None
    except (KeyError, TypeError, ValueError, BadRequest):
        return None
    return PublishedPreset(revision, recipe, watermark) if isinstance(recipe, Recipe) else None


def _fallback(value: object) -> PublishedFallback | None:
    """`None` for an invalid one, so that it does not affect the presets."""
    if not isinstance(value, dict):
        return None
    found = PublishedFallback(*(str(value.get(name)) for name in ("object_key", "content_type", "sha256")))
    valid = _FALLBACK_KEY.fullmatch(found.object_key) and _SHA256.fullmatch(found.sha256)
    return found if valid and found.content_type in FALLBACK_TYPES else None
