"""Many signers and edges, each with the keys of another moment: what one signs, every other takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, Claim, KeyRing, SigningKey
from edge.storage.errors import StorageUnavailable
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, SigningKeyCache

STEP = 7
PAGE = 100
#: An outage as long as that is survived even by a process whose keys were about to be read anew.
OUTAGE = KEEP_SECONDS - LOOK_AGAIN_SECONDS - STEP
CLAIM = Claim("a.jpg", "w333")


@dataclass
class World:
    """One source of keys; its clock is everybody's."""

    now: float = 1_000_000.0
    ring: KeyRing = KeyRing(SigningKey.generate(0))  # noqa: RUF009 # frozen
    away: dict[int, tuple[float, float]] = field(default_factory=dict)

    def process(self, number: int) -> SigningKeyCache:
        def read() -> KeyRing:
            begins, ends = self.away.get(number, (0.0, 0.0))
            if begins <= self.now < ends:
                raise StorageUnavailable("away")
            return self.ring

        return SigningKeyCache(read, lambda: self.now)

    def rotate(self) -> None:
        self.ring = self.ring.rotated(SigningKey.generate(int(self.now)))


@pytest.mark.parametrize("seed", range(2))
def test_what_any_signer_signs_any_edge_takes_while_a_page_lives(seed: int) -> None:
    """Through rotations as far apart as the command asks, and outages of each process. At half of the edges forgers
    use up the looks for unknown keys."""
    random, world = Random(seed), World()  # noqa: S311 # a test's
    signers = [world.process(number) for number in range(6)]
    edges = [world.process(number) for number in range(6, 14)]
    attacked = edges[::2]
    begun = {source: world.now + random.uniform(0, KEEP_SECONDS) for source in (*signers, *edges)}
    pages: list[tuple[float, str]] = []
    used, refused = set(), 0
    rotate_at, end = world.now + 2 * KEEP_SECONDS, world.now + 10 * KEEP_SECONDS
    while world.now < end:
        if world.now >= rotate_at:
            world.rotate()
            rotate_at = world.ring.signs_from + PAGE
            for number in range(14):
                begins = world.now + random.uniform(-OUTAGE, KEEP_SECONDS)
                world.away[number] = (begins, begins + OUTAGE)
        pages = [page for page in pages if world.now - page[0] <= PAGE]
        for source in signers:
            if world.now >= begun[source]:
                key = source.ring().signer(world.now)
                used.add(key.id)
                pages.append((world.now, CLAIM.sign(key)))
        for source in edges:
            if world.now >= begun[source]:
                if source in attacked:
                    refused += _forged_is_refused(source)
                for _, signature in random.sample(pages, min(5, len(pages))):
                    CLAIM.verify(signature, source.find, world.now)
        world.now += STEP
    assert len(used) >= 3
    assert refused > 500


def _forged_is_refused(edge: SigningKeyCache) -> bool:
    try:
        return edge.find("forged") is None
    except ServiceUnavailable:
        return True
