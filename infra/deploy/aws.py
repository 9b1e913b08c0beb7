"""The AWS services that a deployment calls, in the stack's region but for the bucket."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

#: Lambda@Edge functions, and certificates and firewalls of CloudFront, must be in this region, and so must the stack:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
REGION = "us-east-1"


class Aws:
    """The clients, each opened when it is first used, with credentials as boto3 finds them.

    They are untyped, since boto3 has types for the services of its stubs only.
    """

    def __init__(self, region: str = REGION) -> None:
        self.region = region
        self._session: Any = boto3.Session(region_name=region)

    @cached_property
    def cloudformation(self) -> Any:
        return self._client("cloudformation")

    @cached_property
    def cloudfront(self) -> Any:
        return self._client("cloudfront")

    @cached_property
    def functions(self) -> Any:
        return self._client("lambda")

    @cached_property
    def iam(self) -> Any:
        return self._client("iam")

    @cached_property
    def s3(self) -> Any:
        return self._client("s3")

    @cached_property
    def sts(self) -> Any:
        return self._client("sts")

    def s3_in(self, region: str) -> Any:
        """S3 in the region of a bucket, which answers about that bucket without redirects."""
        return self.s3 if region == self.region else self._client("s3", region)

    def _client(self, service: str, region: str | None = None) -> Any:
        return self._session.client(
            service, region_name=region or self.region, config=Config(connect_timeout=10, read_timeout=60)
        )
