"""The variants that regular visitors request under load, and the replies they must get."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Lock

from PIL import Image, ImageStat

from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from edge.contract.variant_key import VariantKey
from tests.load.client import Ask, Reply
from tests.load.site import VERSION, Asset, Site

#: Small variants have few colours, so that a lossless format may be smaller.
_TYPES = {"basic": ("image/jpeg", "image/png"), "avif": ("image/avif", "image/webp")}
_ACCEPT = {"avif": "image/avif,image/webp,*/*;q=0.8", "webp": "image/webp,*/*;q=0.8"}


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant: negotiated classes are requested by ``Accept``, others by ``f``."""

    asset: Asset
    recipe: Recipe
    format_class: str

    @property
    def request(self) -> ImageRequest:
        negotiated = self.format_class in ("avif", "webp", "basic")
        return ImageRequest(self.asset.key, self.recipe, "auto" if negotiated else self.format_class, VERSION)

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept": _ACCEPT.get(self.format_class, "*/*")}

    @property
    def content_types(self) -> tuple[str, ...]:
        return _TYPES.get(self.format_class, (f"image/{self.format_class}",))

    def size(self, full_side: int) -> tuple[int, int]:
        """The expected size, computed without the engine: never enlarged; ``cover`` keeps the aspect ratio."""
        (width, height), (w, h) = self.asset.size, (self.recipe.width, self.recipe.height)
        if self.recipe.fit == "cover":
            scale = min(1, width / w, height / h)
            return round(w * scale), round(h * scale)
        if not (w or h):
            w = h = full_side
        scale = min(1, w / width if w else 1, h / height if h else 1)
        return round(width * scale), round(height * scale)

    def stored_as(self, rev: str) -> str:
        return VariantKey(self.asset.key, VERSION, rev, self.recipe.slug, self.format_class).object_key

    def ask(self, site: Site, now: float) -> Ask:
        """A request for the canonical URL, signed if necessary."""
        return Ask(self.request.signed(site.policy, site.ring, now).spell(), headers=self.headers, about=self)


@dataclass
class ReplyChecker:
    """Checks type, size and colour of replies. Identical bytes are decoded once."""

    full_side: int
    bodies: dict[Variant, bytes] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, ask: Ask, reply: Reply) -> str | None:
        """What is wrong with a reply, or `None`."""
        variant = ask.about
        if not isinstance(variant, Variant) or reply.status >= 300:
            return None
        if reply.headers["content-type"] not in variant.content_types:
            return f"{reply.headers['content-type']} instead of {' or '.join(variant.content_types)}"
        if ask.method == "HEAD" or reply.status == 206:
            return self._check_part(variant, ask, reply)
        with self._lock:
            known = self.bodies.get(variant)
        if known is not None:
            return None if known == reply.body else "differs from earlier replies"
        wrong = self._decode_and_check(variant, reply.body)
        with self._lock:
            self.bodies.setdefault(variant, reply.body)
        return wrong

    def _check_part(self, variant: Variant, ask: Ask, reply: Reply) -> str | None:
        if ask.method == "HEAD":
            return "a body" if reply.body else None
        first = int(reply.headers["content-range"].split(" ")[1].split("-")[0])
        whole = self.bodies[variant]
        return None if whole[first : first + len(reply.body)] == reply.body else "not the requested range"

    def _decode_and_check(self, variant: Variant, body: bytes) -> str | None:
        picture = Image.open(io.BytesIO(body))
        wanted = variant.size(self.full_side)
        if max(abs(side - want) for side, want in zip(picture.size, wanted, strict=True)) > 1:
            return f"{picture.size} instead of {wanted}"
        mean = ImageStat.Stat(picture.convert("RGB")).mean
        if max(abs(have - want) for have, want in zip(mean, variant.asset.mean, strict=True)) > 6:
            return f"another image: {mean}"
        return None


def on_the_ladder(site: Site, classes: tuple[str, ...]) -> Iterator[Variant]:
    """Every variant that needs no signature, alternating between assets."""
    for recipe in sorted(site.policy.unsigned(), key=lambda recipe: recipe.slug):
        for name in classes:
            yield from (Variant(asset, recipe, name) for asset in site.assets)


def off_the_ladder(site: Site, count: int) -> Iterator[Variant]:
    """A number of variants that need a signature."""
    for number in range(count):
        recipe = replace(Recipe(), width=61 + 2 * number)
        yield Variant(site.assets[number % len(site.assets)], recipe, "webp")
