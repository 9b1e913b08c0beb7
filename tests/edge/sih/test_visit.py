"""Which requests are for this entry, and their paths below its own."""

from __future__ import annotations

from typing import Any

import pytest

from edge.sih.visit import read_visit
from tests.edge.events import function_url, http_api


def api(path: str, **headers: str) -> Any:
    return http_api(path, route="/{key+}", **headers)


@pytest.mark.parametrize(
    ("base", "path", "found"),
    [
        ("/sih", "/sih/a.jpg", "/a.jpg"),
        ("/sih", "/sih/", "/"),
        ("/sih", "/sih", None),
        ("/sih", "/sihx/a.jpg", None),
        ("/sih", "/a.jpg", None),
        ("/", "/a.jpg", "/a.jpg"),
        ("/", "/v1/a.jpg", "/v1/a.jpg"),
    ],
)
def test_the_first_part_of_the_path_tells(base: str, path: str, found: str | None) -> None:
    for event in (api(path), function_url(path, query=None)):
        visit = read_visit(event, base)
        assert (visit and visit.path) == found


def test_an_http_api_has_decoded_the_path_and_a_function_url_has_not() -> None:
    for event in (api("/sih/caf%C3%A9%20x.jpg"), function_url("/sih/caf%C3%A9%20x.jpg", query=None)):
        visit = read_visit(event, "/sih")
        assert visit is not None
        assert visit.path == "/caf%C3%A9%20x.jpg"


def test_query_method_and_headers_come_along() -> None:
    event = function_url("/sih/a.jpg", "HEAD", None, accept="image/webp", if_none_match='"x"')
    event["rawQueryString"] = "width=3"
    visit = read_visit(event, "/sih")
    assert visit is not None
    assert (visit.query, visit.method, visit.accept, visit.if_none_match) == ("width=3", "HEAD", "image/webp", '"x"')


def test_what_our_distribution_asks_for_is_a_variant_whatever_its_key() -> None:
    uri = "/sih/a.jpg/1f2e3d4c.96c24d99/w300.webp"
    assert read_visit(function_url(uri, query="w=300"), "/sih") is None
    assert read_visit(function_url(uri), "/") is None
