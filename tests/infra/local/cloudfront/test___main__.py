"""Why the server does not start: one clear line each."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.cloudfront import LocalCloudFront
from tests.infra.local.cloudfront.stub_site import TEMPLATE


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "infra.local.cloudfront", "--template", str(TEMPLATE), "--port", port]
        command += ["--store", f"file://{tmp_path}", "--data", str(tmp_path / "data")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"cloudfront: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_missing_handler_is_one_clear_line(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(TEMPLATE.read_text().replace("handlers.origin_response", "handlers.no_such"))
    cdn = LocalCloudFront(store=f"file://{tmp_path}", data=tmp_path / "data", template=broken)
    with pytest.raises(
        RuntimeError, match=r"^cloudfront: OriginResponse: cannot import tests\.\S+\.stub_handlers\.no_such"
    ):
        cdn.__enter__()
