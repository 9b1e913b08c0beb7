"""The objects of an S3 bucket, through boto3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from assets import aws
from assets.errors import StorageRefused
from assets.object_store import ObjectStore
from edge.storage.errors import Denied, Missing, StorageUnavailable, TooLarge
from edge.storage.objects.rules import checked_metadata, checked_object_key
from edge.storage.objects.store import Condition, Head, ListedObject, Object, PreconditionFailed

#: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_MAX_DELETED = 1000
_ADVICE = {
    "AccessDenied": "Allow what docs/purge.md lists under Permissions.",
    "InvalidAccessKeyId": "Check the AWS credentials of this machine.",
    "NoSuchBucket": "Check the bucket's name.",
    "SignatureDoesNotMatch": "Check the AWS credentials and the clock of this machine.",
}


class BucketStore(ObjectStore):
    """The objects of ``bucket``, through a boto3 ``client``, which threads may share.

    https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        with _translating(object_key):
            answer = self._client.get_object(**self._address(object_key))
            with closing(answer["Body"]) as body:
                head = _head(answer)
                if only_if and not only_if(head):
                    raise PreconditionFailed(head)
                if max_bytes is not None and head.size > max_bytes:
                    raise TooLarge(f"{object_key} has {head.size} bytes; at most {max_bytes} are allowed.")
                return Object(body.read(), head)

    def head(self, object_key: str) -> Head:
        with _translating(object_key):
            return _head(self._client.head_object(**self._address(object_key)))

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
        if_match: str | None = None,
    ) -> str | None:
        options = {
            "CacheControl": cache_control,
            "ContentDisposition": content_disposition,
            "IfNoneMatch": "*" if only_if_absent else None,
            "IfMatch": if_match,
        }
        given = {name: value for name, value in options.items() if value is not None}
        facts = {"ContentType": content_type, "Metadata": checked_metadata(metadata)}
        with _translating(object_key):
            try:
                answer = self._client.put_object(**self._address(object_key), Body=body, **facts, **given)
            except ClientError as error:
                if (only_if_absent or if_match) and _lost_a_race(error):
                    return None
                raise
            return str(answer["ETag"])

    def replace_metadata(self, object_key: str, metadata: Mapping[str, str], stored: Head | None = None) -> bool:
        """Copy the object onto itself with other metadata, so that its bytes are not sent again.

        Returns False if somebody else has written the object since it was ``stored``. Raises `Missing`.
        """
        stored = stored or self.head(object_key)
        with _translating(object_key):
            try:
                self._client.copy_object(
                    **self._address(object_key),
                    CopySource=self._address(object_key),
                    CopySourceIfMatch=stored.etag,
                    MetadataDirective="REPLACE",
                    Metadata=checked_metadata(metadata),
                    ContentType=stored.content_type,
                )
            except ClientError as error:
                if _lost_a_race(error):
                    return False
                raise
            return True

    def delete(self, object_key: str) -> None:
        with _translating(object_key):
            self._client.delete_object(**self._address(object_key))

    def delete_many(self, object_keys: Sequence[str]) -> None:
        for start in range(0, len(object_keys), _MAX_DELETED):
            self._delete_batch(object_keys[start : start + _MAX_DELETED])

    def _delete_batch(self, object_keys: Sequence[str]) -> None:
        objects = [{"Key": checked_object_key(object_key)} for object_key in object_keys]
        with _translating(object_keys[0]):
            answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            raise _not_deleted(errors, len(objects))

    def list(self, prefix: str) -> Iterator[str]:
        return (each.object_key for each in self.describe_all(prefix))

    def describe_all(self, prefix: str) -> Iterator[ListedObject]:
        with _translating(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for item in page.get("Contents", ()):
                    yield ListedObject(item["Key"], item["Size"], item["LastModified"])

    def _address(self, object_key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": checked_object_key(object_key)}


@contextmanager
def _translating(object_key: str) -> Iterator[None]:
    """Turns boto3's many errors into the few that callers handle."""
    try:
        yield
    except ClientError as error:
        raise _translated(error, object_key) from error
    except (BotoCoreError, Boto3Error, ResponseParserError) as error:
        raise StorageUnavailable(f"S3 does not answer: {error}") from error


def _translated(error: ClientError, object_key: str) -> Missing | StorageUnavailable:
    code = _code(error)
    if code in ("NoSuchKey", "404"):  # the answer to a HEAD has no body, so its code is the status
        return Missing(object_key)
    # Without s3:ListBucket, S3 says AccessDenied of an object that does not exist.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    if code == "403" or (code == "AccessDenied" and error.operation_name == "GetObject"):
        return Denied(object_key)
    if aws.passes(error):
        return StorageUnavailable(f"S3 answered {code}.")
    return StorageRefused(f"S3 answered {code}. {_ADVICE.get(code, '')}".rstrip())


def _not_deleted(errors: Sequence[Mapping[str, str]], asked: int) -> StorageUnavailable:
    """The error of a `DeleteObjects` call that did not delete all. If a later call may delete any, it is worth one."""
    passing = [error for error in errors if error.get("Code") in aws.PASSING_CODES]
    first = (passing or errors)[0]
    code = first.get("Code", "")
    answer = f"S3 did not delete {len(errors)} of {asked} objects. It answered {code} for {first.get('Key')}."
    return StorageUnavailable(answer) if passing else StorageRefused(f"{answer} {_ADVICE.get(code, '')}".rstrip())


def _lost_a_race(error: ClientError) -> bool:
    """Whether a conditional write failed because of somebody else's write: 404 means that the object is gone by now.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    return _code(error) in ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _head(answer: Mapping[str, Any]) -> Head:
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return Head(
        size=answer["ContentLength"],
        etag=answer["ETag"],
        last_modified=answer["LastModified"],
        content_type=answer.get("ContentType", "application/octet-stream"),
        cache_control=answer.get("CacheControl"),
        content_disposition=answer.get("ContentDisposition"),
        metadata=answer["Metadata"],
        now=parsedate_to_datetime(date) if date else None,
    )
