"""origin-response over a directory: whatever an original's bytes are, the reply must be valid for CloudFront."""

from __future__ import annotations

import json
import logging
import os
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from PIL import Image

from edge import origin_response
from edge.contract import policy
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.variant_key import VariantKey
from edge.rendering.variant_reply import MAX_BODY
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.fuzz.judge import CLASSES, SLUGS, Outcome

JOB = "origin-response"
_KEY = "a.jpg"
_CODES = frozenset({"source_damaged", "source_unsupported", "source_too_large"})


def prepare(folder: Path) -> None:
    """Create a store in ``folder``, and the policy beside it."""
    (folder / "store").mkdir()
    (folder / "policy.json").write_text(policy.BAKED.read_text())
    os.environ[policy.ENVIRONMENT_VARIABLE] = str(folder / "policy.json")


def _location() -> str:
    return Path(os.environ[policy.ENVIRONMENT_VARIABLE]).with_name("store").as_uri()


@contextmanager
def _captured_log() -> Iterator[StringIO]:
    """Collects what origin-response logs."""
    logged = StringIO()
    handler = logging.StreamHandler(logged)
    origin_response.log.addHandler(handler)
    yield logged
    origin_response.log.removeHandler(handler)


def judged(body: bytes) -> Outcome:
    """The outcome of requesting a variant, chosen by the checksum, of ``body`` as an original.

    As an examined one, since a child process would hide a crash behind a 415.
    """
    store = open_store(_location())
    assert isinstance(store, DirectoryStore)
    examined = OriginalFacts("1f2e3d4c").as_metadata()
    store.put(original_object_key(_KEY), body, content_type="image/jpeg", metadata=examined)
    checksum = zlib.crc32(body)
    slug, format_class = SLUGS[checksum % len(SLUGS)], CLASSES[checksum // len(SLUGS) % len(CLASSES)]
    uri = VariantKey(_KEY, "any", policy.load_policy().rev, slug, format_class).uri
    with _captured_log() as logged:
        reply = origin_response.handler(event(uri, _location()), None)
    for name in [*store.list("variants/"), *store.list("failures/")]:
        store.delete(name)
    problem = _problem(reply)
    if problem:
        return Outcome("fault", f"{slug}.{format_class}: {problem}\n{logged.getvalue()}")
    return Outcome("refused" if reply["status"] == "415" else "image", reply["status"])


def _problem(reply: Any) -> str:
    """Why ``reply`` is invalid for CloudFront or a visitor; ``""`` if it is valid."""
    headers = reply["headers"]
    if not {"via", "transfer-encoding"} <= headers.keys():
        return "a read-only header was removed"
    if any(
        not isinstance(entry["value"], str) or "\n" in entry["value"] for each in headers.values() for entry in each
    ):
        return "a header is not a single line of text"
    if "Traceback" in json.dumps(reply):
        return "the reply contains a stack trace"
    match reply["status"]:
        case "200":
            return _image_problem(reply)
        case "302":
            return "" if value(reply, "location").startswith("/") else f"redirects to {value(reply, 'location')}"
        case "415":
            return "" if json.loads(reply["body"])["code"] in _CODES else f"unexpected body {reply['body']}"
    return f"{reply['status']}: {reply.get('body', '')[:200]}"


def _image_problem(reply: Any) -> str:
    body = b64decode(reply["body"], validate=True)
    if len(body) > MAX_BODY:
        return "the body is too large for a generated reply"
    kind = value(reply, "content-type").removeprefix("image/")
    with Image.open(BytesIO(body), formats=[kind]) as image:
        image.load()
    return ""
