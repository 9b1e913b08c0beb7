"""The server as a process: what outlives it, what ends with it, and why it does not start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.cloudfront import LocalCloudFront
from tests.infra.client import ask
from tests.infra.site import TEMPLATE, Site, invalidate, start


def test_cache_and_invalidations_outlive_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        ask(cdn.url, "/kept.txt?make=x")
        made = invalidate(cdn, "kept", "/other")
    with start(tmp_path) as cdn:
        assert ask(cdn.url, "/kept.txt?make=x").x_cache == "Hit"
        assert invalidate(cdn, "kept", "/other") == made


def test_without_collapsing_each_miss_asks_the_origin(tmp_path: Path) -> None:
    with start(tmp_path, "--no-collapse") as cdn, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda target: ask(cdn.url, target), ["/crowd.txt?make=x&sleep=0.5"] * 2))
        assert len(Site(cdn, tmp_path / "objects").calls("/crowd.txt")) == 2


def children(cdn: LocalCloudFront) -> list[int]:
    return [int(child) for child in Path(f"/proc/{cdn.pid}/task/{cdn.pid}/children").read_text().split()]


def test_workers_that_died_meanwhile_are_replaced_unseen(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        for worker in children(cdn):
            os.kill(worker, signal.SIGKILL)
        while children(cdn):
            time.sleep(0.01)
        assert ask(cdn.url, "/a.txt?make=x").body == b"x"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_its_workers(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path) as cdn:
        workers = children(cdn)
        assert len(workers) == 2
        assert cdn.stop(number) == 0
        assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def test_a_viewer_request_that_hangs_is_a_503_and_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        reply = ask(cdn.url, "/a.txt?viewer=hang")
        assert (reply.status, reply.x_cache) == (503, "LambdaExecutionError")
        assert cdn.stop() == 0


def test_a_killed_servers_workers_end_too(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        workers = [Path(f"/proc/{child}/stat") for child in children(cdn)]
        cdn.stop(signal.SIGKILL)
    for worker in workers:
        while worker.exists() and worker.read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "infra.local.cloudfront", "--template", str(TEMPLATE), "--port", port]
        command += ["--store", f"file://{tmp_path}", "--data", str(tmp_path / "data")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"cloudfront: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_handler_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(TEMPLATE.read_text().replace("handlers.origin_response", "handlers.no_such"))
    cdn = LocalCloudFront(store=f"file://{tmp_path}", data=tmp_path / "data", template=broken)
    with pytest.raises(
        RuntimeError, match=r"^cloudfront: OriginResponse: cannot import tests\.infra\.handlers\.no_such"
    ):
        cdn.__enter__()
