"""The local CloudFront as a process of its own, for tests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.store import Store
from edge.store.location import open_store

ROOT = Path(__file__).parents[1]
_LISTENS = re.compile(r"listening on (\S+) distribution (\S+)")


@dataclass(frozen=True)
class LocalCloudFront:
    """Where it listens, and the store behind it."""

    url: str
    distribution_id: str
    folder: Path

    @property
    def location(self) -> str:
        return self.folder.as_uri()

    @property
    def store(self) -> Store:
        return open_store(self.location)


@contextmanager
def run_local_cloudfront(folder: Path, *options: str) -> Iterator[LocalCloudFront]:
    """One over a new directory store in ``folder``."""
    root = folder / "store"
    root.mkdir()
    command = [sys.executable, "-m", "infra.local.cloudfront", "--template", str(ROOT / "infra" / "template.yaml")]
    places = ["--store", root.as_uri(), "--data", str(folder / "cdn"), "--port", "0"]
    log = (folder / "cloudfront.log").open("w")
    with (
        log,
        subprocess.Popen(
            [*command, *places, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = _LISTENS.search(line)
        assert found, f"{line}{(folder / 'cloudfront.log').read_text()}"
        try:
            yield LocalCloudFront(found[1], found[2], root)
        finally:
            process.terminate()
