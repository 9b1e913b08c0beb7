"""Messages through files, from one process to another: whole, and each once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from tests.machine import ROOT

COUNT = 300
_WRITER = """
import sys
from tests.infra.test_broker import COUNT, connect
with connect(sys.argv[1]) as connection, connection.SimpleQueue("numbers") as queue:
    for number in range(COUNT):
        queue.put({"number": number, "padding": "x" * 5000})
"""


def connect(folder: Path | str) -> Connection:
    messages = f"{folder}/messages"
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": f"{folder}/control"}
    return Connection("filesystem://localhost", transport="infra.local.broker:AwsClient", transport_options=options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    with connect(folder) as made:
        yield made


def test_a_reader_beside_a_writer_gets_every_message_whole(connection: Connection, folder: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT), connection.SimpleQueue("numbers") as queue:
        messages = [queue.get(timeout=20) for _ in range(COUNT)]
    assert [message.payload["number"] for message in messages] == list(range(COUNT))
    assert {len(message.payload["padding"]) for message in messages} == {5000}


def test_a_queue_that_cannot_be_written_is_the_brokers_own_error(connection: Connection, folder: Path) -> None:
    (folder / "messages").rename(folder / "elsewhere")
    channel: Any = connection.channel()
    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("numbers", {})
