"""Fixtures for the functions of `infra.functions`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.key_value_store import KeyValueStore, run_key_value_store


@pytest.fixture
def key_value_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyValueStore]:
    """An empty store, which the environment names."""
    folder = tmp_path / "entries"
    folder.mkdir()
    with run_key_value_store(folder) as store:
        for name, value in store.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it keeps the credentials that it once read
        yield store
