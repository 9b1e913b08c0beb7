"""A host project for each test, in its own directory."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from tests.hosts.host import URLS, Host


class MakeHost(Protocol):
    def __call__(self, settings: str = "", urls: str = URLS) -> Host: ...


@pytest.fixture
def make_host(tmp_path: Path) -> MakeHost:
    """Makes a project with these lines added to its settings, and these URLs instead of the admin alone."""

    def make(settings: str = "", urls: str = URLS) -> Host:
        return Host(tmp_path, settings, urls)

    return make
