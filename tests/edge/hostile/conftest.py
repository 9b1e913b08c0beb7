"""The site under attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.edge.hostile.site import Site, built_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with built_site(tmp_path_factory.mktemp("hostile")) as site:
        yield site
