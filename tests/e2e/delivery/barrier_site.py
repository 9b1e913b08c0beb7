"""The real handlers behind the local CloudFront, with a `WriteBarrier` in origin-response."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.e2e.delivery.delivery_site import DeliverySite, delivery_site
from tests.e2e.delivery.write_barrier import VARIABLE, WriteBarrier


@contextmanager
def site_with_barrier(folder: Path, store: str = "", *options: str) -> Iterator[tuple[DeliverySite, WriteBarrier]]:
    """A `delivery_site` with the deployed template, except for the barrier."""
    text, name = TEMPLATE.read_text(), "edge.origin_response.handler"
    assert name in text
    (folder / "template.yaml").write_text(text.replace(name, "tests.e2e.delivery.barrier_handler.handler"))
    barrier = WriteBarrier(folder / "barrier")
    barrier.folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(barrier.folder))
        with delivery_site(folder, store=store, template=folder / "template.yaml", options=options) as site:
            yield site, barrier
