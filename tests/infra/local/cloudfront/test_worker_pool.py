"""Functions in worker processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import stub_cloudfront, worker_pids


def test_workers_that_died_between_calls_are_replaced(tmp_path: Path) -> None:
    with stub_cloudfront(tmp_path) as cdn:
        for worker in worker_pids(cdn):
            os.kill(worker, signal.SIGKILL)
        while worker_pids(cdn):
            time.sleep(0.01)
        assert ask(cdn.url, "/a.txt?make=x").body == b"x"
