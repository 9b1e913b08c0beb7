"""A site whose origin-response has little time for rendering in a child process, and counts the children."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.e2e.delivery.delivery_site import DeliverySite, delivery_site

#: Environment variables: the limit in seconds, and the file with a line for each child.
SECONDS, COUNTS = "IMAGEHUB_TEST_SECONDS", "IMAGEHUB_TEST_CHILDREN"


@contextmanager
def site_with_limits(folder: Path, seconds: float, store: str = "") -> Iterator[DeliverySite]:
    folder.mkdir()
    template = TEMPLATE.read_text().replace(
        "edge.origin_response.handler", "tests.e2e.delivery.limited_handler.handler"
    )
    (folder / "template.yaml").write_text(template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECONDS, str(seconds))
        patch.setenv(COUNTS, str(folder / "children"))
        with delivery_site(folder, template=folder / "template.yaml", store=store) as site:
            yield site
