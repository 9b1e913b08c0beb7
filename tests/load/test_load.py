"""A few seconds of hits, misses and attacks: every reply is right, each variant is rendered once, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.storage.objects.location import open_store
from tests.load import mixed
from tests.load.site import Asset, running
from tests.s3server import S3Server, run_s3_server

pytestmark = pytest.mark.long

SMALL = {"ladder": [50, 100, 200], "ratios": ["1:1", "3:4"]}
ASSETS = (Asset("photos/a.jpg", (640, 480), (200, 60, 60)), Asset("c é+d.jpeg", (480, 640), (60, 60, 200)))


def check(result: mixed.MixedResult) -> None:
    assert result.cost.visit.wrong == []
    assert (result.cost.decodes, result.cost.writes, result.stored) == (result.distinct,) * 3
    assert result.lost == set()


def test_a_directory_under_mixed_load(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    location = (tmp_path / "store").as_uri()
    with running(tmp_path, location, open_store(location), ASSETS, SMALL) as site:
        check(mixed.run(site, 2, ("avif", "webp", "basic"), 10))
        assert "fault=" not in site.cdn.log


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A server of its own, because other tests leave objects in the shared one."""
    (tmp_path / "s3").mkdir()
    with run_s3_server(tmp_path / "s3") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.mark.s3
def test_an_s3_server_under_mixed_load(bucket: S3Server, tmp_path: Path) -> None:
    store = open_store(bucket.location, lambda: bucket.credentials)
    with running(tmp_path, bucket.location, store, ASSETS, SMALL) as site:
        check(mixed.run(site, 2, ("webp",), 10))
        assert "fault=" not in site.cdn.log
