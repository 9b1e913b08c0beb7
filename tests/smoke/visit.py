"""One visit to a stack: uploads of its own, and an HTTP client without redirects, retries or normalisation."""

from __future__ import annotations

import http.client
import io
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.recipe import Recipe, RecipeOrPreset
from edge.contract.request import ImageRequest
from edge.storage.signing_keys.shared import shared_signing_keys
from tests.http_client import Reply
from tests.smoke.stack import Stack

VERSION = "5a0c3d01"
_SMALL = Recipe(width=200)
AVIF = "image/avif,image/webp,*/*"
#: An invalidation takes about 25 s on AWS.
_MAX_SECONDS = 180


@dataclass
class Visit:
    """Everything that a visit uploads has keys under ``smoke/<id>/``."""

    stack: Stack
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def upload(self, name: str, side: int = 300, body: bytes | None = None) -> str:
        """Upload an original, by default a PNG of noise, which no encoder can compress well. Return its key."""
        key = f"smoke/{self.id}/{name}"
        facts = OriginalFacts(VERSION).as_metadata()
        self.stack.store.put(original_object_key(key), body or _noise(side), content_type="image/png", metadata=facts)
        return key

    def url(self, key: str, what: RecipeOrPreset = _SMALL, format: str = "auto", version: str | None = VERSION) -> str:
        """Return path and query, signed if the stack's policy requires it."""
        request, policy = ImageRequest(key, what, format, version), self.stack.policy
        if policy.needs_signature(what):
            request = request.signed(policy, shared_signing_keys(policy.secret).ring(), time.time())
        return request.spell()

    def get(self, target: str, method: str = "GET", body: bytes | None = None, base: str = "", **headers: str) -> Reply:
        """Request ``target`` as written, at ``base`` if given. A header ``if_none_match`` is ``if-none-match``."""
        parts = urlsplit(base or self.stack.url)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = connect(parts.netloc, timeout=60)
        try:
            spelled = {name.replace("_", "-"): value for name, value in {"accept": AVIF, **headers}.items()}
            connection.request(method, target, body=body, headers=spelled)
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def get_concurrently(self, target: str, count: int) -> list[Reply]:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(self.get, [target] * count))

    def is_cached(self, target: str) -> bool:
        """Whether a reply comes from the cache. It tries a few times, since an edge location has several caches."""
        return any("age" in self.get(target).headers for _ in range(6))

    def invalidate(self, *items: str, reference: str | None = None) -> str:
        """Create an invalidation. Return its id."""
        batch: InvalidationBatchTypeDef = {
            "Paths": {"Quantity": len(items), "Items": list(items)},
            "CallerReference": reference or uuid.uuid4().hex,
        }
        created = self.stack.cloudfront.create_invalidation(
            DistributionId=self.stack.distribution_id, InvalidationBatch=batch
        )
        return created["Invalidation"]["Id"]

    def final_status(self, invalidation: str) -> str:
        """Wait for the invalidation. Return its last status, after three minutes at most."""
        end = time.monotonic() + _MAX_SECONDS
        status = "InProgress"
        while status == "InProgress" and time.monotonic() < end:
            time.sleep(0.05 if self.stack.is_local else 5)
            found = self.stack.cloudfront.get_invalidation(DistributionId=self.stack.distribution_id, Id=invalidation)
            status = found["Invalidation"]["Status"]
        return status

    def invalidate_and_wait(self, *items: str) -> None:
        self.final_status(self.invalidate(*items))

    def tag(self, key: str) -> str:
        return f"#{asset_tag(key)}"

    def clean_up(self) -> None:
        """Delete all that was uploaded and rendered."""
        for prefix in ("originals", "variants"):
            for name in list(self.stack.store.list(f"{prefix}/smoke/{self.id}/")):
                self.stack.store.delete(name)
        self.invalidate(f"/smoke/{self.id}/*")


def _noise(side: int) -> bytes:
    body = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(body, "PNG", compress_level=1)
    return body.getvalue()
