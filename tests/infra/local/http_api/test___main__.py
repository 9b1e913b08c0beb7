"""The command of the local HTTP API: its options and its errors."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from infra.local.http_api import LocalHttpApi
from infra.local.http_api.__main__ import main
from tests.machine import free_port


def test_a_port_in_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert main([f"--store={tmp_path.as_uri()}", f"--data={tmp_path}", f"--port={port}"]) == 1
    assert capsys.readouterr().err.startswith(f"http-api: cannot listen on 127.0.0.1:{port}: ")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--parameter=Authorizer=iam", "AWS_IAM is not supported here"),
        ("--parameter=Nonsense=1", "there is no such parameter"),
        ("--template=/none.yaml", "/none.yaml"),
    ],
)
def test_a_wrong_option_is_one_line(
    option: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"--store={tmp_path.as_uri()}", f"--data={tmp_path}", "--port=0", option]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_the_token_is_for_its_owner_alone_and_new_with_each_start(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    tokens = set()
    for _ in range(2):
        with LocalHttpApi(store=(tmp_path / "store").as_uri(), data=tmp_path / "data") as api:
            tokens.add(api.token)
            assert (tmp_path / "data/token").stat().st_mode & 0o777 == 0o600
    assert len(tokens) == 2


def test_without_an_authorizer_there_is_no_token(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with LocalHttpApi(store=(tmp_path / "store").as_uri(), data=tmp_path / "data", options=("--authorizer=none",)):
        assert not (tmp_path / "data/token").exists()
