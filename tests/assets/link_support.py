"""What tests of `img_url` share: an image without a row, and the edge's view of a URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from edge.contract import policy, request
from edge.contract.recipe import RecipeOrPreset
from edge.contract.signing import KeyRing
from edge.contract.url import parse_url

NOW = 2_000_000_000


@dataclass(frozen=True)
class Image:
    key: str = "photos/beach.jpg"
    version: str = "1f2e3d4c"


def authorised(url: str, ring: KeyRing) -> tuple[request.ImageRequest, RecipeOrPreset]:
    """What the edge makes of ``url``."""
    parts = urlsplit(url)
    asked = parse_url(parts.path, parts.query, policy.load_policy())
    return asked, asked.authorise(policy.load_policy(), ring.find, NOW)
