"""A server as a child process."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from infra.local.cloudfront.process import TEMPLATE
from infra.local.server_process import ServerProcess

CLOUDFRONT = "infra.local.cloudfront"


def test_a_server_runs_until_it_is_stopped(tmp_path: Path) -> None:
    server = ServerProcess(CLOUDFRONT, tmp_path / "data", f"--store={tmp_path.as_uri()}", f"--template={TEMPLATE}")
    with server:
        assert server.pid
    assert server._process.returncode is not None


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    server = ServerProcess(CLOUDFRONT, tmp_path / "data", "--store=nowhere", f"--template={TEMPLATE}")
    with pytest.raises(RuntimeError, match="nowhere"):
        server.__enter__()


def test_stopping_returns_the_exit_status(tmp_path: Path) -> None:
    with ServerProcess(
        CLOUDFRONT, tmp_path / "data", f"--store={tmp_path.as_uri()}", f"--template={TEMPLATE}"
    ) as server:
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
