"""One visit to a stack: pictures of its own, and an HTTP client that follows, retries and normalises nothing."""

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
#: An invalidation takes AWS some 25 s.
_PATIENCE = 180


@dataclass
class Visit:
    stack: Stack
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def picture(self, name: str, side: int = 300, body: bytes | None = None) -> str:
        """The key of a new original: a PNG of noise, which no encoder makes small."""
        key = f"smoke/{self.id}/{name}"
        facts = OriginalFacts(VERSION).as_metadata()
        self.stack.store.put(original_object_key(key), body or _noise(side), content_type="image/png", metadata=facts)
        return key

    def url(self, key: str, what: RecipeOrPreset = _SMALL, format: str = "auto", version: str | None = VERSION) -> str:
        """The path and query, signed where the stack's policy wants all URLs so."""
        request, policy = ImageRequest(key, what, format, version), self.stack.policy
        if policy.needs_signature(what):
            request = request.signed(policy, shared_signing_keys(policy.secret).ring(), time.time())
        return request.spell()

    def get(self, target: str, method: str = "GET", body: bytes | None = None, base: str = "", **headers: str) -> Reply:
        """``target`` as it goes over the wire; ``if_none_match`` is ``if-none-match``. ``base``: another scheme."""
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

    def at_once(self, target: str, count: int) -> list[Reply]:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(self.get, [target] * count))

    def hit(self, target: str) -> bool:
        """Whether it is kept; an edge location has several caches, so a few more tries are fair."""
        return any("age" in self.get(target).headers for _ in range(6))

    def invalidate(self, *items: str, reference: str | None = None) -> str:
        """The invalidation's id."""
        batch: InvalidationBatchTypeDef = {
            "Paths": {"Quantity": len(items), "Items": list(items)},
            "CallerReference": reference or uuid.uuid4().hex,
        }
        made = self.stack.cloudfront.create_invalidation(
            DistributionId=self.stack.distribution_id, InvalidationBatch=batch
        )
        return made["Invalidation"]["Id"]

    def finished(self, invalidation: str) -> str:
        """The status that it ends with, or has after three minutes."""
        end = time.monotonic() + _PATIENCE
        status = "InProgress"
        while status == "InProgress" and time.monotonic() < end:
            time.sleep(0.05 if self.stack.is_local else 5)
            found = self.stack.cloudfront.get_invalidation(DistributionId=self.stack.distribution_id, Id=invalidation)
            status = found["Invalidation"]["Status"]
        return status

    def forget(self, *items: str) -> None:
        self.finished(self.invalidate(*items))

    def tag(self, key: str) -> str:
        return f"#{asset_tag(key)}"

    def clean_up(self) -> None:
        """Take away all that was uploaded and made."""
        for prefix in ("originals", "variants"):
            for name in list(self.stack.store.list(f"{prefix}/smoke/{self.id}/")):
                self.stack.store.delete(name)
        self.invalidate(f"/smoke/{self.id}/*")


def _noise(side: int) -> bytes:
    body = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(body, "PNG", compress_level=1)
    return body.getvalue()
