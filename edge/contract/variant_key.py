"""Variant keys: CloudFront's cache key of a variant and, under ``variants/``, its object key.

See "The variant key" in docs/architecture.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.original import VERSION
from edge.contract.recipe import RecipeOrPreset
from edge.contract.slug import parse_slug
from edge.contract.url_path import encode_path

#: The version in a variant key when the URL names none.
ANY_VERSION = "any"
CLASSES = ("avif", "webp", "basic", "jpeg", "png", "gif")
_SLUG = re.compile(r"[a-z0-9_.-]{1,120}")


@dataclass(frozen=True, slots=True)
class VariantKey:
    """Which bytes CloudFront asks for: an asset, its version, the engine's rev, a slug and a class of formats."""

    key: str
    version: str
    rev: str
    slug: str
    format_class: str

    def __str__(self) -> str:
        """``<key>/<version>.<rev>/<slug>.<class>``, not percent-encoded."""
        return f"{self.key}/{self.version}.{self.rev}/{self.slug}.{self.format_class}"

    @property
    def uri(self) -> str:
        """The path that CloudFront requests from the bucket, percent-encoded."""
        return "/" + encode_path(str(self))

    @property
    def object_key(self) -> str:
        """Where the variant is stored in the bucket."""
        return f"variants/{self}"

    def recipe(self) -> RecipeOrPreset:
        """What the slug spells. Raises `BadRequest` unless the spelling is canonical."""
        return parse_slug(self.slug)

    @classmethod
    def parse(cls, path: str) -> VariantKey:
        """The variant key that a decoded ``path``, without its first slash, spells. Raises `BadRequest`."""
        try:
            key, versions, name = path.rsplit("/", 2)
            version, rev = versions.split(".")
            slug, format_class = name.rsplit(".", 1)
        except ValueError:
            raise _not_a_variant() from None
        named = version == ANY_VERSION or VERSION.fullmatch(version)
        if not (named and VERSION.fullmatch(rev) and _SLUG.fullmatch(slug) and format_class in CLASSES):
            raise _not_a_variant()
        return cls(parse_key(key), version, rev, slug, format_class)


def _not_a_variant() -> BadRequest:
    return BadRequest("path_invalid", "The path does not name a variant.")
