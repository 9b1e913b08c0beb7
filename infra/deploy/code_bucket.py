"""The bucket in us-east-1 with the zips, templates and builds of all deployments. Nothing in it is ever deleted.

Lambda reads a function's zip from a bucket of its own region, so another one is beside a gateway elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.aws import REGION, Aws
from infra.deploy.build import Build
from infra.deploy.messages import DeployError, error_code

MAX_NAME = 63


def bucket_region(s3: Any, name: str) -> str | None:
    """Return the region of the bucket, or None if absent. Raises `DeployError` if it is somebody else's."""
    try:
        reply = s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error_code(error) in ("404", "NoSuchBucket"):
            return None
        if error_code(error) == "403":
            message = f"The bucket {name} belongs to another account, or you may not read it. Choose another name."
            raise DeployError(message) from error
        raise
    return str(reply.get("BucketRegion") or reply["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", REGION))


def require_region(s3: Any, name: str, wanted: str = REGION) -> bool:
    """Whether the bucket exists. Raises `DeployError` if it is in another region than ``wanted``, or not ours."""
    region = bucket_region(s3, name)
    if region not in (None, wanted):
        raise DeployError(f"The bucket {name} is in {region}, but the stack must be in {wanted}. Name another bucket.")
    return region is not None


@dataclass(frozen=True)
class CodeBucket:
    s3: Any
    name: str
    region: str = REGION

    def in_region(self, region: str) -> CodeBucket:
        """The code bucket of a gateway in that region. Raises `DeployError` if its name would be too long."""
        name = f"{self.name}-{region}"
        if len(name) > MAX_NAME:
            raise DeployError(
                f"{name} has more than {MAX_NAME} characters, so it cannot name a bucket. Give a shorter CodeBucket."
            )
        return CodeBucket(Aws(region).s3, name, region)

    def require(self, create: bool) -> None:
        """Raises `DeployError` if the bucket is absent and shall not be created."""
        if require_region(self.s3, self.name, self.region):
            return
        if not create:
            message = f"The code bucket {self.name} does not exist. Create it with --create-code-bucket."
            raise DeployError(message)
        place = {} if self.region == REGION else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        self.s3.create_bucket(Bucket=self.name, **place)
        block = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        self.s3.put_public_access_block(Bucket=self.name, PublicAccessBlockConfiguration=block)

    def upload(self, build: Build) -> int:
        """Upload the zips that are not there yet, then the build's description. Return how many zips were uploaded."""
        missing = [path for path in build.zips if not self.has(path.name)]
        for path in missing:
            self.s3.put_object(Bucket=self.name, Key=path.name, Body=path.read_bytes())
        # Last, so that a build in this list can be deployed.
        self._put(f"builds/{build.digest}.json", json.dumps(dict(build.parameters), indent=2))
        return len(missing)

    def copy_from(self, source: CodeBucket, key: str) -> None:
        """Copy a zip that is not here yet."""
        if not self.has(key):
            self.s3.copy_object(Bucket=self.name, Key=key, CopySource={"Bucket": source.name, "Key": key})

    def upload_template(self, text: str) -> str:
        """Return the URL by which CloudFormation reads it: in a request, a template may have 51,200 bytes only."""
        key = f"templates/{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
        self._put(key, text)
        return f"https://s3.{REGION}.amazonaws.com/{self.name}/{key}"

    def read_build(self, digest: str) -> Mapping[str, str]:
        """Return the parameters of an earlier build. Raises `DeployError` if it is not complete any more."""
        try:
            body = self.s3.get_object(Bucket=self.name, Key=f"builds/{digest}.json")["Body"].read()
        except ClientError as error:
            known = ", ".join(self.builds()) or "none"
            message = f"The code bucket {self.name} has no build {digest}. It has, the newest first: {known}."
            raise DeployError(message) from error
        parameters: dict[str, str] = json.loads(body)
        for name, key in parameters.items():
            if name.endswith("Key") and not self.has(key):
                raise DeployError(f"{key} of the build {digest} was deleted from the code bucket {self.name}.")
        return parameters

    def builds(self) -> list[str]:
        """Return the digests of all builds, the newest first."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix="builds/")
        found = [entry for page in pages for entry in page.get("Contents", [])]
        return [Path(each["Key"]).stem for each in sorted(found, key=lambda each: each["LastModified"], reverse=True)]

    def has(self, key: str) -> bool:
        try:
            self.s3.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error_code(error) == "404":
                return False
            raise
        return True

    def _put(self, key: str, text: str) -> None:
        if not self.has(key):
            self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode())
