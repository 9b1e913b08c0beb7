"""The server stops at a signal, with its workers."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import stub_cloudfront, worker_pids


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_and_its_workers(tmp_path: Path, number: signal.Signals) -> None:
    with stub_cloudfront(tmp_path) as cdn:
        workers = worker_pids(cdn)
        assert len(workers) == 2
        assert cdn.stop(number) == 0
        assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def test_a_viewer_request_that_hangs_is_a_503_and_does_not_delay_the_stop(tmp_path: Path) -> None:
    with stub_cloudfront(tmp_path) as cdn:
        reply = ask(cdn.url, "/a.txt?viewer=hang")
        assert (reply.status, reply.x_cache) == (503, "LambdaExecutionError")
        assert cdn.stop() == 0
