"""What the tests of the local CloudFront share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.site import Site, start


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("cdn")
    with start(folder) as cdn:
        yield Site(cdn, folder / "objects")
