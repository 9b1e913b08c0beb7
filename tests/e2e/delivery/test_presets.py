"""A damaged, missing or newer manifest never breaks a preset that the edge knows already."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.manifest import OBJECT_KEY, SCHEMA, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from infra.local.cloudfront import LocalCloudFront
from tests.e2e.delivery.barrier_site import site_with_barrier
from tests.e2e.delivery.concurrent_visitors import WORKERS, concurrent_visits, solid_image
from tests.e2e.delivery.delivery_site import AVIF, DeliverySite
from tests.e2e.delivery.write_barrier import WriteBarrier
from tests.http_client import ask
from tests.machine import wait_until

_versions = count(1)


def manifest(revision: int, width: int) -> bytes:
    return Manifest(revision, {"card": PublishedPreset(revision, make_recipe({"width": width}))}).as_json()


def publish(site: DeliverySite, body: bytes) -> None:
    site.store.put(OBJECT_KEY, body, content_type="application/json")


def width(site: DeliverySite) -> int:
    """Return the preset's width in a reply to a URL that was not requested before."""
    reply = site.get(f"/a.png?p=card&v={next(_versions):08x}")
    assert reply.status == 200, reply.body
    return Image.open(io.BytesIO(reply.body)).size[0]


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[DeliverySite]:
    """Every origin-response worker has read a manifest in which the preset is 100 pixels wide."""
    with site_with_barrier(tmp_path) as (site, barrier):
        for key in ("a.png", "b.png"):
            site.put(key, solid_image("red"))
        publish(site, manifest(1, 100))
        _let_all_workers_read_it(site, barrier)
        yield site


def _let_all_workers_read_it(site: DeliverySite, barrier: WriteBarrier) -> None:
    with barrier.closed(), concurrent_visits(site, ["/a.png?p=card", "/b.png?p=card"]) as visits:
        barrier.wait_for(WORKERS)
        barrier.open()
    assert [visit.result().status for visit in visits] == [200] * WORKERS


NEWER = json.dumps({"schema": SCHEMA + 1, "revision": 9, "presets": []}).encode()


@pytest.mark.parametrize("body", [manifest(2, 50)[:-9], b"", NEWER, None], ids=["cut", "empty", "newer", "missing"])
def test_a_bad_manifest_is_logged_and_the_last_good_one_used_until_the_next_good_one(
    warm: DeliverySite, body: bytes | None
) -> None:
    if body is None:
        warm.store.delete(OBJECT_KEY)
    else:
        publish(warm, body)
    wait_until(lambda: width(warm) == 100 and "the last readable one is used" in warm.cdn.log)
    assert warm.get("/a.png?w=50").status == 200
    publish(warm, manifest(3, 50))
    wait_until(lambda: width(warm) == 50)


def test_an_older_edge_ignores_what_a_newer_django_adds(warm: DeliverySite) -> None:
    written = json.loads(manifest(4, 50))
    written |= {"later": [1], "fallback": {"later": True}}
    written["presets"]["card"]["later"] = "x"
    written["presets"]["newer"] = {"revision": 4, "recipe": "w50_later1"}
    publish(warm, json.dumps(written).encode())
    wait_until(lambda: width(warm) == 50)
    assert warm.get("/a.png?p=newer").status == 404
    assert "cannot read the presets ('newer',)" in warm.cdn.log


def test_a_worker_that_has_never_read_a_manifest_answers_503_not_404(warm: DeliverySite, tmp_path: Path) -> None:
    publish(warm, b"{")
    with LocalCloudFront(store=warm.cdn.store, data=tmp_path / "cold") as cold:
        reply = ask(cold.url, "/b.png?p=card.1&v=00000001", accept=AVIF)
        assert (reply.status, reply.headers["cache-control"]) == (503, "no-store")
        assert ask(cold.url, "/b.png?w=100", accept=AVIF).status == 200
        publish(warm, manifest(5, 50))
        wait_until(lambda: ask(cold.url, "/b.png?p=card.1&v=00000001", accept=AVIF).status == 200)
