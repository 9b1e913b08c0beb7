"""Whatever is sent, both handlers return one of our replies, one that CloudFront accepts, after bounded work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import origin_response, viewer_request
from edge.contract.errors import EdgeError
from edge.contract.negotiation import negotiate
from edge.contract.slug import parse_slug
from edge.contract.url import parse_url
from edge.contract.url_path import decode_path
from edge.contract.variant_key import ANY_VERSION, CLASSES, VariantKey
from infra.local.cloudfront import messages
from infra.local.cloudfront.messages import MAX_URL
from tests.edge import events
from tests.edge.hostile.site import SMALL, Site, signed
from tests.edge.hostile.strategies import broken, fragments, headers, mangled

STATUSES = {"200", "302", "400", "403", "404", "415", "503"}
thorough = settings(max_examples=250)
URLS = [
    "/a.jpg?w=300",
    "/a.jpg?w=16&h=16&fit=cover&f=png&v=0123abcd",
    "/b/é/a.jpg?p=card.1&utm_source=x",
    signed(blur=3),
]


@thorough
@given(mangled(URLS), headers(), st.sampled_from(["GET", "HEAD"]))
def test_any_url_and_headers_get_a_reply_that_cloudfront_accepts(
    site: Site, url: str, sent: dict[str, Any], method: str
) -> None:
    viewed = site.view(url if url.startswith("/") else "/" + url, sent, method)
    if isinstance(viewed, messages.HttpResponse):
        assert str(viewed.status) in STATUSES - {"200"}
        assert len(viewed.body) < 1000
        assert (viewed.body == b"") == (method == "HEAD")
        return
    variant = VariantKey.parse(decode_path(viewed.uri[1:]))
    assert variant.uri == viewed.uri
    assert parse_slug(variant.slug).slug == variant.slug
    assert len(viewed.url) < MAX_URL // 4


@settings(max_examples=150)
@given(
    mangled(
        [f"/a.jpg/any.{SMALL.rev}/w32.webp", f"/a.jpg/0123abcd.{SMALL.rev}/p.card.1.basic", "/a.jpg/any.0/full.gif"]
    ),
    st.sampled_from([403, 404]),
    st.sampled_from(["GET", "HEAD"]),
)
def test_any_path_gets_a_reply_from_origin_response(site: Site, uri: str, status: int, method: str) -> None:
    reply = site.render(uri, status, method)
    assert reply["status"] in STATUSES
    for object_key in site.store.list("variants/"):
        true = VariantKey.parse(object_key.removeprefix("variants/"))
        assert (true.key, true.rev) in {("a.jpg", SMALL.rev), ("b/secret.jpg", SMALL.rev)}
        assert true.version != ANY_VERSION


@thorough
@given(st.data())
def test_a_malformed_event_gets_a_reply(site: Site, data: st.DataObject) -> None:
    event = data.draw(broken(events.viewer_request("/a.jpg?w=16", "image/webp")))
    viewed: Any = viewer_request.handler(event, None)
    assert "uri" in viewed or viewed["status"] in STATUSES | {"500"}
    uri = f"/a.jpg/any.{SMALL.rev}/w32.basic"
    reply: Any = origin_response.handler(data.draw(broken(events.origin_response(uri, site.store.root.as_uri()))), None)
    assert str(reply["status"]) in STATUSES | {"500"} or int(reply["status"]) < 400
    body = reply.get("body", "") if reply.get("bodyEncoding") != "base64" else ""
    assert "Traceback" not in body
    assert str(site.store.root) not in body


#: The longest requests that CloudFront lets through, those that take viewer-request the most steps.
LONG = {
    "spaces": ("/" + "%20" * 2600 + "a.jpg", ""),
    "broken escapes": ("/" + "%zz" * 2600 + "a.jpg", ""),
    "folders": ("/" + "a/" * 4000 + "a.jpg", ""),
    "no folder": ("/a.jpg" + "/" * 8000, ""),
    "accents": ("/" + "e%CC%81" * 1100 + ".jpg", ""),
    "trackers": ("/a.jpg?" + "utm_a&" * 1300, ""),
    "few trackers": ("/a.jpg?" + "utm_a&" * 170, ""),
    "one parameter": ("/a.jpg?w=" + "9" * 8000, ""),
    "many parameters": ("/a.jpg?" + "w=1&" * 2000, ""),
    "signatures": ("/a.jpg?" + "&".join(["s=k1." + "A" * 22] * 250), ""),
    "commas": ("/a.jpg?w=16", "," * 9000),
    "qualities": ("/a.jpg?w=16", "image/webp;q=0.5," * 600),
    "types": ("/a.jpg?w=16", "image/," * 1200),
    "semicolons": ("/a.jpg?w=16", "image/webp" + ";" * 2000),
}


def _steps(work: Callable[[], object]) -> int:
    """The number of calls and returns, which is the same on every machine."""
    count = 0

    def tick(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("url", "accept"), LONG.values(), ids=LONG.keys())
def test_the_longest_url_takes_no_more_than_fifteen_thousand_calls_and_returns(
    site: Site, url: str, accept: str
) -> None:
    event = events.viewer_request(url, accept)
    negotiate.cache_clear()
    assert 50 < _steps(lambda: viewer_request.handler(event, None)) < 15_000


def test_a_long_query_is_rejected_before_it_is_parsed() -> None:
    for query in ("w=" + "9" * 8000, "&" * 8000, "%" * 8000, "a=%zz&" * 1300):
        with pytest.raises(EdgeError) as rejected:
            parse_url("/a.jpg", query, SMALL)
        assert rejected.value.code == "query_too_long"


@pytest.mark.parametrize("padding", ["image/png;q=0.1," * 100, "," * 1024, ";" * 2000, " " * 1024 + ","])
def test_only_the_first_kilobyte_of_accept_is_read(padding: str) -> None:
    assert negotiate(padding + "image/webp") == "basic"


@given(fragments)
def test_negotiation_always_returns_a_known_class(text: str) -> None:
    assert negotiate(text) in CLASSES
