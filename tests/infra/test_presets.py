"""The manifest as visitors meet it: a damaged, missing or newer one never costs them a preset that was there."""

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
from tests.infra.client import ask
from tests.infra.crowd import WORKERS, crowd, picture
from tests.infra.gate import Gate
from tests.infra.gated import gated_place
from tests.infra.pictures import AVIF, Place
from tests.machine import wait_until

_versions = count(1)


def manifest(revision: int, width: int) -> bytes:
    return Manifest(revision, {"card": PublishedPreset(revision, make_recipe({"width": width}))}).as_json()


def publish(place: Place, body: bytes) -> None:
    place.store.put(OBJECT_KEY, body, content_type="application/json")


def width(place: Place) -> int:
    """Of the preset as it is shown under a URL that nobody has asked for yet."""
    reply = place.get(f"/a.png?p=card&v={next(_versions):08x}")
    assert reply.status == 200, reply.body
    return Image.open(io.BytesIO(reply.body)).size[0]


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Place]:
    """Every running function has read the manifest, in which the preset is 100 pixels wide."""
    with gated_place(tmp_path) as (place, gate):
        for key in ("a.png", "b.png"):
            place.put(key, picture("red"))
        publish(place, manifest(1, 100))
        _have_all_read_it(place, gate)
        yield place


def _have_all_read_it(place: Place, gate: Gate) -> None:
    with gate.shut(), crowd(place, ["/a.png?p=card", "/b.png?p=card"]) as visits:
        gate.await_waiting(WORKERS)
        gate.open()
    assert [visit.result().status for visit in visits] == [200] * WORKERS


NEWER = json.dumps({"schema": SCHEMA + 1, "revision": 9, "presets": []}).encode()


@pytest.mark.parametrize("body", [manifest(2, 50)[:-9], b"", NEWER, None], ids=["cut", "empty", "newer", "missing"])
def test_the_last_good_one_is_kept_and_said_to_be_so_and_the_next_good_one_is_read(
    warm: Place, body: bytes | None
) -> None:
    if body is None:
        warm.store.delete(OBJECT_KEY)
    else:
        publish(warm, body)
    wait_until(lambda: width(warm) == 100 and "the last readable one is used" in warm.cdn.log)
    assert warm.get("/a.png?w=50").status == 200
    publish(warm, manifest(3, 50))
    wait_until(lambda: width(warm) == 50)


def test_what_a_newer_django_adds_costs_an_older_edge_nothing(warm: Place) -> None:
    written = json.loads(manifest(4, 50))
    written |= {"later": [1], "fallback": {"later": True}}
    written["presets"]["card"]["later"] = "x"
    written["presets"]["newer"] = {"revision": 4, "recipe": "w50_later1"}
    publish(warm, json.dumps(written).encode())
    wait_until(lambda: width(warm) == 50)
    assert warm.get("/a.png?p=newer").status == 404
    assert "cannot read the presets ('newer',)" in warm.cdn.log


def test_a_function_that_has_never_read_one_says_503_and_not_that_there_is_no_preset(
    warm: Place, tmp_path: Path
) -> None:
    publish(warm, b"{")
    with LocalCloudFront(store=warm.cdn.store, data=tmp_path / "cold") as cold:
        reply = ask(cold.url, "/b.png?p=card.1&v=00000001", accept=AVIF)
        assert (reply.status, reply.headers["cache-control"]) == (503, "no-store")
        assert ask(cold.url, "/b.png?w=100", accept=AVIF).status == 200
        publish(warm, manifest(5, 50))
        wait_until(lambda: ask(cold.url, "/b.png?p=card.1&v=00000001", accept=AVIF).status == 200)
