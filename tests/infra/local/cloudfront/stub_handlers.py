"""Handlers that tests control by the query string."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Event = dict[str, Any]


def _parameters(querystring: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(querystring).items()}


def viewer_request(event: Event, _context: object) -> Any:
    """Rewrites ``/old/…`` to ``/…``; ``viewer=…`` asks for a generated reply or for a fault."""
    request = event["Records"][0]["cf"]["request"]
    parameters = _parameters(request["querystring"])
    request["uri"] = request["uri"].removeprefix("/old")
    match parameters.get("viewer"):
        case "reply":
            return {"status": "400", "headers": {"cache-control": [{"value": "no-store"}]}, "body": "no"}
        case "host":
            request["headers"]["host"] = [{"key": "Host", "value": "elsewhere"}]
        case "raise":
            raise RuntimeError("viewer-request fails")
        case "hang":
            time.sleep(600)
        case "big":
            return {"status": "200", "body": "x" * int(parameters["size"])}
    return request


def origin_response(event: Event, _context: object) -> Any:
    """``make=…`` replaces S3's "missing" by a reply with that body; every call is logged beside the objects."""
    cf = event["Records"][0]["cf"]
    request, response = cf["request"], cf["response"]
    _log_call(request, response)
    parameters = _parameters(request["querystring"])
    time.sleep(float(parameters.get("sleep", 0)))
    headers = response["headers"]
    match parameters.get("fault"):
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
    if "make" in parameters and int(response["status"]) in (403, 404):
        headers.pop("content-length", None)
        headers["content-type"] = [{"value": "text/plain"}]
        headers["cache-control"] = [{"value": parameters.get("cc", "max-age=3600")}]
        if "tag" in parameters:
            headers["x-amz-meta-cache-tag"] = [{"value": parameters["tag"]}]
        response["status"] = parameters.get("status", "200")
        if request["method"] != "HEAD":
            response |= {"body": base64.b64encode(parameters["make"].encode()).decode(), "bodyEncoding": "base64"}
    return response


def gateway(event: Event, _context: object) -> Any:
    """Replies with what it was asked, as JSON; ``gateway=…`` asks for a fault. Every call is logged as above."""
    request = event["requestContext"]["http"]
    with Path(urlsplit(os.environ["IMAGEHUB_STORE"]).path, "calls.txt").open("a") as file:
        file.write(f"{request['method']} {event['rawPath']} gateway {event['headers'].get('if-none-match', '-')}\n")
    match _parameters(event["rawQueryString"]).get("gateway"):
        case "raise":
            raise RuntimeError("the gateway fails")
        case "nothing":
            return {"body": "no status"}
        case "large":
            return {"statusCode": 200, "body": "x" * (6 * 1024 * 1024)}
        case "base64":
            return {"statusCode": 200, "body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}
    seen = {"path": event["rawPath"], "headers": event["headers"], "greeting": os.environ["GREETING"]}
    headers = {"Content-Type": "application/json", "Cache-Control": "max-age=3600"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(seen)}


def _log_call(request: dict[str, Any], response: dict[str, Any]) -> None:
    store = request["origin"]["s3"]["customHeaders"]["x-imagehub-store"][0]["value"]
    conditional = request["headers"].get("if-none-match", [{"value": "-"}])[0]["value"]
    with Path(urlsplit(store).path, "calls.txt").open("a") as file:
        file.write(f"{request['method']} {request['uri']} {response['status']} {conditional}\n")
