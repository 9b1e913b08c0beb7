"""The site under load: the deployed template with counting handlers, and a store with a few originals."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.policy import ENVIRONMENT_VARIABLE, Policy
from edge.contract.recipe import Recipe
from edge.contract.signing import KeyRing
from edge.contract.variant_key import VariantKey
from edge.storage.objects.store import Store
from edge.storage.signing_keys.shared import shared_signing_keys
from infra.local.cloudfront import LocalCloudFront
from infra.local.cloudfront.process import TEMPLATE
from infra.local.demo_config import write_policy
from tests.load import VARIABLE

VERSION = "1f2e3d4c"
PRESET = Recipe(240, 240, "cover")
_HANDLERS = {
    "edge.viewer_request.handler": "tests.load.counting_handlers.viewer",
    "edge.origin_response.handler": "tests.load.counting_handlers.origin",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """An original of one colour, by which replies are recognized."""

    key: str
    size: tuple[int, int]
    colour: tuple[int, int, int]

    @property
    def mean(self) -> tuple[float, ...]:
        return tuple(0.8 * value + 0.2 * 128 for value in self.colour)

    def body(self) -> bytes:
        """A JPEG of the colour with grey noise, so that there is detail to encode and the mean is known."""
        picture = Image.new("RGB", self.size, self.colour)
        lines = Image.frombytes("L", self.size, _grain(self.size[0] * self.size[1]))
        out = io.BytesIO()
        Image.blend(picture, Image.merge("RGB", [lines] * 3), 0.2).save(out, "JPEG", quality=90)
        return out.getvalue()


def _grain(count: int) -> bytes:
    """Repeatable noise from 96 to 159."""
    return bytes(96 + (byte >> 2) for byte in hashlib.shake_128(b"grain").digest(count))


@dataclass(frozen=True)
class Site:
    """A running site. The servers' calls are in the file ``counts``."""

    cdn: LocalCloudFront
    store: Store
    policy: Policy
    ring: KeyRing
    counts: Path
    assets: tuple[Asset, ...]

    def counted(self) -> Counter[str]:
        """Calls by kind, and ``read``: the bytes read from storage."""
        found: Counter[str] = Counter()
        for line in self.counts.read_text().splitlines():
            kind, size, _ = line.split(" ", 2)
            found[kind] += 1
            found["read"] += int(size) if kind == "get" else 0
        return found

    def variants(self) -> set[str]:
        return set(self.store.list("variants/"))

    @property
    def warmed(self) -> set[str]:
        """The variants that `attacks.WARMING` renders."""
        by_hand = OriginalFacts.of({}, self.store.head(original_object_key("by-hand.jpg")).etag)
        made = [(self.assets[0].key, VERSION, "w100"), (self.assets[0].key, VERSION, "p.card.7")]
        made.append(("by-hand.jpg", by_hand.version, "w100"))
        keys = [VariantKey(key, version, self.policy.rev, slug, "basic") for key, version, slug in made]
        return {key.object_key for key in (*keys, VariantKey("big.png", VERSION, self.policy.rev, "full", "png"))}


@contextmanager
def running(
    folder: Path, location: str, store: Store, assets: tuple[Asset, ...], policy: Mapping[str, object], *options: str
) -> Iterator[Site]:
    """A site over the empty ``store``, which the servers open at ``location``; ``policy`` overrides the baked one."""
    write_policy(folder)
    own = folder / "policy.json"
    own.write_text(json.dumps(json.loads(own.read_text()) | dict(policy)))
    rules = Policy.parse(own.read_text())
    template = TEMPLATE.read_text()
    for name, counted in _HANDLERS.items():
        assert name in template
        template = template.replace(name, counted)
    (folder / "template.yaml").write_text(template)
    counts = folder / "counts.txt"
    counts.touch()
    fill(store, assets)
    environment = {VARIABLE: str(counts), ENVIRONMENT_VARIABLE: str(own)}
    with (
        _environment(environment),
        LocalCloudFront(store=location, data=folder / "cdn", template=folder / "template.yaml", options=options) as cdn,
    ):
        yield Site(cdn, store, rules, shared_signing_keys(rules.secret).ring(), counts, assets)


def fill(store: Store, assets: tuple[Asset, ...]) -> None:
    facts = OriginalFacts(VERSION).as_metadata()
    for asset in assets:
        store.put(original_object_key(asset.key), asset.body(), content_type="image/jpeg", metadata=facts)
    first = assets[0].body()
    store.put(original_object_key("damaged.jpg"), first[: len(first) // 2], content_type="image/jpeg", metadata=facts)
    store.put(original_object_key("damaged-by-hand.jpg"), first[: len(first) // 3], content_type="image/jpeg")
    store.put(original_object_key("by-hand.jpg"), first, content_type="image/jpeg")
    store.put(original_object_key("big.png"), _big(), content_type="image/png", metadata=facts)
    manifest = Manifest(1, {"card": PublishedPreset(7, PRESET)})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")


def _big() -> bytes:
    """A PNG of noise, whose variants as PNG have megabytes."""
    side = 1200
    out = io.BytesIO()
    noise = Image.frombytes("RGB", (side, side), hashlib.shake_128(b"noise").digest(3 * side * side))
    noise.save(out, "PNG", compress_level=1)
    return out.getvalue()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
