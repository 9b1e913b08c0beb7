"""A flood of made-up URLs renders and writes nothing except unsigned variants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge.storage.objects.location import open_store
from tests.load import flooding
from tests.load.attacks import ATTACKS, Attack
from tests.load.site import Asset, Site, running

REQUESTS = 100
ASSETS = (Asset("photos/a.jpg", (640, 480), (200, 60, 60)), Asset("photos/b.jpg", (480, 640), (60, 200, 60)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("flood")
    (folder / "store").mkdir()
    location = (folder / "store").as_uri()
    small = {"ladder": [50, 100, 150], "ratios": ["1:1", "4:3"]}
    with running(folder, location, open_store(location), ASSETS, small) as site:
        flooding.warm(site)
        yield site


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_flood_stays_within_its_limits(site: Site, attack: Attack) -> None:
    most = site.policy.count_unsigned() if attack.decodes == "ladder" else attack.decodes
    cost = flooding.run(site, attack, REQUESTS)
    assert cost.visit.wrong == []
    assert cost.visit.requests == REQUESTS
    assert cost.decodes <= most
    assert cost.writes <= cost.decodes
    if not attack.reaches_store:
        assert not cost.calls


def test_a_second_flood_of_sizes_renders_nothing_new(site: Site) -> None:
    sizes = next(attack for attack in ATTACKS if attack.decodes == "ladder")
    flooding.run(site, sizes, REQUESTS)
    again = flooding.run(site, sizes, REQUESTS)
    assert (again.decodes, again.writes, again.reads) == (0, 0, 0)


def test_made_up_versions_read_only_the_stored_variant(site: Site) -> None:
    versions = next(attack for attack in ATTACKS if attack.name == "versions")
    cost = flooding.run(site, versions, REQUESTS)
    made = len(site.store.get(next(key for key in site.warmed if "/w100." in key and "photos" in key)).body)
    assert cost.calls["read"] <= REQUESTS * made


def test_made_up_versions_of_a_big_variant_read_none_of_its_bytes(site: Site) -> None:
    big = next(attack for attack in ATTACKS if attack.name == "versions of a big variant")
    cost = flooding.run(site, big, REQUESTS)
    assert (cost.decodes, cost.writes, cost.calls["read"]) == (0, 0, 0)


def test_the_counters_work(site: Site) -> None:
    """Without working counters, the zeros in the other tests would prove nothing."""
    calls = site.counted()
    assert calls["decode"] >= calls["put"] == len(site.variants()) > 20
    assert calls["read"] > len(ASSETS[0].body())
