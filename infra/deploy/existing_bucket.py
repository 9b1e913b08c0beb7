"""A bucket that others use too: what imagehub needs in it is added, shown before, and removed with the stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy import bucket_documents
from infra.deploy.bucket_documents import CORS, KINDS, LIFECYCLE, POLICY, Kind
from infra.deploy.bucket_rules import Needs, describe, merge
from infra.deploy.console import Console
from infra.deploy.messages import DeployError, error_code

#: What infra/template.yaml calls the rules of a bucket that it creates.
_OF_A_STACK = frozenset(
    {
        "CloudFrontReadsVariants",
        "DenyWithoutTls",
        "abort-incomplete-uploads",
        "expire-failures",
        "expire-unchecked-uploads",
        "expire-variants",
    }
)


@dataclass(frozen=True)
class BucketPlan:
    """The documents as they are and as they shall be. ``lines`` says what changes."""

    bucket: str
    documents: Mapping[Kind, tuple[dict[str, Any], dict[str, Any]]]
    lines: tuple[str, ...]

    def apply(self, s3: Any, console: Console) -> None:
        """Raises `DeployError` if somebody else changes the bucket at the same time."""
        for kind, (before, after) in self.documents.items():
            bucket_documents.write(s3, self.bucket, kind, before, after)
        for line in self.lines:
            console.say(f"  {line}: done")


def plan(s3: Any, needs: Needs, kinds: Sequence[Kind] = KINDS, *, removing: bool = False) -> BucketPlan:
    """Read the bucket's documents, and say what to change in them. Raises `DeployError` if they would be too long."""
    wanted = {POLICY: needs.statements(), LIFECYCLE: needs.lifecycle_rules(), CORS: needs.cors_rules()}
    documents, lines = {}, []
    for kind in kinds:
        before = bucket_documents.read(s3, needs.bucket, kind)
        present = before[kind.items]
        items = merge(present, [] if removing else wanted[kind], kind.key, needs.names)
        if found := describe(present, items, kind.key, kind.what):
            documents[kind] = before, bucket_documents.with_items(before, kind, items)
            lines += found
    return BucketPlan(needs.bucket, documents, tuple(lines))


def warn_of_settings(s3: Any, console: Console, bucket: str) -> None:
    """Say what imagehub cannot work with, or would make expensive. These settings concern others, so they stay."""
    if not all(_public_access_block(s3, bucket).values()):
        console.warn(f"The bucket {bucket} does not block public access completely. Originals must stay private.")
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
        console.warn(
            f"The bucket {bucket} keeps versions: what is deleted or expires goes on costing storage. "
            "Add a lifecycle rule with NoncurrentVersionExpiration."
        )
    if key := _encryption_key(s3, bucket):
        console.warn(
            f"The bucket {bucket} is encrypted with the key {key}. Allow CloudFront and the role that renders to use "
            "it: docs/operations.md#an-existing-bucket"
        )


def refuse_foreign_rules(s3: Any, bucket: str) -> None:
    """Raises `DeployError` if a stack that takes over the bucket would remove somebody's rules.

    A bucket that an earlier stack left has that stack's lifecycle rules, and a CORS rule without a name.
    """
    for kind in (POLICY, LIFECYCLE):
        names = [str(each.get(kind.key, "")) for each in bucket_documents.read(s3, bucket, kind)[kind.items]]
        if foreign := [name or "without a name" for name in names if name not in _OF_A_STACK]:
            raise DeployError(
                f"The bucket {bucket} has a {kind.what} ({', '.join(foreign)}) that this stack would remove. "
                "Add ExistingBucket=yes, so that the bucket stays as it is and only gets what is missing."
            )


def _public_access_block(s3: Any, bucket: str) -> Mapping[str, bool]:
    try:
        found: Mapping[str, bool] = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if error_code(error) != "NoSuchPublicAccessBlockConfiguration":
            raise
        return {"none": False}
    return found


def _encryption_key(s3: Any, bucket: str) -> str:
    """The KMS key that new objects are encrypted with; empty if S3 has its own."""
    try:
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except ClientError as error:
        if error_code(error) != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        return ""
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}
    if not default.get("SSEAlgorithm", "").startswith("aws:kms"):
        return ""
    return str(default.get("KMSMasterKeyID", "aws/s3"))
