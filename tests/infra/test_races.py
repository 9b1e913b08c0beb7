"""Sixty-four visitors who ask for one missing variant at once: with request collapsing, and with it switched off."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.original import original_object_key
from tests.infra.client import Reply
from tests.infra.crowd import ALONE, NEW, OLD, WORKERS, picture, rush
from tests.infra.gate import MADE, REFUSED, WRITTEN, Gate
from tests.infra.gated import gated_place
from tests.infra.pictures import Place
from tests.s3server import S3Server

VISITORS = 64


def check_one_object(place: Place, replies: list[Reply], key: str) -> None:
    """Each visitor has the very bytes that are stored, once."""
    (name,) = place.variants(key)
    stored = place.store.get(name)
    assert {(reply.status, reply.body, reply.headers["etag"]) for reply in replies} == {
        (200, stored.body, stored.head.etag)
    }
    assert Image.open(io.BytesIO(stored.body), formats=["AVIF"]).size == (100, 75)


def test_sixty_four_at_once_are_one_decode_and_one_object(tmp_path: Path) -> None:
    with gated_place(tmp_path) as (place, gate):
        place.put("a.png", picture("red"), OLD)
        replies = rush(place, gate, [f"/a.png?w=100&v={OLD}"] * VISITORS, 1)
        assert gate.counts == {MADE: 1, WRITTEN: 1}
        check_one_object(place, replies, "a.png")


def test_without_collapsing_they_are_many_decodes_and_one_object(tmp_path: Path) -> None:
    with gated_place(tmp_path, "", ALONE) as (place, gate):
        place.put("a.png", picture("red"), OLD)
        replies = rush(place, gate, [f"/a.png?w=100&v={OLD}"] * VISITORS, WORKERS)
        counts = gate.counts
        assert counts[MADE] >= WORKERS
        assert (counts[WRITTEN], counts[REFUSED]) == (1, counts[MADE] - 1)
        check_one_object(place, replies, "a.png")


@pytest.mark.s3
@pytest.mark.parametrize("options", [(), (ALONE,)], ids=["collapsed", "alone"])
def test_the_same_on_a_real_bucket(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    key = f"races/{len(options)}.png"
    with gated_place(tmp_path, s3_server.location, *options) as (place, gate):
        place.put(key, picture("red"), OLD)
        replies = rush(place, gate, [f"/{key}?w=100&v={OLD}"] * VISITORS, WORKERS if options else 1)
        counts = gate.counts
        assert (counts[MADE] == 1) is (not options)
        assert (counts[WRITTEN], counts[REFUSED]) == (1, counts[MADE] - 1)
        check_one_object(place, replies, key)
        place.purge(key)
        place.store.delete(original_object_key(key))


def test_under_every_name_at_once_it_is_one_object(raced: tuple[Place, Gate]) -> None:
    place, gate = raced
    place.put("names.png", picture("red"), OLD)
    names = [f"w=100&v={OLD}", "w=100", f"w=100&v={NEW}", "width=100&utm_source=x", f"w=99&v={OLD}", "w=100&f=avif"]
    before = gate.counts
    replies = rush(place, gate, [f"/names.png?{names[number % 6]}" for number in range(VISITORS)], WORKERS)
    assert (gate.counts - before)[WRITTEN] == 1
    check_one_object(place, replies, "names.png")
