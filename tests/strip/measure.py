"""What the local CloudFront makes of the photograph: bytes, times and crops."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from edge.contract.original import OriginalFacts, asset_version, original_object_key
from edge.contract.values import Point
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from tests.http_client import Reply, ask

WIDTHS = (1200, 600, 300)
#: What browsers of three generations send.
ACCEPT: Mapping[str, str] = {"AVIF": "image/avif,image/webp,*/*", "WebP": "image/webp,*/*", "JPEG": "*/*"}
#: How many copies of the photograph are asked for, each for the first time.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """Variants by format and width; medians of first and second visits in milliseconds, by width."""

    original: bytes
    variants: Mapping[tuple[str, int], bytes]
    first: Mapping[int, float]
    second: Mapping[int, float]
    focal_crop: bytes
    centre_crop: bytes


def measure(photograph: bytes, focal: Point, folder: Path) -> Measured:
    """Measure with a local CloudFront whose store and cache are in ``folder``."""
    (folder / "objects").mkdir()
    with LocalCloudFront(store=(folder / "objects").as_uri(), data=folder / "cdn") as cdn:
        for number in range(ROUNDS):
            _upload(cdn, f"{number}.jpg", photograph, focal)
        _upload(cdn, "centre.jpg", photograph, None)
        _upload(cdn, "warm-up.jpg", photograph, None)
        _get(cdn, "/warm-up.jpg?w=50", "AVIF")  # a function's first call imports the engine
        variants = {
            (name, width): _get(cdn, f"/0.jpg?w={width}", name)[0].body
            for name in ACCEPT
            for width in WIDTHS
            if name != "AVIF"
        }
        times = {width: _visits(cdn, width, variants) for width in WIDTHS}
        return Measured(
            photograph,
            variants,
            {width: first for width, (first, _) in times.items()},
            {width: second for width, (_, second) in times.items()},
            _get(cdn, "/0.jpg?w=400&h=600", "WebP")[0].body,
            _get(cdn, "/centre.jpg?w=400&h=600", "WebP")[0].body,
        )


def _upload(cdn: LocalCloudFront, key: str, body: bytes, focal: Point | None) -> None:
    metadata = OriginalFacts(asset_version("0" * 64, focal), focal).as_metadata()
    open_store(cdn.store).put(original_object_key(key), body, content_type="image/jpeg", metadata=metadata)


def _visits(cdn: LocalCloudFront, width: int, variants: dict[tuple[str, int], bytes]) -> tuple[float, float]:
    """Medians of a first and a second visit to each copy, in milliseconds; keeps the AVIF in ``variants``."""
    first, second = [], []
    for number in range(ROUNDS):
        reply, milliseconds = _get(cdn, f"/{number}.jpg?w={width}", "AVIF", "Miss")
        first.append(milliseconds)
        second.append(_get(cdn, f"/{number}.jpg?w={width}", "AVIF", "Hit")[1])
        variants["AVIF", width] = reply.body
    return median(first), median(second)


def _get(cdn: LocalCloudFront, target: str, format: str, expected: str = "") -> tuple[Reply, float]:
    """The reply and its milliseconds. Raises `ValueError` if it is no image, or not the hit or miss ``expected``."""
    started = time.perf_counter()
    reply = ask(cdn.url, target, accept=ACCEPT[format])
    milliseconds = (time.perf_counter() - started) * 1000
    if reply.status != 200 or (expected and reply.x_cache != expected):
        raise ValueError(f"{target} was answered with {reply.status} and X-Cache {reply.x_cache}.")
    return reply, milliseconds
