"""An S3 bucket, on AWS or on a compatible server, without an SDK: its import would be most of a cold start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from edge.contract.url_path import encode_path
from edge.storage.aws.http import AwsClient, AwsResponse, Timeouts
from edge.storage.aws.sigv4 import AwsRequest, Credentials, Service, presign
from edge.storage.errors import Denied, Missing, StorageUnavailable
from edge.storage.objects.rules import checked_metadata, checked_object_key, etag_of
from edge.storage.objects.store import Condition, Head, Object, PreconditionFailed, Store

_METADATA = "x-amz-meta-"


class S3Store(Store):
    """The objects of ``bucket``. With an ``endpoint`` the bucket is part of the path, as other servers expect it.

    ``credentials`` is called for every request, so its result may be rotated.
    """

    def __init__(
        self,
        bucket: str,
        region: str,
        credentials: Callable[[], Credentials],
        endpoint: str | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._origin, self._base = bucket_address(bucket, region, endpoint)
        self._service, self._credentials = Service("s3", region), credentials
        self._client = AwsClient(self._origin, self._service, credentials, timeouts)

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        def check(headers: Mapping[str, str]) -> None:
            if only_if and not only_if(head := _head(headers, int(headers.get("content-length", 0)))):
                raise PreconditionFailed(head)

        response = self._client.send(self._request("GET", object_key), max_bytes, check)
        if response.status != 200:
            # A client that may not list the bucket gets AccessDenied for a missing key:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
            missing = {"NoSuchKey": Missing(object_key), "AccessDenied": Denied(object_key)}
            raise missing.get(response.code) or _refusal(response)
        return Object(response.body, _head(response.headers, len(response.body)))

    def head(self, object_key: str) -> Head:
        response = self._client.send(self._request("HEAD", object_key))
        if response.status != 200:
            # Without a body there is no error code: AccessDenied and a wrong signature look the same.
            missing = {404: Missing(object_key), 403: Denied(object_key)}
            raise missing.get(response.status) or _refusal(response)
        return _head(response.headers, int(response.headers["content-length"]))

    def put(
        self,
        object_key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> str | None:
        headers = {_METADATA + name: value for name, value in checked_metadata(metadata).items()}
        headers["content-type"] = content_type
        if cache_control:
            headers["cache-control"] = cache_control
        if content_disposition:
            headers["content-disposition"] = content_disposition
        if only_if_absent:
            headers["if-none-match"] = "*"
        response = self._client.send(self._request("PUT", object_key, headers, body))
        if only_if_absent and response.status in (409, 412):
            return etag_of(body) if response.tries > 1 and self._holds(object_key, body) else None
        if response.status != 200:
            raise _refusal(response)
        return response.headers["etag"]

    def delete(self, object_key: str) -> None:
        response = self._client.send(self._request("DELETE", object_key))
        if response.status not in (200, 204) and response.code != "NoSuchKey":
            raise _refusal(response)

    def list(self, prefix: str) -> Iterator[str]:
        from edge.storage.objects.s3_listing import parse_listing  # an XML parser, which only Django needs

        token: str | None = ""
        while token is not None:
            query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
            query += [("continuation-token", token)] if token else []
            response = self._client.send(AwsRequest("GET", self._base, query))
            if response.status != 200:
                raise _refusal(response)
            object_keys, token = parse_listing(response.body)
            yield from object_keys

    def link(self, object_key: str, seconds: int) -> str:
        """A URL with which anybody can read the object for so many ``seconds``. Raises `StorageUnavailable`."""
        request, host = self._request("GET", object_key), self._origin.partition("://")[2]
        return self._origin + presign(request, host, self._service, self._credentials(), datetime.now(UTC), seconds)

    def _request(
        self, method: str, object_key: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> AwsRequest:
        # SigV4 leaves "~" unescaped, unlike our URLs, and a server verifies the path in its own spelling:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
        path = encode_path(checked_object_key(object_key)).replace("%7E", "~")
        return AwsRequest(method, self._base + path, (), headers or {}, body)

    def _holds(self, object_key: str, body: bytes) -> bool:
        """Whether our own first try stored the object, although its response was lost."""
        try:
            return self.head(object_key).etag == etag_of(body)
        except Missing:
            return False


def bucket_address(bucket: str, region: str, endpoint: str | None = None) -> tuple[str, str]:
    """The server of ``bucket``, and what precedes the object keys in its paths."""
    if endpoint:
        return endpoint, f"/{bucket}/"
    if "." in bucket:  # the certificate for *.s3.<region>.amazonaws.com does not match a name with a dot
        return f"https://s3.{region}.amazonaws.com", f"/{bucket}/"
    return f"https://{bucket}.s3.{region}.amazonaws.com", "/"


def _head(headers: Mapping[str, str], size: int) -> Head:
    return Head(
        size=size,
        etag=headers["etag"],
        last_modified=parsedate_to_datetime(headers["last-modified"]),
        content_type=headers.get("content-type", "application/octet-stream"),
        cache_control=headers.get("cache-control"),
        content_disposition=headers.get("content-disposition"),
        metadata={name[len(_METADATA) :]: value for name, value in headers.items() if name.startswith(_METADATA)},
        now=parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC),
    )


def _refusal(response: AwsResponse) -> StorageUnavailable:
    """Wrong credentials, clock, bucket or region: neither a visitor nor another try can help."""
    return StorageUnavailable(f"S3 refuses the request: {response.status} {response.code}".rstrip())
