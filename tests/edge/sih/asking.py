"""Asking the gateway for old URLs, and reading what it replies."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

Ask = Callable[..., Any]


def spelled(**request: Any) -> str:
    return "/" + b64encode(json.dumps(request).encode()).decode()


def shown(reply: Any) -> Image.Image:
    assert reply["statusCode"] == 200, reply
    return Image.open(BytesIO(b64decode(reply["body"])))


def failure(reply: Any) -> tuple[int, str]:
    body = json.loads(reply["body"])
    assert (body["status"], body["code"]) == (reply["statusCode"], reply["headers"]["X-Imagehub-Error"])
    assert list(body) == ["status", "code", "message"]
    return body["status"], body["code"]
