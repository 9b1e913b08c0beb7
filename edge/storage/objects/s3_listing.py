"""S3's pages of keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""

from __future__ import annotations

from urllib.parse import unquote_plus
from xml.etree import ElementTree

from edge.storage.errors import StorageUnavailable


def read_page(document: bytes) -> tuple[list[str], str | None]:
    """The keys of one ListObjectsV2 answer, decoded, and the token of the next page if there is one."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - our own bucket's answer; expat bounds expansion
    except ElementTree.ParseError as error:
        raise StorageUnavailable("S3 gave a listing that is not XML") from error
    keys = [element.text or "" for element in root.iterfind("{*}Contents/{*}Key")]
    if root.findtext("{*}EncodingType") == "url":
        keys = [unquote_plus(key, errors="strict") for key in keys]  # S3 spells a space as "+" here
    return keys, root.findtext("{*}NextContinuationToken")
