"""The real handlers behind the local CloudFront, over a directory or a bucket, with signing keys for tests."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from PIL import Image

from edge.contract import policy
from edge.contract.cache_tags import asset_tag
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from edge.storage.signing_keys.key_file import write_key_file
from infra.local.cloudfront import LocalCloudFront
from infra.local.cloudfront.process import TEMPLATE
from tests.http_client import Reply, ask
from tests.infra.local.cloudfront.stub_site import invalidate
from tests.policy_file import policy_in_force

AVIF = "image/avif,image/webp,*/*"
VERSION = "1f2e3d4c"
RING = KeyRing(SigningKey("k1", bytes(range(32)), 1))


def png(image: Image.Image) -> bytes:
    body = io.BytesIO()
    image.save(body, "PNG", compress_level=1)
    return body.getvalue()


def noise(side: int) -> bytes:
    """A PNG of noise, which no encoder can compress well."""
    return png(Image.merge("RGB", [Image.effect_noise((side, side), 90) for _ in range(3)]))


@dataclass(frozen=True)
class DeliverySite:
    """``policy`` is the one that the functions use."""

    cdn: LocalCloudFront
    folder: Path
    policy: Policy

    @property
    def store(self) -> Store:
        return open_store(self.cdn.store)

    def put(self, key: str, body: bytes | None = None, version: str = VERSION) -> None:
        """Store an original as an upload does; a small gradient by default."""
        body = png(Image.linear_gradient("L").resize((640, 480)).convert("RGB")) if body is None else body
        facts = OriginalFacts(version).as_metadata()
        self.store.put(original_object_key(key), body, content_type="image/png", metadata=facts)

    def purge(self, key: str) -> None:
        """Do what `assets.purge` does: delete the variants, then invalidate the asset's cache tag."""
        for name in self.variants(key):
            self.store.delete(name)
        invalidate(self.cdn, uuid4().hex, f"#{asset_tag(key)}")

    def variants(self, key: str) -> list[str]:
        return sorted(self.store.list(f"variants/{key}/"))

    def get(self, target: str, method: str = "GET", **headers: str) -> Reply:
        return ask(self.cdn.url, target, method, None, **{"accept": AVIF, **headers})

    def sign(
        self, key: str, recipe: Recipe, expires: int | None = None, format: str = "auto", version: str | None = None
    ) -> str:
        return ImageRequest(key, recipe, format, version, expires).signed(self.policy, RING, time.time()).spell()

    def cached_seconds(self, path: str) -> int | None:
        """Return for how many seconds CloudFront caches its reply to ``path``; None if it has none."""
        for file in (self.folder / "cdn" / "cache").glob("*/*"):
            entry = json.loads(file.read_bytes().partition(b"\n")[0])
            if entry["viewer_uri"] == path:
                return int(entry["expires_at"] - entry["stored_at"] + 0.5)
        return None

    def invalidate_path(self, path: str) -> None:
        """Remove ``path`` from CloudFront's cache."""
        invalidate(self.cdn, path, path)


@contextmanager
def delivery_site(
    folder: Path,
    secret: Path | str | None = None,
    store: str = "",
    template: Path = TEMPLATE,
    options: tuple[str, ...] = (),
    **policy_changes: object,
) -> Iterator[DeliverySite]:
    """A site over ``store`` or a directory in ``folder``; `RING` signs its URLs, or the keys at ``secret``.

    That is a key file or the location of a secret. ``policy_changes`` change the default policy, ``options`` are the
    local CloudFront's.
    """
    (folder / "objects").mkdir()
    write_key_file(folder / "keys.json", RING)
    keys = secret or folder / "keys.json"
    own = {"secret": keys.as_uri() if isinstance(keys, Path) else keys} | policy_changes
    spelled = json.loads(policy.BAKED.read_bytes()) | own
    (folder / "policy.json").write_text(json.dumps(spelled))
    with policy_in_force(folder / "policy.json"):
        location = store or (folder / "objects").as_uri()
        with LocalCloudFront(store=location, data=folder / "cdn", template=template, options=options) as cdn:
            yield DeliverySite(cdn, folder, Policy.parse(json.dumps(spelled)))
