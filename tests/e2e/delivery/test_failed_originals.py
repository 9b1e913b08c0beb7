"""Originals that nobody examined, and whose rendering does not end: a 415, remembered by all processes."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.contract.failure import failure_object_key
from edge.contract.original import original_object_key
from tests.e2e.delivery.delivery_site import DeliverySite, noise
from tests.e2e.delivery.limited_site import site_with_limits
from tests.http_client import Reply
from tests.load.processes import family
from tests.machine import wait_until


def put_by_hand(site: DeliverySite) -> str:
    """An original without metadata, whose rendering takes seconds. Returns the key of its record."""
    etag = site.store.put(original_object_key("slow.png"), noise(1800), content_type="image/png")
    assert etag is not None
    return failure_object_key(etag, site.policy.rev)


def children(site: DeliverySite) -> int:
    counts = site.folder / "children"
    return len(counts.read_text().splitlines()) if counts.exists() else 0


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.headers["x-imagehub-error"]


def test_a_render_that_does_not_end_is_a_415_and_no_other_process_tries_again(tmp_path: Path) -> None:
    with site_with_limits(tmp_path / "first", 0.3) as first:
        record = put_by_hand(first)
        for version in range(4):
            for method in ("GET", "HEAD"):
                reply = first.get(f"/slow.png?v={version:08x}", method)
                assert refusal(reply) == (415, "source_too_large")
        assert (children(first), list(first.store.list("failures/"))) == (1, [record])
        with site_with_limits(tmp_path / "second", 60, first.cdn.store) as second:
            assert refusal(second.get("/slow.png?v=00000009")) == (415, "source_too_large")
            assert children(second) == 0
            first.store.delete(record)
            with site_with_limits(tmp_path / "third", 60, first.cdn.store) as third:
                assert third.get("/slow.png?w=100&v=00000009").status == 200
                assert children(third) == 1


@pytest.mark.parametrize(
    ("number", "status", "records"), [(signal.SIGKILL, 415, 1), (signal.SIGSEGV, 415, 1), (signal.SIGTERM, 503, 0)]
)
def test_a_child_that_is_killed_is_seen(tmp_path: Path, number: int, status: int, records: int) -> None:
    with site_with_limits(tmp_path / "site", 60) as site, ThreadPoolExecutor() as pool:
        put_by_hand(site)
        before = set(family(site.cdn.pid))
        reply = pool.submit(site.get, "/slow.png?v=00000001")
        wait_until(lambda: set(family(site.cdn.pid)) - before)
        (child,) = set(family(site.cdn.pid)) - before
        os.kill(child, number)
        assert reply.result().status == status
        assert len(list(site.store.list("failures/"))) == records
        assert set(family(site.cdn.pid)) == before
        assert site.get("/slow.png?w=100&v=00000002").status == (200 if status == 503 else 415)
