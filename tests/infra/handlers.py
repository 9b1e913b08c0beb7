"""Small handlers that do as the query string says."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Event = dict[str, Any]


def _wishes(querystring: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(querystring).items()}


def viewer_request(event: Event, _context: object) -> Any:
    """``/old/…`` is rewritten to ``/…``; ``viewer=…`` asks for a reply of its own or for a fault."""
    request = event["Records"][0]["cf"]["request"]
    wishes = _wishes(request["querystring"])
    request["uri"] = request["uri"].removeprefix("/old")
    match wishes.get("viewer"):
        case "reply":
            return {"status": "400", "headers": {"cache-control": [{"value": "no-store"}]}, "body": "no"}
        case "host":
            request["headers"]["host"] = [{"key": "Host", "value": "elsewhere"}]
        case "raise":
            raise RuntimeError("viewer-request fails")
        case "hang":
            time.sleep(600)
        case "big":
            return {"status": "200", "body": "x" * int(wishes["size"])}
    return request


def origin_response(event: Event, _context: object) -> Any:
    """``make=…`` turns S3's answer into a reply with that body; the calls are written beside the objects."""
    cf = event["Records"][0]["cf"]
    request, response = cf["request"], cf["response"]
    _note(request, response)
    wishes = _wishes(request["querystring"])
    time.sleep(float(wishes.get("sleep", 0)))
    headers = response["headers"]
    match wishes.get("fault"):
        case "raise":
            raise RuntimeError("origin-response fails")
        case "hang":
            time.sleep(600)
        case "exit":
            os._exit(1)
        case "drop":
            headers.pop("transfer-encoding", None)
        case "disallowed":
            headers["x-cache"] = [{"value": "mine"}]
        case "set":
            return {"status": {1, 2}}
    if "make" in wishes and int(response["status"]) in (403, 404):
        headers.pop("content-length", None)
        headers["content-type"] = [{"value": "text/plain"}]
        headers["cache-control"] = [{"value": wishes.get("cc", "max-age=3600")}]
        if "tag" in wishes:
            headers["x-amz-meta-cache-tag"] = [{"value": wishes["tag"]}]
        response["status"] = wishes.get("status", "200")
        if request["method"] != "HEAD":
            response |= {"body": base64.b64encode(wishes["make"].encode()).decode(), "bodyEncoding": "base64"}
    return response


def _note(request: dict[str, Any], response: dict[str, Any]) -> None:
    told = request["origin"]["s3"]["customHeaders"]["x-imagehub-store"][0]["value"]
    conditional = request["headers"].get("if-none-match", [{"value": "-"}])[0]["value"]
    with Path(urlsplit(told).path, "calls.txt").open("a") as file:
        file.write(f"{request['method']} {request['uri']} {response['status']} {conditional}\n")
