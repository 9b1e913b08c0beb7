"""The bucket is private: who may read, write and upload, and what expires."""

from __future__ import annotations

import json
from typing import Any

from tests.iam_policy import is_allowed
from tests.infra.template.resources import (
    of_type,
    only,
    statements,
    with_parameters,
)


def test_what_renders_may_write_variants_and_records_of_failures_only(raw: dict[str, Any]) -> None:
    writing = {
        each["Resource"]["Fn::Sub"]: each["Action"] for each in statements(raw) if "s3:Put" in str(each["Action"])
    }
    assert writing == {
        "arn:${AWS::Partition}:s3:::${BucketName}/variants/*": ["s3:PutObject", "s3:DeleteObject"],
        "arn:${AWS::Partition}:s3:::${BucketName}/failures/*": "s3:PutObject",
    }
    policy, other = (
        each["Properties"]
        for each in of_type(raw, "AWS::IAM::Policy").values()
        if "s3:" in json.dumps(each["Properties"]["PolicyDocument"])
    )
    assert [(each["Action"], each["Resource"]) for each in other["PolicyDocument"]["Statement"]] == [
        ("s3:GetObject", {"Ref": "ImageHandlerObjects"})
    ]
    assert policy["Roles"] == [{"Fn::If": ["IsRegional", {"Ref": "GatewayRole"}, {"Ref": "OriginResponseRole"}]}]


def test_the_bucket_is_private(raw: dict[str, Any]) -> None:
    bucket = only(raw, "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in lifecycle() if "Prefix" in rule}
    assert expiring == {"incoming/": 1, "failures/": 1}


def test_variants_expire_if_an_operator_says_so() -> None:
    expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in lifecycle(VariantDays=90) if "Prefix" in rule}
    assert expiring == {"incoming/": 1, "failures/": 1, "variants/": 90}


def lifecycle(**parameters: Any) -> list[dict[str, Any]]:
    template = with_parameters(**parameters)
    rules: list[dict[str, Any]] = template.resolve(template.only("AWS::S3::Bucket"))["LifecycleConfiguration"]["Rules"]
    return rules


def test_only_the_admin_may_upload_from_a_browser() -> None:
    assert "CorsConfiguration" not in (bucket := with_parameters()).resolve(bucket.only("AWS::S3::Bucket"))
    template = with_parameters(AdminOrigin="https://www.example.com")
    (rule,) = template.resolve(template.only("AWS::S3::Bucket"))["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://www.example.com"], ["POST"])


def test_what_renders_may_list_nothing_and_django_only_to_tell_missing_from_forbidden() -> None:
    """S3 asks for ListBucket without a prefix if GetObject finds nothing, as for a listing of the whole bucket."""
    template = with_parameters(BucketName="media")
    policies = {name: each for kind in ("IAM::Policy", "IAM::ManagedPolicy") for name, each in _policies(kind).items()}
    statements = {name: template.resolve(each["PolicyDocument"])["Statement"] for name, each in policies.items()}
    bucket = "arn:aws:s3:::media"
    listing = {name for name, each in statements.items() if is_allowed(each, "s3:ListBucket", bucket)}
    assert listing == {"DjangoPolicy"}
    originals = {
        name
        for name, each in statements.items()
        if is_allowed(each, "s3:ListBucket", bucket, {"s3:prefix": "originals/"})
    }
    assert originals == {"DjangoPolicy"}
    assert is_allowed(statements["WorkerPolicy"], "s3:ListBucket", bucket, {"s3:prefix": "variants/a.jpg/"})
    assert not is_allowed(statements["WorkerPolicy"], "s3:ListBucket", bucket, {"s3:prefix": "logs/"})
    assert not is_allowed(statements["DjangoPolicy"], "s3:ListBucket", bucket, {"s3:prefix": "logs/"})


def _policies(kind: str) -> dict[str, Any]:
    document = dict(with_parameters().document)
    return {name: each["Properties"] for name, each in of_type(document, f"AWS::{kind}").items()}
