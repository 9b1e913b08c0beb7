"""A server that answers as a test scripts it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.edge.clock import Clock
from tests.edge.storage.scripted import Script, run_script


@pytest.fixture
def script() -> Iterator[Script]:
    with run_script() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()
