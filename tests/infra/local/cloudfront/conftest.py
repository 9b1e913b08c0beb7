"""Fixtures for the tests of the local CloudFront."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.local.cloudfront.stub_site import StubSite, stub_cloudfront


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubSite]:
    folder = tmp_path_factory.mktemp("cdn")
    with stub_cloudfront(folder) as cdn:
        yield StubSite(cdn, folder / "objects")
