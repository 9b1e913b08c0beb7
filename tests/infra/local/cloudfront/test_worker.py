"""The worker process and its frames."""

from __future__ import annotations

import signal
import time
from io import BytesIO
from pathlib import Path

from infra.local.cloudfront.worker import read_frame, write_frame
from tests.infra.local.cloudfront.stub_site import stub_cloudfront, worker_pids


def test_workers_end_when_their_server_is_killed(tmp_path: Path) -> None:
    with stub_cloudfront(tmp_path) as cdn:
        workers = [Path(f"/proc/{child}/stat") for child in worker_pids(cdn)]
        cdn.stop(signal.SIGKILL)
    for worker in workers:
        while worker.exists() and worker.read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)


def test_a_frame_is_its_length_and_json_and_the_end_of_the_stream_is_none() -> None:
    stream = BytesIO()
    write_frame(stream, {"a": "é"})
    assert stream.getvalue() == b'\x00\x00\x00\x0f{"a": "\\u00e9"}'
    stream.seek(0)
    assert [read_frame(stream), read_frame(stream)] == [{"a": "é"}, None]
