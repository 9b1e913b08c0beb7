"""An S3 bucket, or one of the servers that speak like it, without an SDK: its import would be most of a cold start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from edge.contract.url_path import encode_path
from edge.storage.aws.http import AwsClient, AwsResponse, Timeouts
from edge.storage.aws.sigv4 import AwsRequest, Credentials, Service
from edge.storage.errors import Denied, Missing, PreconditionFailed, StorageUnavailable
from edge.storage.objects.rules import checked_key, checked_metadata, etag_of
from edge.storage.objects.store import Condition, Head, Object, Store

_METADATA = "x-amz-meta-"


class S3Store(Store):
    """The objects of ``bucket``. With an ``endpoint`` the bucket stands in the path, as other servers like it.

    ``credentials`` is asked at every request, so what it gives may be rotated.
    """

    def __init__(
        self,
        bucket: str,
        region: str,
        credentials: Callable[[], Credentials],
        endpoint: str | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        origin, self._base = address(bucket, region, endpoint)
        self._transport = AwsClient(origin, Service("s3", region), credentials, timeouts)

    def get(self, key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        def look(headers: Mapping[str, str]) -> None:
            if only_if and not only_if(head := _head(headers, int(headers.get("content-length", 0)))):
                raise PreconditionFailed(head)

        reply = self._transport.send(self._request("GET", key), max_bytes, look)
        if reply.status != 200:
            # Whoever may not list the bucket is told AccessDenied of a key that is not there:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
            raise {"NoSuchKey": Missing(key), "AccessDenied": Denied(key)}.get(reply.code) or _refusal(reply)
        return Object(reply.body, _head(reply.headers, len(reply.body)))

    def head(self, key: str) -> Head:
        reply = self._transport.send(self._request("HEAD", key))
        if reply.status != 200:
            # HEAD's answers have no body, so no code: AccessDenied and a wrong signature look alike.
            raise {404: Missing(key), 403: Denied(key)}.get(reply.status) or _refusal(reply)
        return _head(reply.headers, int(reply.headers["content-length"]))

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> str | None:
        headers = {_METADATA + name: value for name, value in checked_metadata(metadata).items()}
        headers["content-type"] = content_type
        if cache_control:
            headers["cache-control"] = cache_control
        if only_if_absent:
            headers["if-none-match"] = "*"
        reply = self._transport.send(self._request("PUT", key, headers, body))
        if only_if_absent and reply.status in (409, 412):
            return etag_of(body) if reply.tries > 1 and self._holds(key, body) else None
        if reply.status != 200:
            raise _refusal(reply)
        return reply.headers["etag"]

    def delete(self, key: str) -> None:
        reply = self._transport.send(self._request("DELETE", key))
        if reply.status not in (200, 204) and reply.code != "NoSuchKey":
            raise _refusal(reply)

    def list(self, prefix: str) -> Iterator[str]:
        from edge.storage.objects.s3_listing import read_page  # an XML parser, which only the editors' side needs

        token: str | None = ""
        while token is not None:
            query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
            query += [("continuation-token", token)] if token else []
            reply = self._transport.send(AwsRequest("GET", self._base, query))
            if reply.status != 200:
                raise _refusal(reply)
            keys, token = read_page(reply.body)
            yield from keys

    def _request(
        self, method: str, key: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> AwsRequest:
        # SigV4 leaves "~" as it is, which our URLs do not; a server signs the path that it has spelled itself:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
        path = encode_path(checked_key(key)).replace("%7E", "~")
        return AwsRequest(method, self._base + path, (), headers or {}, body)

    def _holds(self, key: str, body: bytes) -> bool:
        """Whether the object is ours after all: the first of two tries got through, and its answer was lost."""
        try:
            return self.head(key).etag == etag_of(body)
        except Missing:
            return False


def address(bucket: str, region: str, endpoint: str | None = None) -> tuple[str, str]:
    """The server that has ``bucket``, and what comes before the keys in its paths."""
    if endpoint:
        return endpoint, f"/{bucket}/"
    if "." in bucket:  # *.s3.<region>.amazonaws.com, which the certificate names, has room for no dot
        return f"https://s3.{region}.amazonaws.com", f"/{bucket}/"
    return f"https://{bucket}.s3.{region}.amazonaws.com", "/"


def _head(headers: Mapping[str, str], size: int) -> Head:
    return Head(
        size=size,
        etag=headers["etag"],
        last_modified=parsedate_to_datetime(headers["last-modified"]),
        content_type=headers.get("content-type", "application/octet-stream"),
        cache_control=headers.get("cache-control"),
        metadata={name[len(_METADATA) :]: value for name, value in headers.items() if name.startswith(_METADATA)},
        now=parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC),
    )


def _refusal(reply: AwsResponse) -> StorageUnavailable:
    """Wrong credentials, clock, bucket or region: nothing that a visitor, or another try, can help."""
    return StorageUnavailable(f"S3 refuses: {reply.status} {reply.code}".rstrip())
