"""Messages through files: whole, and each once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    messages = str(folder / "messages")
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(folder / "control")}
    with Connection("filesystem://localhost", transport="imagehub.broker:Transport", transport_options=options) as made:
        yield made


def test_a_reader_beside_a_writer_gets_every_message_whole(connection: Connection) -> None:
    count = 300

    def write() -> None:
        with connection.clone() as other, other.SimpleQueue("numbers") as queue:
            for number in range(count):
                queue.put({"number": number, "padding": "x" * 5000})

    writer = threading.Thread(target=write)
    writer.start()
    with connection.SimpleQueue("numbers") as queue:
        messages = [queue.get(timeout=20) for _ in range(count)]
    writer.join()
    assert sorted(message.payload["number"] for message in messages) == list(range(count))
    assert {len(message.payload["padding"]) for message in messages} == {5000}


def test_a_queue_that_cannot_be_written_is_the_brokers_own_error(connection: Connection, folder: Path) -> None:
    (folder / "messages").rename(folder / "elsewhere")
    channel: Any = connection.channel()
    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("numbers", {})
