"""The local CloudFront with the stub handlers and a small template, and how tests talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import boto3
from mypy_boto3_cloudfront import CloudFrontClient
from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef, PathsTypeDef

from edge.storage.objects.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.http_client import Reply, ask

TEMPLATE = Path(__file__).parent / "template.yaml"
REGIONAL = Path(__file__).parent / "regional.yaml"


@dataclass(frozen=True)
class StubSite:
    """A running CloudFront, and the directory that serves as its bucket."""

    cdn: LocalCloudFront
    objects: Path

    def get(self, target: str, method: str = "GET", **headers: str) -> Reply:
        return ask(self.cdn.url, target, method, None, **headers)

    def put(self, name: str, body: bytes, cache_control: str | None = "max-age=3600") -> None:
        store = DirectoryStore(self.objects)
        store.put(f"variants/{name}", body, content_type="text/plain", cache_control=cache_control)

    def calls(self, uri: str) -> list[str]:
        """What origin-response was called with for ``uri``: method, S3's status, If-None-Match."""
        file = self.objects / "calls.txt"
        lines = [line.split(" ") for line in file.read_text().splitlines()] if file.exists() else []
        return [f"{method} {status} {tag}" for method, path, status, tag in lines if path == uri]


def stub_cloudfront(folder: Path, *options: str, template: Path = TEMPLATE) -> LocalCloudFront:
    objects = folder / "objects"
    objects.mkdir(exist_ok=True)
    return LocalCloudFront(store=f"file://{objects}", data=folder / "data", template=template, options=options)


def cloudfront_client(cdn: LocalCloudFront) -> CloudFrontClient:
    return boto3.client(
        "cloudfront",
        endpoint_url=cdn.url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def invalidate(cdn: LocalCloudFront, reference: str, *paths: str, quantity: int | None = None) -> str:
    """Create an invalidation with boto3. Return its id."""
    items: PathsTypeDef = {"Quantity": quantity or len(paths), "Items": paths}
    batch: InvalidationBatchTypeDef = {"CallerReference": reference, "Paths": items}
    created = cloudfront_client(cdn).create_invalidation(DistributionId=cdn.distribution_id, InvalidationBatch=batch)
    return created["Invalidation"]["Id"]


def worker_pids(cdn: LocalCloudFront) -> list[int]:
    return [int(child) for child in Path(f"/proc/{cdn.pid}/task/{cdn.pid}/children").read_text().split()]
