"""What a program is replied that asks what is known of an image: JSON, from the original's metadata alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from edge.contract.cache_control import FACTS
from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.reply import Reply
from edge.contract.url_path import decode_path
from edge.payload.http_api import VisitorRequest
from edge.payload.reading import answer_reading, not_modified
from edge.rendering.image_facts import describe
from edge.rendering.original_reader import check_shown
from edge.rendering.responder import Responder


def answer_facts(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    """What is known of the image whose key is the path, or an error, whatever goes wrong."""
    return answer_reading(request, lambda: _answer(request, open_responder))


def _answer(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    key = parse_key(decode_path(request.path.removeprefix("/")))
    if request.query:
        raise BadRequest("parameter_unknown", "Facts about an image take no parameters. Leave out the query.")
    service = open_responder().service
    original = service.originals.head(key)
    check_shown(original)
    body = json.dumps(describe(key, original, service.policy, request.cdn))
    # Of the whole text: a moved focal point or another ladder changes the facts, and not the original's own ETag.
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"Content-Type": "application/json", "Cache-Control": FACTS, "ETag": etag}
    reply = Reply(200, headers, None if request.method == "HEAD" else body)
    return not_modified(reply) if request.has(etag) else reply
