"""Jobs as AWS's image handler gets them: URLs that are JSON in base64."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.edge.events import http_api

#: The environment variable that names the file in which the gateway's calls are counted.
CALLS = "BENCH_GATEWAY_CALLS"
PHOTOGRAPH, PNG = "photo.jpg", "photo.png"


@dataclass(frozen=True, slots=True)
class SihJob:
    """One URL. ``width`` is that of the whole image, resized, before anything is cut off or turned."""

    name: str
    key: str
    width: int
    edits: Mapping[str, Any]
    format: str = ""

    def path(self, bucket: str) -> str:
        request = {"bucket": bucket, "key": self.key, "edits": self.edits}
        named = {"outputFormat": self.format} if self.format else {}
        return "/" + b64encode(json.dumps({**request, **named}).encode()).decode()

    def event(self, bucket: str) -> Any:
        """The request as an HTTP API passes it on."""
        return http_api(self.path(bucket), route="/{key+}")

    @property
    def suffix(self) -> str:
        return self.format or self.key.rpartition(".")[2]


def sih_jobs(*, quick: bool = False) -> Iterator[SihJob]:
    """Each kind of job, for photographs of 4:3.

    What is cut off is a whole number of pixels on each side: of an odd number, sharp's half differs from ours by half a
    pixel, and the scores would be about that.
    """
    small = {"width": 600}
    yield SihJob("JPEG → 320 × 200, cropped", PHOTOGRAPH, 320, {"resize": {"width": 320, "height": 200}})
    inside = {"width": 600, "height": 600, "fit": "inside"}
    yield SihJob("JPEG → within 600 × 600, WebP", PHOTOGRAPH, 600, {"resize": inside}, "webp")
    if quick:
        return
    yield SihJob("JPEG → 1200", PHOTOGRAPH, 1200, {"resize": {"width": 1200}})
    yield SihJob("JPEG → 720, AVIF", PHOTOGRAPH, 720, {"resize": {"width": 720}}, "avif")
    yield SihJob("JPEG → 600, grey and blurred", PHOTOGRAPH, 600, {"resize": small, "grayscale": True, "blur": 2})
    yield SihJob("JPEG → 600, turned and flipped", PHOTOGRAPH, 600, {"resize": small, "rotate": 180, "flip": True})
    yield SihJob("JPEG → 600, negative", PHOTOGRAPH, 600, {"resize": small, "negate": True})
    yield SihJob("PNG → 600", PNG, 600, {"resize": small})
    yield SihJob("PNG → a circle of 300", PNG, 400, {"resize": {"width": 300, "height": 300}, "roundCrop": True})
