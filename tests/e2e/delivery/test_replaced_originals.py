"""Editors replace or delete an original while variants of it are being rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from threading import Event

from edge.contract.cache_control import IMMUTABLE
from edge.contract.original import original_object_key
from tests.e2e.delivery.concurrent_visitors import COLOURS, NEW, OLD, WORKERS, colour_of, concurrent_visits, solid_image
from tests.e2e.delivery.delivery_site import DeliverySite
from tests.e2e.delivery.write_barrier import WriteBarrier
from tests.http_client import Reply
from tests.machine import wait_until


def change(site: DeliverySite, barrier: WriteBarrier, key: str, event: Callable[[], object]) -> list[Reply]:
    """Return the replies to requests for the red original, if ``event`` happens while they are rendered."""
    site.put(key, solid_image("red"), OLD)
    targets = [f"/{key}?w=100&v={OLD}", f"/{key}?w=100", f"/{key}?w=100&v={NEW}", f"/{key}?w=50&v={OLD}"]
    with barrier.closed():
        with concurrent_visits(site, targets * 4) as visits:
            barrier.wait_for(WORKERS)
            event()
            site.purge(key)
            barrier.open()
        wait(visits)
    return [visit.result() for visit in visits]


def test_an_original_replaced_during_rendering_is_shown_in_its_new_version_only(
    barrier_site: tuple[DeliverySite, WriteBarrier],
) -> None:
    site, barrier = barrier_site
    replies = change(site, barrier, "replaced.png", lambda: site.put("replaced.png", solid_image("blue"), NEW))
    assert {(reply.status, colour_of(reply.body)) for reply in replies} == {(200, "blue")}
    assert all(f"/{NEW}." in name for name in site.variants("replaced.png"))
    for version in (f"&v={OLD}", f"&v={NEW}", "", f"&v={OLD}"):
        for width in (50, 100, 120):
            reply = site.get(f"/replaced.png?w={width}{version}")
            assert (reply.status, colour_of(reply.body)) == (200, "blue")
    variants = site.variants("replaced.png")
    assert all(f"/{NEW}." in name and colour_of(site.store.get(name).body) == "blue" for name in variants)


def test_an_original_deleted_during_rendering_leaves_no_variant(
    barrier_site: tuple[DeliverySite, WriteBarrier],
) -> None:
    site, barrier = barrier_site
    replies = change(site, barrier, "gone.png", lambda: site.store.delete(original_object_key("gone.png")))
    assert {reply.status for reply in replies} == {404}
    assert site.variants("gone.png") == []
    for query in (f"w=100&v={OLD}", "w=100", f"w=50&v={OLD}", f"w=100&v={NEW}"):
        assert site.get(f"/gone.png?{query}").status == 404
    site.put("gone.png", solid_image("blue"), NEW)
    site.purge("gone.png")
    assert colour_of(site.get(f"/gone.png?w=100&v={OLD}").body) == "blue"


@dataclass
class Visits:
    """Visitors with new and old pages; each reply must show the colour of the version that it was requested with."""

    site: DeliverySite
    key: str
    begun: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    rendered: int = 0
    wrong: list[str] = field(default_factory=list)

    def upload(self, version: str) -> None:
        self.begun.append(version)
        self.site.put(self.key, solid_image(colour_for(version)), version)
        self.site.purge(self.key)
        self.uploaded.append(version)

    @contextmanager
    def coming(self, count: int) -> Iterator[None]:
        self.upload(f"{0:08x}")
        with ThreadPoolExecutor(count) as visitors:
            runs = [visitors.submit(self.run, visitor) for visitor in range(count)]
            try:
                yield
            finally:
                self.stop.set()
        for each in runs:
            each.result()

    def wait_for_renders(self, more: int) -> None:
        enough = self.rendered + more
        wait_until(lambda: self.rendered >= enough, lambda: self.wrong)

    def run(self, visitor: int) -> None:
        """Request the newest version and the one before, in three widths; each visitor starts with another one."""
        for width, age in islice(cycle(product((50, 100, 150), (1, 2))), visitor, None):
            if self.stop.is_set():
                return
            version = self.uploaded[-min(age, len(self.uploaded))]
            reply = self.site.get(f"/{self.key}?w={width}&v={version}")
            self.rendered += reply.x_cache == "Miss"
            wrong = self._judge(version, reply)
            if wrong:
                self.wrong.append(f"{width} {version}: {wrong}")

    def _judge(self, version: str, reply: Reply) -> str:
        if reply.status != 200:
            return "" if b"original_changing" in reply.body else f"{reply.status} {reply.body[:200]!r}"
        shown = colour_of(reply.body)
        if reply.headers["cache-control"] == IMMUTABLE:
            return "" if shown == colour_for(version) else f"cached forever, {shown}"
        return (
            "" if shown in {colour_for(each) for each in self.begun} else f"a colour that was never uploaded, {shown}"
        )


def colour_for(version: str) -> str:
    return COLOURS[int(version, 16) % len(COLOURS)]


def test_after_many_replacements_every_version_shows_its_own_pixels(
    barrier_site: tuple[DeliverySite, WriteBarrier],
) -> None:
    site, _ = barrier_site
    visits = Visits(site, "turning.png")
    with visits.coming(8):
        for number in range(1, 13):
            visits.upload(f"{number:08x}")
            visits.wait_for_renders(4)
    assert visits.wrong == []
    last = visits.uploaded[-1]
    stored = site.variants("turning.png")
    assert stored
    assert {(name.split("/")[2].split(".")[0], colour_of(site.store.get(name).body)) for name in stored} == {
        (last, colour_for(last))
    }
    for version in (*visits.uploaded, ""):
        reply = site.get(f"/turning.png?w=100&v={version}".removesuffix("&v="))
        assert (reply.status, colour_of(reply.body)) == (200, colour_for(last))
