"""The grammar of ``/<base64 of JSON>``, the one that the product's own demo page writes."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, NoReturn

from edge.contract.errors import shortened
from edge.sih.errors import SihError
from edge.sih.requested_image import MAX_EDITS, RequestedImage

#: In both alphabets, with or without the padding.
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]*={0,2}")
_ALPHABET = str.maketrans("+/", "-_")
#: What a header's name and value can hold: RFC 9110, section 5.
_HEADER_NAME = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,1022}[!-~])?")
#: The headers that a URL cannot set.
_DENIED = re.compile(
    r"authorization|connection|server|transfer-encoding|referrer-policy|permissions-policy|www-authenticate"
    r"|proxy-authenticate|x-api-key|set-cookie"
    r"|(?:x-frame|x-content|x-xss|strict-transport|permissions|x-amzn?|access-control|cross-origin|content)-.*"
)
#: Of our own replies, so that a URL cannot choose what a purge finds; and those that do something to the whole site, or
#: lead elsewhere. That product lets these through.
_OURS = re.compile(
    r"x-imagehub-.{0,64}|vary|date|age|etag|last-modified|location|server-timing|via|keep-alive|te|trailer|upgrade"
    r"|alt-svc|clear-site-data|expect-ct|link|nel|origin-agent-cluster|public-key-pins.{0,64}|refresh|report-to"
    r"|reporting-endpoints|service-worker-allowed|set-login|(?:x-)?sourcemap|speculation-rules"
)


def parse_json_path(path: str) -> RequestedImage | None:
    """The request in a decoded ``path``; `None` if it is of another grammar.

    Raises `SihError` for what was meant as JSON and cannot be read.
    """
    text = path.removeprefix("/")
    if not text or not _BASE64.fullmatch(text):
        return None
    document = _decode(text)
    if document is None or not document.lstrip().startswith("{"):
        return None
    return _read(_parse(document))


def _decode(text: str) -> str | None:
    bare = text.rstrip("=").translate(_ALPHABET)
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).decode("utf-8")
    except ValueError:
        return None


def _parse(document: str) -> dict[str, Any]:
    try:
        value = json.loads(document, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError) as error:
        raise SihError.not_decoded(shortened(str(error)) + ".") from None
    if not isinstance(value, dict):
        raise SihError.not_decoded("it is no object.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read(value: Mapping[str, Any]) -> RequestedImage:
    key, bucket = value.get("key"), value.get("bucket")
    edits, headers, output = value.get("edits"), value.get("headers"), value.get("outputFormat")
    if not isinstance(key, str) or not key:
        raise SihError.not_decoded("key must be the text that names the image.")
    for name, found, kind in (("bucket", bucket, str), ("outputFormat", output, str), ("edits", edits, dict)):
        if found is not None and not isinstance(found, kind):
            raise SihError.not_decoded(f"{name} must be {'a text' if kind is str else 'an object'}.")
    if edits and len(edits) > MAX_EDITS:
        raise SihError.not_parsed(f"There are {len(edits)} edits; at most {MAX_EDITS} are allowed.")
    return RequestedImage(key, edits or {}, bucket or None, output or None, allowed_headers(headers))


def allowed_headers(headers: object) -> dict[str, str]:
    """Those of ``headers`` that a URL may set; others are left out, as that product does."""
    if not isinstance(headers, dict):
        return {}
    return {name: text for name, text in headers.items() if _is_allowed(name, text)}


def _is_allowed(name: str, text: object) -> bool:
    lower = name.lower()
    valid = isinstance(text, str) and _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(text)
    return bool(valid) and not _DENIED.fullmatch(lower) and not _OURS.fullmatch(lower)
