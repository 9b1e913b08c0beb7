"""The three documents of a bucket that have rules of several owners: policy, lifecycle configuration and CORS.

S3 replaces each as a whole and has no conditional write for them, so each is read again right before and after a
write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.bucket_rules import Item
from infra.deploy.messages import DeployError, error_code

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
MAX_POLICY_BYTES = 20 * 1024
MAX_RULES = {"lifecycle": 1000, "cors": 100}


@dataclass(frozen=True)
class Kind:
    """One of the documents: what an item is called, where its name is, and the operations of boto3's client."""

    what: str
    key: str
    items: str
    absent: str
    get: str
    put: str
    delete: str


POLICY = Kind(
    "policy statement",
    "Sid",
    "Statement",
    "NoSuchBucketPolicy",
    "get_bucket_policy",
    "put_bucket_policy",
    "delete_bucket_policy",
)
LIFECYCLE = Kind(
    "lifecycle rule",
    "ID",
    "Rules",
    "NoSuchLifecycleConfiguration",
    "get_bucket_lifecycle_configuration",
    "put_bucket_lifecycle_configuration",
    "delete_bucket_lifecycle",
)
CORS = Kind(
    "CORS rule",
    "ID",
    "CORSRules",
    "NoSuchCORSConfiguration",
    "get_bucket_cors",
    "put_bucket_cors",
    "delete_bucket_cors",
)
KINDS = (POLICY, LIFECYCLE, CORS)


def read(s3: Any, bucket: str, kind: Kind) -> dict[str, Any]:
    """Return the document, with a list of items; without any if there is no document."""
    try:
        reply = getattr(s3, kind.get)(Bucket=bucket)
    except ClientError as error:
        if error_code(error) != kind.absent:
            raise
        return {kind.items: []}
    reply.pop("ResponseMetadata", None)
    document: dict[str, Any] = json.loads(reply["Policy"]) if kind is POLICY else reply
    items = document.get(kind.items, [])
    return {**document, kind.items: items if isinstance(items, list) else [items]}


def with_items(document: Mapping[str, Any], kind: Kind, items: Sequence[Item]) -> dict[str, Any]:
    """Return the document with other items. Raises `DeployError` if S3 would not store it."""
    changed = {**document, kind.items: list(items)}
    if kind is POLICY:
        changed.setdefault("Version", "2012-10-17")
        if (size := len(_spell(changed).encode())) > MAX_POLICY_BYTES:
            raise DeployError(
                f"The bucket's policy would have {size} bytes with imagehub's statements, but S3 allows "
                f"{MAX_POLICY_BYTES}. Shorten it, or use a bucket of imagehub's own."
            )
    return changed


def write(s3: Any, bucket: str, kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Replace the document ``before`` by ``after``. Raises `DeployError` if somebody else changed it meanwhile."""
    if read(s3, bucket, kind) != before:
        raise DeployError(_changed(bucket, kind))
    if not after[kind.items]:
        getattr(s3, kind.delete)(Bucket=bucket)
    elif kind is POLICY:
        s3.put_bucket_policy(Bucket=bucket, Policy=_spell(after))
    elif kind is LIFECYCLE:
        rest = {name: value for name, value in after.items() if name != kind.items}
        rules = {kind.items: after[kind.items]}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules, **rest)
    else:
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=after)
    if _names(read(s3, bucket, kind), kind) != _names(after, kind):
        raise DeployError(_changed(bucket, kind))


def _names(document: Mapping[str, Any], kind: Kind) -> list[str]:
    return sorted(str(each.get(kind.key, "")) for each in document[kind.items])


def _spell(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def _changed(bucket: str, kind: Kind) -> str:
    return f"Somebody else is changing a {kind.what} of the bucket {bucket}. Wait for them, then repeat the command."
