"""What tests of every folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.s3server import S3Server, run_s3_server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One S3 server for the whole run; a test that uses it cleans up, or keeps to a prefix of its own."""
    with run_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server
