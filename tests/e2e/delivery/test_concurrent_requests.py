"""Sixty-four visitors who request one missing variant at once, with and without request collapsing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.original import original_object_key
from tests.e2e.delivery.barrier_site import site_with_barrier
from tests.e2e.delivery.concurrent_visitors import (
    NEW,
    NO_COLLAPSING,
    OLD,
    WORKERS,
    solid_image,
    visit_before_first_write,
)
from tests.e2e.delivery.delivery_site import DeliverySite
from tests.e2e.delivery.write_barrier import REFUSED, RENDERED, WRITTEN, WriteBarrier
from tests.http_client import Reply
from tests.s3server import S3Server

VISITORS = 64


def check_one_object(site: DeliverySite, replies: list[Reply], key: str) -> None:
    """Every visitor gets the bytes of the one stored object."""
    (name,) = site.variants(key)
    stored = site.store.get(name)
    assert {(reply.status, reply.body, reply.headers["etag"]) for reply in replies} == {
        (200, stored.body, stored.head.etag)
    }
    assert Image.open(io.BytesIO(stored.body), formats=["WEBP"]).size == (100, 75)


def test_concurrent_requests_render_once_and_store_one_object(tmp_path: Path) -> None:
    with site_with_barrier(tmp_path) as (site, barrier):
        site.put("a.png", solid_image("red"), OLD)
        replies = visit_before_first_write(site, barrier, [f"/a.png?w=100&v={OLD}"] * VISITORS, 1)
        assert barrier.counts == {RENDERED: 1, WRITTEN: 1}
        check_one_object(site, replies, "a.png")


def test_without_collapsing_several_renders_still_store_one_object(tmp_path: Path) -> None:
    with site_with_barrier(tmp_path, "", NO_COLLAPSING) as (site, barrier):
        site.put("a.png", solid_image("red"), OLD)
        replies = visit_before_first_write(site, barrier, [f"/a.png?w=100&v={OLD}"] * VISITORS, WORKERS)
        counts = barrier.counts
        assert counts[RENDERED] >= WORKERS
        assert (counts[WRITTEN], counts[REFUSED]) == (1, counts[RENDERED] - 1)
        check_one_object(site, replies, "a.png")


@pytest.mark.s3
@pytest.mark.parametrize("options", [(), (NO_COLLAPSING,)], ids=["collapsed", "not-collapsed"])
def test_concurrent_requests_store_one_object_in_a_real_bucket(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    key = f"races/{len(options)}.png"
    with site_with_barrier(tmp_path, s3_server.location, *options) as (site, barrier):
        site.put(key, solid_image("red"), OLD)
        targets = [f"/{key}?w=100&v={OLD}"] * VISITORS
        replies = visit_before_first_write(site, barrier, targets, WORKERS if options else 1)
        counts = barrier.counts
        assert (counts[RENDERED] == 1) is (not options)
        assert (counts[WRITTEN], counts[REFUSED]) == (1, counts[RENDERED] - 1)
        check_one_object(site, replies, key)
        site.purge(key)
        site.store.delete(original_object_key(key))


def test_concurrent_requests_under_different_urls_store_one_object(
    barrier_site: tuple[DeliverySite, WriteBarrier],
) -> None:
    site, barrier = barrier_site
    site.put("names.png", solid_image("red"), OLD)
    names = [f"w=100&v={OLD}", "w=100", f"w=100&v={NEW}", "width=100&utm_source=x", f"w=99&v={OLD}", "w=100&f=avif"]
    before = barrier.counts
    targets = [f"/names.png?{names[number % 6]}" for number in range(VISITORS)]
    replies = visit_before_first_write(site, barrier, targets, WORKERS)
    assert (barrier.counts - before)[WRITTEN] == 1
    check_one_object(site, replies, "names.png")
