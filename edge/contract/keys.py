"""Keys: an asset's public path, and the key of each variant cooked from it (contracts 1 and 2)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from edge.contract.errors import BadRequest

MAX_KEY_BYTES = 512
MAX_SEGMENT_BYTES = 255
#: CloudFront takes no longer URL: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
_MAX_PATH = 8192
#: What has more characters is longer than a key in NFC too: no character of n bytes is made of more than 3n/2. To order
#: combining characters takes quadratic time, so it is looked at before that is done.
_MAX_CHARACTERS = 3 * MAX_KEY_BYTES // 2
EXTENSIONS = ("jpg", "jpeg", "png", "webp", "avif", "gif", "apng", "tif", "tiff", "bmp", "heic", "heif")

#: The version's place in a variant key when the URL names none.
ANY_VERSION = "any"
#: An asset's version, and a rev.
VERSION = re.compile(r"[0-9a-f]{8}")
CLASSES = ("avif", "webp", "basic", "jpeg", "png", "gif")

# ASCII, or else a dotless ı is an i.
_IMAGE_NAME = re.compile(rf"[^/]*\.(?:{'|'.join(EXTENSIONS)})", re.IGNORECASE | re.DOTALL | re.ASCII)
_FORBIDDEN = {"\\": "a backslash", "~": "'~', which CloudFront cannot invalidate", "*": "'*', CloudFront's wildcard"}
_CONTROL_OR_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\~*]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLUG = re.compile(r"[a-z0-9_.-]{1,120}")


def parse_key(text: str) -> str:
    """The key that ``text`` spells, in NFC. Raises `BadRequest` (``key_invalid``) with the rule that it breaks."""
    if len(text) > _MAX_CHARACTERS:
        raise _refused(f"it has {len(text)} characters; at most {MAX_KEY_BYTES} bytes are taken")
    key = unicodedata.normalize("NFC", text)
    reason = _why_not(key)
    if reason:
        raise _refused(reason)
    return key


def _refused(reason: str) -> BadRequest:
    return BadRequest("key_invalid", f"This is not a picture's key: {reason}.")


def _why_not(key: str) -> str | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    if not key:
        return "it is empty; write a path such as photos/beach.jpg"
    if size > MAX_KEY_BYTES:
        return f"it has {size} bytes; at most {MAX_KEY_BYTES} are taken"
    found = _CONTROL_OR_FORBIDDEN.search(key)
    if found:
        return f"it holds {_FORBIDDEN.get(found[0], 'a control character')}"
    return _why_not_segments(key.split("/"), size)


def _why_not_segments(segments: list[str], size: int) -> str | None:
    if "" in segments or "." in segments or ".." in segments:
        return "a part between slashes is empty, '.' or '..'"
    if size > MAX_SEGMENT_BYTES and any(len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments):
        return f"a part between slashes has more than {MAX_SEGMENT_BYTES} bytes"
    if not _IMAGE_NAME.fullmatch(segments[-1]):
        return f"its last part must end in one of .{' .'.join(EXTENSIONS)}"
    if any(_IMAGE_NAME.fullmatch(segment) for segment in segments[:-1]):
        return "only its last part may end like a picture's name, so that no key is a folder of another"
    return None


@lru_cache(maxsize=4096)
def encode(path: str) -> str:
    """``path`` as it stands in a URL: ``A-Z a-z 0-9 - . _ /`` as they are, every other byte as ``%XX``.

    ``+`` too, which S3 reads as a space.
    """
    return quote(path, safe="/-._").replace("~", "%7E")


def decode(path: str) -> str:
    """The inverse of `encode`, applied exactly once. Raises `BadRequest` where ``%`` or the UTF-8 is broken."""
    if len(path) > _MAX_PATH:
        raise BadRequest("path_invalid", f"The path has {len(path)} characters; at most {_MAX_PATH} are taken.")
    if path.isascii() and "%" not in path:
        return path
    if _BROKEN_ESCAPE.search(path):
        raise BadRequest("path_invalid", "The path holds a '%' that does not begin an escape such as %20.")
    try:
        return unquote_to_bytes(path).decode("utf-8")
    except UnicodeError:
        raise BadRequest("path_invalid", "The path is not percent-encoded UTF-8.") from None


def version_of(sha256: str, focal: tuple[int, int] | None = None) -> str:
    """An asset's version, 8 hex digits, from its original's SHA-256 (hex) and its focal point (per mille)."""
    spelled = f"{sha256}@{focal[0]},{focal[1]}" if focal else sha256
    return hashlib.sha256(spelled.encode()).hexdigest()[:8]


def original_key(key: str) -> str:
    return f"originals/{key}"


@lru_cache(maxsize=4096)
def cache_tag(key: str) -> str:
    """The cache tag of all that is made from the asset ``key``.

    A hash, since CloudFront's tags are printable ASCII, compared without case, at most 256 characters:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
    """
    return f"ih-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def preset_tag(name: str) -> str:
    """The cache tag of all that is made through the preset ``name``."""
    return f"ih-preset-{name}"


@dataclass(frozen=True, slots=True)
class VariantKey:
    """Where one variant lives: CloudFront's cache key and, under ``variants/``, S3's."""

    key: str
    version: str
    rev: str
    slug: str
    format_class: str

    def __str__(self) -> str:
        """``<key>/<version>.<rev>/<slug>.<class>``, not percent-encoded."""
        return f"{self.key}/{self.version}.{self.rev}/{self.slug}.{self.format_class}"

    @property
    def uri(self) -> str:
        """The path that CloudFront asks the bucket for, percent-encoded."""
        return "/" + encode(str(self))

    @property
    def object_key(self) -> str:
        return f"variants/{self}"

    @classmethod
    def parse(cls, path: str) -> VariantKey:
        """The variant key that a decoded ``path`` (without its first slash) spells; `BadRequest` where it is none."""
        try:
            key, versions, name = path.rsplit("/", 2)
            version, rev = versions.split(".")
            slug, format_class = name.rsplit(".", 1)
        except ValueError:
            raise _not_a_variant() from None
        named = version == ANY_VERSION or VERSION.fullmatch(version)
        if not (named and VERSION.fullmatch(rev) and _SLUG.fullmatch(slug) and format_class in CLASSES):
            raise _not_a_variant()
        return cls(parse_key(key), version, rev, slug, format_class)


def _not_a_variant() -> BadRequest:
    return BadRequest("path_invalid", "The path does not name a variant.")
