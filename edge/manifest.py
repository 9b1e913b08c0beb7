"""The manifest ``config/edge.json``: what editors keep and the edge must know. Nothing in it is secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from edge.errors import BadRequest
from edge.recipe import Recipe, parse_slug

OBJECT_KEY = "config/edge.json"
#: Raised only where an older edge could no longer read what is written.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset at its current revision."""

    revision: int
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Manifest:
    """``revision`` rises with every publication; ``presets`` by name."""

    revision: int = 0
    presets: Mapping[str, Preset] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, body: bytes) -> Manifest:
        """From JSON; keys that it does not know are left alone. Raises `ValueError` where it cannot be read."""
        try:
            value = json.loads(body)
            if value["schema"] > SCHEMA:
                raise ValueError(f"schema {value['schema']} is newer than {SCHEMA}")
            presets = {name: _preset(preset) for name, preset in value["presets"].items()}
            return cls(int(value["revision"]), MappingProxyType(presets))
        except (KeyError, TypeError, AttributeError, BadRequest) as error:
            raise ValueError(f"not a manifest: {error}") from error

    def as_json(self) -> bytes:
        presets = {name: {"revision": p.revision, "recipe": p.recipe.slug} for name, p in sorted(self.presets.items())}
        return json.dumps({"schema": SCHEMA, "revision": self.revision, "presets": presets}, indent=1).encode()


def _preset(value: Mapping[str, object]) -> Preset:
    recipe = parse_slug(str(value["recipe"]))
    if not isinstance(recipe, Recipe):
        raise TypeError("a preset is made of a recipe, not of a preset")
    return Preset(int(str(value["revision"])), recipe)
