"""Concurrent cache misses share one request to the origin, if collapsing is on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local.cloudfront.request_collapsing import RequestCollapsing
from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import StubSite, stub_cloudfront


def test_without_collapsing_each_miss_asks_the_origin(tmp_path: Path) -> None:
    with stub_cloudfront(tmp_path, "--no-collapse") as cdn, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda target: ask(cdn.url, target), ["/shared.txt?make=x&sleep=0.5"] * 2))
        assert len(StubSite(cdn, tmp_path / "objects").calls("/shared.txt")) == 2


def test_concurrent_misses_ask_the_origin_once(site: StubSite) -> None:
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(site.get, ["/shared.txt?make=x&sleep=0.5"] * 6))
    assert {reply.body for reply in replies} == {b"x"}
    assert len(site.calls("/shared.txt")) == 1


def test_a_reply_that_may_not_be_cached_is_fetched_for_each_viewer(site: StubSite) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(site.get, ["/shared2.txt?make=x&sleep=0.2&cc=no-store"] * 3))
    assert len(site.calls("/shared2.txt")) == 3


def test_work_goes_on_when_the_caller_that_started_it_is_cancelled() -> None:
    async def run() -> tuple[str, bool]:
        collapsing: RequestCollapsing[str] = RequestCollapsing()
        release = asyncio.Event()

        async def work() -> str:
            await release.wait()
            return "done"

        first = asyncio.create_task(collapsing.run("key", work))
        await asyncio.sleep(0)
        second = asyncio.create_task(collapsing.run("key", work))
        await asyncio.sleep(0)
        first.cancel()
        release.set()
        return await second

    assert asyncio.run(run()) == ("done", False)
