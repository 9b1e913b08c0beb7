"""The local CloudFront with the small handlers and the small template, and how tests talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import boto3
from mypy_boto3_cloudfront import CloudFrontClient
from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef, PathsTypeDef

from edge.storage.objects.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.infra.client import Reply, ask

TEMPLATE = Path(__file__).parent / "template.yaml"


@dataclass(frozen=True)
class Site:
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


def start(folder: Path, *options: str) -> LocalCloudFront:
    objects = folder / "objects"
    objects.mkdir(exist_ok=True)
    return LocalCloudFront(store=f"file://{objects}", data=folder / "data", template=TEMPLATE, options=options)


def client(cdn: LocalCloudFront) -> CloudFrontClient:
    return boto3.client(
        "cloudfront",
        endpoint_url=cdn.url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def invalidate(cdn: LocalCloudFront, reference: str, *paths: str, quantity: int | None = None) -> str:
    items: PathsTypeDef = {"Quantity": quantity or len(paths), "Items": paths}
    batch: InvalidationBatchTypeDef = {"CallerReference": reference, "Paths": items}
    made = client(cdn).create_invalidation(DistributionId=cdn.distribution_id, InvalidationBatch=batch)
    return made["Invalidation"]["Id"]
