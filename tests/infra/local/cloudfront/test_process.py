"""The server as a process: what survives a restart."""

from __future__ import annotations

from pathlib import Path

from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import invalidate, stub_cloudfront


def test_cache_and_invalidations_survive_a_restart(tmp_path: Path) -> None:
    with stub_cloudfront(tmp_path) as cdn:
        ask(cdn.url, "/kept.txt?make=x")
        created = invalidate(cdn, "kept", "/other")
    with stub_cloudfront(tmp_path) as cdn:
        assert ask(cdn.url, "/kept.txt?make=x").x_cache == "Hit"
        assert invalidate(cdn, "kept", "/other") == created
