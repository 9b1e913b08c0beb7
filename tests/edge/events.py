"""Events as CloudFront sends them, from recorded ones."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_EVENTS = Path(__file__).parents[1] / "events"


def _load(name: str) -> Any:
    return json.loads((_EVENTS / f"{name}.json").read_text())


def viewer_request(url: str, accept: str | None = None, method: str = "GET") -> Any:
    event = _load("viewer-request")
    request = event["Records"][0]["cf"]["request"]
    request["uri"], _, request["querystring"] = url.partition("?")
    request["method"] = method
    if accept is not None:
        request["headers"]["accept"] = [{"key": "Accept", "value": accept}]
    return event


def origin_response(uri: str, store: str, status: int = 403, method: str = "GET", query: str | None = "") -> Any:
    """``query`` is what viewer-request passes on; `None` if it did not run."""
    event = _load("origin-response")
    cf = event["Records"][0]["cf"]
    cf["request"]["uri"] = uri
    cf["request"]["method"] = method
    cf["request"]["origin"]["s3"]["customHeaders"] = {"x-imagehub-store": [{"key": "X-Imagehub-Store", "value": store}]}
    if query is not None:
        cf["request"]["headers"]["x-imagehub-query"] = [{"key": "X-Imagehub-Query", "value": f"?{query}"}]
    cf["response"]["status"] = str(status)
    return event


def function_url(uri: str, method: str = "GET", query: str | None = "", **headers: str) -> Any:
    """CloudFront's request to the gateway. ``query`` is what viewer-request passes on; `None` if it did not run."""
    event = _load("function-url")
    event["rawPath"] = event["requestContext"]["http"]["path"] = uri
    event["requestContext"]["http"]["method"] = method
    event["headers"] |= {"x-imagehub-query": f"?{query}"} | {name.replace("_", "-"): headers[name] for name in headers}
    event["requestContext"]["timeEpoch"] = time.time_ns() // 1_000_000
    if query is None:
        del event["headers"]["x-imagehub-query"]
    return event


def http_api(
    url: str,
    method: str = "GET",
    cdn: str = "https://images.example.com",
    route: str = "/v1/files/{key+}",
    **headers: str,
) -> Any:
    """A request to the HTTP API for what is below ``route``: it decodes the path and cuts it at a "?"."""
    event = _load("http-api")
    path, _, event["rawQueryString"] = url.partition("?")
    decoded = unquote(path).partition("?")[0]
    event["rawPath"] = event["requestContext"]["http"]["path"] = route.partition("/{")[0] + decoded
    event["routeKey"] = event["requestContext"]["routeKey"] = f"{method} {route}"
    event["requestContext"]["http"]["method"] = method
    event["headers"] |= {name.replace("_", "-"): headers[name] for name in headers}
    event["stageVariables"] = {"cdn": cdn}
    return event


def value(response: Any, name: str) -> str:
    """The value of a header."""
    (entry,) = response["headers"][name]
    return str(entry["value"])
