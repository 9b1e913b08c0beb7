"""Cache tags: what a purge names to CloudFront. Every reply has one for its asset, and one for its preset if any.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from edge.contract.recipe import PresetRef, RecipeOrPreset

#: The header that the distribution's ``CacheTagConfig`` names: S3 sends it for an object with this metadata.
CACHE_TAG_HEADER = "x-amz-meta-cache-tag"


@lru_cache(maxsize=4096)
def asset_tag(key: str) -> str:
    """The cache tag of all replies about the asset ``key``.

    A hash, because tags are printable ASCII, compared without case, and have at most 256 characters.
    """
    return f"ih-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def preset_tag(name: str) -> str:
    """The cache tag of all replies that depend on the preset ``name``."""
    return f"ih-preset-{name}"


def cache_tags(key: str, recipe: RecipeOrPreset | None) -> str:
    """The value of `CACHE_TAG_HEADER` for a reply about the asset ``key``."""
    tag = asset_tag(key)
    return f"{tag},{preset_tag(recipe.name)}" if isinstance(recipe, PresetRef) else tag
