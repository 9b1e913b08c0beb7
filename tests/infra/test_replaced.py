"""Editors who replace a picture, or take it away, while visitors have it made: collapsed and each alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from threading import Event

from edge.contract.cache_control import IMMUTABLE
from edge.contract.original import original_object_key
from tests.infra.client import Reply
from tests.infra.crowd import COLOURS, NEW, OLD, WORKERS, colour, crowd, picture
from tests.infra.gate import Gate
from tests.infra.pictures import Place
from tests.machine import wait_until


def change(place: Place, gate: Gate, key: str, event: Callable[[], object]) -> list[Reply]:
    """What those get who asked while the picture was red, and the ``event`` came while theirs was made."""
    place.put(key, picture("red"), OLD)
    targets = [f"/{key}?w=100&v={OLD}", f"/{key}?w=100", f"/{key}?w=100&v={NEW}", f"/{key}?w=50&v={OLD}"]
    with gate.shut():
        with crowd(place, targets * 4) as visits:
            gate.await_waiting(WORKERS)
            event()
            place.purge(key)
            gate.open()
        wait(visits)
    return [visit.result() for visit in visits]


def test_what_is_replaced_while_it_is_made_is_new_for_all_who_come_then(raced: tuple[Place, Gate]) -> None:
    place, gate = raced
    replies = change(place, gate, "replaced.png", lambda: place.put("replaced.png", picture("blue"), NEW))
    assert {(reply.status, colour(reply.body)) for reply in replies} == {(200, "blue")}
    assert all(f"/{NEW}." in name for name in place.variants("replaced.png"))
    for version in (f"&v={OLD}", f"&v={NEW}", "", f"&v={OLD}"):
        for width in (50, 100, 120):
            reply = place.get(f"/replaced.png?w={width}{version}")
            assert (reply.status, colour(reply.body)) == (200, "blue")
    variants = place.variants("replaced.png")
    assert all(f"/{NEW}." in name and colour(place.store.get(name).body) == "blue" for name in variants)


def test_of_what_is_taken_away_while_it_is_made_nothing_is_left(raced: tuple[Place, Gate]) -> None:
    place, gate = raced
    replies = change(place, gate, "gone.png", lambda: place.store.delete(original_object_key("gone.png")))
    assert {reply.status for reply in replies} == {404}
    assert place.variants("gone.png") == []
    for query in (f"w=100&v={OLD}", "w=100", f"w=50&v={OLD}", f"w=100&v={NEW}"):
        assert place.get(f"/gone.png?{query}").status == 404
    place.put("gone.png", picture("blue"), NEW)
    place.purge("gone.png")
    assert colour(place.get(f"/gone.png?w=100&v={OLD}").body) == "blue"


@dataclass
class Visits:
    """Visitors with pages of every age, whose replies are judged by what their version looks like."""

    place: Place
    key: str
    begun: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    made: int = 0
    wrong: list[str] = field(default_factory=list)

    def upload(self, version: str) -> None:
        self.begun.append(version)
        self.place.put(self.key, picture(colour_of(version)), version)
        self.place.purge(self.key)
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

    def await_made(self, more: int) -> None:
        enough = self.made + more
        wait_until(lambda: self.made >= enough, lambda: self.wrong)

    def run(self, visitor: int) -> None:
        """The newest page's picture and an older one's, in three widths, from another one on for each visitor."""
        for width, age in islice(cycle(product((50, 100, 150), (1, 2))), visitor, None):
            if self.stop.is_set():
                return
            version = self.uploaded[-min(age, len(self.uploaded))]
            reply = self.place.get(f"/{self.key}?w={width}&v={version}")
            self.made += reply.x_cache == "Miss"
            wrong = self._judge(version, reply)
            if wrong:
                self.wrong.append(f"{width} {version}: {wrong}")

    def _judge(self, version: str, reply: Reply) -> str:
        if reply.status != 200:
            return "" if b"original_changing" in reply.body else f"{reply.status} {reply.body[:200]!r}"
        shown = colour(reply.body)
        if reply.headers["cache-control"] == IMMUTABLE:
            return "" if shown == colour_of(version) else f"for ever, {shown}"
        return "" if shown in {colour_of(each) for each in self.begun} else f"a picture of nobody's, {shown}"


def colour_of(version: str) -> str:
    return COLOURS[int(version, 16) % len(COLOURS)]


def test_an_editor_who_replaces_it_again_and_again_has_each_version_show_itself(raced: tuple[Place, Gate]) -> None:
    place, _ = raced
    visits = Visits(place, "turning.png")
    with visits.coming(8):
        for number in range(1, 13):
            visits.upload(f"{number:08x}")
            visits.await_made(4)
    assert visits.wrong == []
    last = visits.uploaded[-1]
    stored = place.variants("turning.png")
    assert stored
    assert {(name.split("/")[2].split(".")[0], colour(place.store.get(name).body)) for name in stored} == {
        (last, colour_of(last))
    }
    for version in (*visits.uploaded, ""):
        reply = place.get(f"/turning.png?w=100&v={version}".removesuffix("&v="))
        assert (reply.status, colour(reply.body)) == (200, colour_of(last))
