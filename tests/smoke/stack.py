"""The stack to ask: a deployed one, or the local CloudFront."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3

from edge.contract.policy import Policy, load_policy
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.location import open_store, spell_bucket
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from infra.local.cloudfront.process import TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient

#: Lambda@Edge functions must be in this region, and so must the stack.
REGION = "us-east-1"
LOCAL = "local"


@dataclass(frozen=True)
class Stack:
    """``policy`` is that of this checkout; it should be the deployed one."""

    url: str
    distribution_id: str
    store: Store
    cloudfront: CloudFrontClient
    policy: Policy
    is_local: bool


@contextmanager
def open_stack(name: str, template: Path = TEMPLATE) -> Iterator[Stack]:
    """Open the stack of that name; ``local`` or ``http://127.0.0.1:8080`` starts a local CloudFront (on that port)."""
    if name == LOCAL or name.startswith("http://"):
        with _local(urlsplit(name).port or 0, template) as stack:
            yield stack
        return
    found = boto3.client("cloudformation", region_name=REGION).describe_stacks(StackName=name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
    store = open_store(spell_bucket(outputs["BucketName"], outputs.get("BucketRegion", REGION)), _credentials)
    client = boto3.client("cloudfront", region_name=REGION)
    yield Stack(
        f"https://{outputs['DomainName']}", outputs["DistributionId"], store, client, load_policy(), is_local=False
    )


@contextmanager
def _local(port: int, template: Path) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "objects").mkdir()
        location = (folder / "objects").as_uri()
        options = (f"--port={port}", "--invalidation-seconds=0.1")
        with LocalCloudFront(store=location, data=folder / "cdn", template=template, options=options) as cdn:
            session = boto3.Session("local", "local", region_name=REGION)
            client = session.client("cloudfront", endpoint_url=cdn.url)
            yield Stack(cdn.url, cdn.distribution_id, open_store(location), client, load_policy(), is_local=True)


def _credentials() -> Credentials:
    found = boto3.Session().get_credentials()
    if found is None:
        raise StorageUnavailable("There are no AWS credentials. Set AWS_PROFILE, or give this machine a role.")
    frozen = found.get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)
