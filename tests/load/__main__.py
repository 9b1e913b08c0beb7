"""``python -m tests.load``: runs each flood and the mixed load on this machine, and prints the results as Markdown."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from tests.load import flooding, mixed
from tests.load.attacks import ATTACKS
from tests.load.site import Asset, running
from tests.s3server import run_s3_server

ASSETS = (
    Asset("photos/a.jpg", (1600, 1200), (200, 60, 60)),
    Asset("photos/b.jpg", (1200, 1600), (60, 200, 60)),
)
_CLASSES = ("avif", "webp", "basic")
_SIGNED = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--requests", type=int, default=5000, help="number of requests in each flood")
    parser.add_argument("--seconds", type=float, default=120, help="duration of the mixed load, for each store")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _directory(Path(folder)) as (location, store):
        costs = _floods(Path(folder), location, store, options.requests)
    results = []
    for name, opened in (("a directory", _directory), ("SeaweedFS", _bucket)):
        with (
            tempfile.TemporaryDirectory() as folder,
            opened(Path(folder)) as (location, store),
            running(Path(folder), location, store, ASSETS, {}) as site,
        ):
            results.append((name, mixed.run(site, options.seconds, _CLASSES, _SIGNED)))
    print(mixed.table(results))
    wrong = [line for cost in (*costs, *(load.cost for _, load in results)) for line in cost.visit.wrong]
    print("\n".join(wrong[:20]), file=sys.stderr)
    return int(bool(wrong) or not all(load.rendered_once and not load.lost for _, load in results))


def _floods(folder: Path, location: str, store: Store, requests: int) -> list[flooding.Cost]:
    with running(folder, location, store, ASSETS, {}) as site:
        flooding.warm(site)
        costs = [flooding.run(site, attack, requests) for attack in ATTACKS]
    print(flooding.table(costs), end="\n\n", flush=True)
    return costs


@contextmanager
def _directory(folder: Path) -> Iterator[tuple[str, Store]]:
    (folder / "store").mkdir()
    location = (folder / "store").as_uri()
    yield location, open_store(location)


@contextmanager
def _bucket(folder: Path) -> Iterator[tuple[str, Store]]:
    (folder / "s3").mkdir()
    with run_s3_server(folder / "s3") as server, pytest.MonkeyPatch.context() as patched:
        for name, value in server.environment.items():
            patched.setenv(name, value)
        yield server.location, open_store(server.location, lambda: server.credentials)


if __name__ == "__main__":
    sys.exit(main())
