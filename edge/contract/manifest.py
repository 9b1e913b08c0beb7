"""The manifest ``config/edge.json``: what editors keep and the edge must know. Nothing in it is secret."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from edge.contract.errors import BadRequest
from edge.contract.recipe import Recipe
from edge.contract.slug import parse_slug

#: Where fallback pictures lie, and nothing else: what the manifest names elsewhere is not served.
FALLBACK_PREFIX = "config/fallback/"
FALLBACK_TYPES = ("image/jpeg", "image/png")
_FALLBACK_KEY = re.compile(rf"{FALLBACK_PREFIX}[0-9a-z.]{{1,64}}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
OBJECT_KEY = "config/edge.json"
#: Raised only where an older edge could no longer read what is written.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PublishedPreset:
    """A preset at its current revision."""

    revision: int
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class PublishedFallback:
    """The picture that stands in an error's body: where it lies, what it is, and the SHA-256 of its bytes in hex."""

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
        """From JSON. Raises `ValueError` where it cannot be read.

        Keys that it does not know are left alone, and so is a preset whose recipe it does not know: no other one has
        to wait until this edge is a newer one.
        """
        try:
            value = json.loads(body)
            if value["schema"] > SCHEMA:
                raise ValueError(f"schema {value['schema']} is newer than {SCHEMA}")
            read = {name: _preset(preset) for name, preset in value["presets"].items()}
            presets = MappingProxyType({name: preset for name, preset in read.items() if preset})
            unreadable = tuple(name for name, preset in read.items() if not preset)
            return cls(int(value["revision"]), presets, _fallback(value.get("fallback")), unreadable)
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"not a manifest: {error}") from error

    def as_json(self) -> bytes:
        presets = {name: {"revision": p.revision, "recipe": p.recipe.slug} for name, p in sorted(self.presets.items())}
        value = {"schema": SCHEMA, "revision": self.revision, "presets": presets}
        if self.fallback:
            value["fallback"] = asdict(self.fallback)
        return json.dumps(value, indent=1).encode()


def _preset(value: Mapping[str, object]) -> PublishedPreset | None:
    try:
        recipe, revision = parse_slug(str(value["recipe"])), int(str(value["revision"]))
    except (KeyError, TypeError, ValueError, BadRequest):
        return None
    return PublishedPreset(revision, recipe) if isinstance(recipe, Recipe) else None


def _fallback(value: object) -> PublishedFallback | None:
    """`None` for what is not one, so that no preset has to wait for a better picture."""
    if not isinstance(value, dict):
        return None
    found = PublishedFallback(*(str(value.get(name)) for name in ("object_key", "content_type", "sha256")))
    good = _FALLBACK_KEY.fullmatch(found.object_key) and _SHA256.fullmatch(found.sha256)
    return found if good and found.content_type in FALLBACK_TYPES else None
