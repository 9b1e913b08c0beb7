"""S3's listings: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""

from __future__ import annotations

from urllib.parse import unquote_plus
from xml.etree import ElementTree

from edge.storage.errors import StorageUnavailable


def parse_listing(document: bytes) -> tuple[list[str], str | None]:
    """The object keys of one ListObjectsV2 response, decoded, and the token of the next page if there is one."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - our own bucket's answer; expat bounds expansion
    except ElementTree.ParseError as error:
        raise StorageUnavailable("S3 returned a listing that is not XML") from error
    object_keys = [element.text or "" for element in root.iterfind("{*}Contents/{*}Key")]
    if root.findtext("{*}EncodingType") == "url":
        object_keys = [unquote_plus(each, errors="strict") for each in object_keys]  # S3 spells a space as "+" here
    return object_keys, root.findtext("{*}NextContinuationToken")
