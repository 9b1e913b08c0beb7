"""The stack to ask: a deployed one, or the local CloudFront."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

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
LOCAL, LOCAL_REGIONAL = "local", "local-regional"


@dataclass(frozen=True)
class Stack:
    """``policy`` is the deployed one, or that of this checkout if the deployed packages cannot be read."""

    url: str
    distribution_id: str
    store: Store
    cloudfront: CloudFrontClient
    policy: Policy
    is_local: bool
    mode: str = "edge"
    #: The address of the regional mode's function; empty if the stack has none.
    gateway_url: str = ""


@contextmanager
def open_stack(name: str, template: Path = TEMPLATE) -> Iterator[Stack]:
    """Open the stack of that name; ``local`` or ``http://127.0.0.1:8080`` starts a local CloudFront (on that port).

    ``local-regional`` starts one in the regional mode.
    """
    if name in (LOCAL, LOCAL_REGIONAL) or name.startswith("http://"):
        mode = "regional" if name == LOCAL_REGIONAL else "edge"
        with _local(urlsplit(name).port or 0, template, mode) as stack:
            yield stack
        return
    found = boto3.client("cloudformation", region_name=REGION).describe_stacks(StackName=name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
    store = open_store(spell_bucket(outputs["BucketName"], outputs.get("BucketRegion", REGION)), _credentials)
    client = boto3.client("cloudfront", region_name=REGION)
    policy = _deployed_policy({each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])})
    yield Stack(
        f"https://{outputs['DomainName']}",
        outputs["DistributionId"],
        store,
        client,
        policy,
        is_local=False,
        mode=outputs.get("Mode", "edge"),
        gateway_url=outputs.get("GatewayUrl", "").rstrip("/"),
    )


def _deployed_policy(parameters: Mapping[str, str]) -> Policy:
    """The policy in the package of viewer-request: after a rollback it is not this checkout's."""
    try:
        s3 = boto3.client("s3", region_name=REGION)
        found = s3.get_object(Bucket=parameters["CodeBucket"], Key=parameters["ViewerRequestKey"])
        with zipfile.ZipFile(BytesIO(found["Body"].read())) as package:
            return Policy.parse(package.read("edge/contract/policy.json").decode())
    except (KeyError, BotoCoreError, ClientError, zipfile.BadZipFile) as error:
        print(f"Warning: the policy of this checkout is used, since the deployed package cannot be read: {error}")
        return load_policy()


@contextmanager
def _local(port: int, template: Path, mode: str) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "objects").mkdir()
        location = (folder / "objects").as_uri()
        options = (f"--port={port}", f"--mode={mode}", "--invalidation-seconds=0.1")
        with LocalCloudFront(store=location, data=folder / "cdn", template=template, options=options) as cdn:
            session = boto3.Session("local", "local", region_name=REGION)
            client = session.client("cloudfront", endpoint_url=cdn.url)
            yield Stack(
                cdn.url, cdn.distribution_id, open_store(location), client, load_policy(), is_local=True, mode=mode
            )


def _credentials() -> Credentials:
    found = boto3.Session().get_credentials()
    if found is None:
        raise StorageUnavailable("There are no AWS credentials. Set AWS_PROFILE, or give this machine a role.")
    frozen = found.get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)
