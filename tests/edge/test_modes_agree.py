"""One contract: Lambda@Edge, the gateway behind CloudFront and the gateway behind an HTTP API reply the same."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response, viewer_request, visitor_reply, visitor_url
from edge.contract.original import original_object_key
from edge.contract.url_path import decode_path
from edge.contract.variant_key import VariantKey
from edge.rendering import open_responder
from edge.storage.objects.directory import DirectoryStore
from tests.edge import events
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import OLD, jpeg
from tests.vectors.vectors import RING, VectorSet

#: What differs between two replies with the same bytes, or is CloudFront's own.
_IGNORED = {"server-timing", "last-modified", "date", "server", "transfer-encoding", "via"}
_IGNORED |= {name.lower() for name in visitor_reply.POLICY_HEADERS}

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module", params=["default", "signed"])
def cases(request: pytest.FixtureRequest) -> Iterator[list[dict[str, Any]]]:
    """Some vectors of a site, whose keys and policy the handlers have then. Without those that expire."""
    vectors = VectorSet.load(request.param)
    lasting = [case for case in vectors.cases if not {"e=", "expires="} & set(case["query"].split("&"))]
    good = [case for case in lasting if "uri" in case and "e=" not in case["query"]]
    bad = [case for case in lasting if "code" in case and "e" not in case["query"]]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visitor_url, "load_policy", lambda: vectors.policy)
        patched.setattr(open_responder, "load_policy", lambda: vectors.policy)
        if vectors.ring:
            patched.setattr(visitor_url, "_find_key", RING.find)
        yield [*good[:: len(good) // 40], *bad[:: len(bad) // 40]]


def test_both_modes_and_the_api_give_the_same_status_headers_and_bytes(
    cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    stores = [DirectoryStore(tmp_path / name) for name in ("edge", "regional", "api")]
    for store in stores:
        store.root.mkdir()
        for key in {_key_of(case) for case in cases if "uri" in case}:
            body, metadata = jpeg("red", (60, 40)), OLD.as_metadata()
            store.put(original_object_key(key), body, content_type="image/jpeg", metadata=metadata)
    expected = [_edge(case, stores[0]) for case in cases]
    assert {status for status, *_ in expected} >= {200, 400}
    with loaded_gateway(IMAGEHUB_STORE=stores[1].root.as_uri()) as gateway:
        for case, answer in zip(cases, expected, strict=True):
            assert _regional(case, gateway) in (answer, None), case
    with loaded_gateway(IMAGEHUB_STORE=stores[2].root.as_uri()) as gateway:
        for case, answer in zip(cases, expected, strict=True):
            assert _api(case, gateway) in (answer, None), case


def _key_of(case: dict[str, Any]) -> str:
    return VariantKey.parse(decode_path(case["uri"][1:].replace(".REV/", ".00000000/"))).key


def _viewed(case: dict[str, Any]) -> Any:
    event = events.viewer_request("/", case["accept"])
    event["Records"][0]["cf"]["request"] |= {"uri": case["path"], "querystring": case["query"]}
    return viewer_request.handler(event, None)


def _edge(case: dict[str, Any], store: DirectoryStore) -> Answer:
    viewed = _viewed(case)
    if "status" not in viewed:
        query = events.value(viewed, "x-imagehub-query")[1:]
        event = events.origin_response(viewed["uri"], store.root.as_uri(), query=query)
        viewed = origin_response.handler(event, None)
    body = viewed.get("body", "")
    headers = {name: items[0]["value"] for name, items in viewed["headers"].items() if name not in _IGNORED}
    return int(viewed["status"]), headers, b64decode(body) if viewed.get("bodyEncoding") else body.encode()


def _regional(case: dict[str, Any], gateway: Any) -> Answer | None:
    """`None` if viewer-request replies, so that the gateway is not asked."""
    viewed = _viewed(case)
    if "status" in viewed:
        return None
    query = events.value(viewed, "x-imagehub-query")[1:]
    return _read(gateway.handler(events.function_url(viewed["uri"], query=query), None))


def _api(case: dict[str, Any], gateway: Any) -> Answer | None:
    """`None` for a path that an HTTP API does not pass on as it is."""
    path = case["path"].upper()
    if case.get("code") in ("path_invalid", "key_invalid") or "%3F" in path or "%2525" in path:
        return None
    event = events.http_api(case["path"], accept=case["accept"])
    event["rawQueryString"] = case["query"]
    return _read(gateway.handler(event, None))


def _read(reply: Any) -> Answer:
    headers = {name.lower(): text for name, text in reply["headers"].items() if name.lower() not in _IGNORED}
    body = b64decode(reply["body"]) if reply["isBase64Encoded"] else reply["body"].encode()
    return reply["statusCode"], headers, body


def test_the_fixture_is_json_that_any_runtime_can_send() -> None:
    for name in ("function_url", "http_api"):
        event = getattr(events, name)("/a.jpg")
        assert json.loads(json.dumps(event)) == event
