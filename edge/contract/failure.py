"""Records of originals that could not be rendered: one small object for each, which every renderer looks at.

See "Failed originals" in docs/architecture.md.
"""

from __future__ import annotations

import json
from datetime import timedelta

from edge.contract.errors import SourceRefused

#: An older record is ignored. The template's lifecycle rule deletes it within another day.
LIFETIME = timedelta(days=1)
#: The longest record that is read.
MAX_RECORD_BYTES = 8192
_MAX_TEXT = 500
#: How the object keys of all records begin.
FAILURES = "failures/"


def failure_prefix(etag: str) -> str:
    """How the object keys of all records of the original with this ``etag`` begin."""
    return FAILURES + etag.strip('"') + "."


def failure_object_key(etag: str, rev: str) -> str:
    """The object key of the record by engines of ``rev``: a better engine tries again."""
    return failure_prefix(etag) + rev


def spell_failure(refusal: SourceRefused) -> bytes:
    """The record that `parse_failure` reads."""
    return json.dumps({"code": refusal.code, "message": refusal.message[:_MAX_TEXT]}).encode()


def parse_failure(record: bytes) -> SourceRefused:
    """Why the original was refused. Raises `ValueError`."""
    value = json.loads(record)
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in ("code", "message")):
        raise ValueError("not a record of a failure")
    return SourceRefused(value["code"], value["message"])
