"""The file broker: messages arrive complete, in order and once, also between processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu import Connection
from kombu.exceptions import ChannelError

from tests.machine import ROOT

COUNT = 300
_WRITER = """
import sys
from tests.assets.test_file_broker import COUNT, connect
with connect(sys.argv[1]) as connection, connection.SimpleQueue("numbers") as queue:
    for number in range(COUNT):
        queue.put({"number": number, "padding": "x" * 5000})
"""


def connect(folder: Path | str) -> Connection:
    transport = "assets.file_broker:Transport"
    return Connection("filesystem://localhost", transport=transport, transport_options={"folder": folder})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    with connect(folder) as opened:
        yield opened


def test_concurrent_readers_receive_only_complete_messages_in_order(connection: Connection, folder: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT), connection.SimpleQueue("numbers") as queue:
        messages = [queue.get(timeout=20) for _ in range(COUNT)]
    assert [message.payload["number"] for message in messages] == list(range(COUNT))
    assert {len(message.payload["padding"]) for message in messages} == {5000}


def test_a_failed_write_raises_kombus_channel_error(connection: Connection, folder: Path) -> None:
    channel: Any = connection.channel()
    channel._put("numbers", {})
    (folder / "messages").rename(folder / "elsewhere")
    with pytest.raises(ChannelError, match=r"Cannot write .*: No such file or directory\."):
        channel._put("numbers", {})


def test_a_missing_folder_option_names_the_setting() -> None:
    with (
        Connection("filesystem://localhost", transport="assets.file_broker:Transport") as connection,
        pytest.raises(ImproperlyConfigured, match="CELERY_BROKER_TRANSPORT_OPTIONS"),
        connection.SimpleQueue("numbers") as queue,
    ):
        queue.put({})
