"""Fixtures for the tests of delivery: the real handlers behind the local CloudFront."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.delivery.barrier_site import site_with_barrier
from tests.e2e.delivery.concurrent_visitors import NO_COLLAPSING
from tests.e2e.delivery.delivery_site import DeliverySite
from tests.e2e.delivery.write_barrier import WriteBarrier


@pytest.fixture(scope="module", params=["collapsed", "not-collapsed"])
def barrier_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[DeliverySite, WriteBarrier]]:
    options = (NO_COLLAPSING,) if request.param == "not-collapsed" else ()
    with site_with_barrier(tmp_path_factory.mktemp("barrier"), "", *options) as found:
        yield found
        assert "fault=" not in found[0].cdn.log
        assert "Traceback" not in found[0].cdn.log
