"""What the tests of the local CloudFront share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.crowd import ALONE
from tests.infra.gate import Gate
from tests.infra.gated import gated_place
from tests.infra.pictures import Place
from tests.infra.site import Site, start


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("cdn")
    with start(folder) as cdn:
        yield Site(cdn, folder / "objects")


@pytest.fixture(scope="module", params=["collapsed", "alone"])
def raced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Gate]]:
    options = (ALONE,) if request.param == "alone" else ()
    with gated_place(tmp_path_factory.mktemp("raced"), "", *options) as found:
        yield found
        assert "fault=" not in found[0].cdn.log
        assert "Traceback" not in found[0].cdn.log
