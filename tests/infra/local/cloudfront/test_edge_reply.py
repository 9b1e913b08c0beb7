"""What X-Cache calls a reply."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.edge_reply import EdgeReply, describe
from infra.local.cloudfront.messages import HttpResponse


@pytest.mark.parametrize(("status", "x_cache"), [(200, "Hit"), (304, "Hit"), (404, "Error"), (503, "Error")])
def test_an_error_is_called_an_error_also_if_it_was_cached(status: int, x_cache: str) -> None:
    response = HttpResponse(status)
    assert describe(response, "Hit", 7) == EdgeReply(response, x_cache, 7)
