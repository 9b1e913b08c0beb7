"""Which resources of the template are in which region."""

from __future__ import annotations

from typing import Any

import pytest

from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.regional_part import parts_of
from infra.edge_mode import EdgeMode
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE


@pytest.mark.parametrize(
    ("region", "is_shared", "parts"),
    [
        ("us-east-1", True, {}),
        ("eu-west-1", False, {"eu-west-1": True}),
        ("eu-west-1", True, {"eu-west-1": False}),
        ("eu-north-1", False, {"eu-north-1": True, "eu-west-2": False}),
    ],
)
def test_logs_are_where_origin_shield_is(region: str, is_shared: bool, parts: dict[str, bool]) -> None:
    document: dict[str, Any] = dict(Template.read(TEMPLATE).document)
    found = list(parts_of(document, BucketChoice("b", region, is_shared=is_shared, exists=True), EdgeMode()))
    assert {part.region: "Bucket" in part.resources for part in found} == parts
    assert [part for part in found if "Logs" in part.resources] == [
        part for part in found if part.region != "eu-north-1"
    ]
    assert not any(part.has_gateway for part in found)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-north-1"])
def test_the_gateway_is_where_the_bucket_is_with_its_logs(region: str) -> None:
    document: dict[str, Any] = dict(Template.read(TEMPLATE).document)
    bucket = BucketChoice("b", region, is_shared=True, exists=True)
    found = list(parts_of(document, bucket, EdgeMode(regional=True, function=True)))
    assert [part.region for part in found] == [each for each in [region] if each != "us-east-1"]
    assert all(part.has_gateway and "Logs" in part.resources for part in found)
