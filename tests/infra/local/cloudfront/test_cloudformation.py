"""Intrinsic functions, evaluated with every parameter as given or at its default."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Reference, Template, TemplateError

DOCUMENT = {
    "Parameters": {"Name": {"Default": "images"}, "Empty": {"Default": ""}, "Required": {"Type": "String"}},
    "Conditions": {
        "IsNamed": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, ""]}]},
        "IsEmpty": {"Fn::Equals": [{"Ref": "Empty"}, ""]},
        "Both": {"Condition": "IsNamed"},
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
        "Key": {"Type": "AWS::KMS::Key"},
        "OtherKey": {"Type": "AWS::KMS::Key"},
    },
}
TEMPLATE = Template(DOCUMENT)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Name"}, "images"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Bucket"}, Reference("Bucket")),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, Reference("Bucket", "Arn")),
        ({"Fn::Sub": "${Name}-${AWS::Region}-${!literal}"}, "images-us-east-1-${!literal}"),
        ({"Fn::Sub": "${Bucket.Arn}/*"}, "imagehub-local-bucket/*"),
        ({"Fn::If": ["IsNamed", 1, 2]}, 1),
        ({"Fn::If": ["Both", 1, 2]}, 1),
        ({"Fn::If": ["IsEmpty", {"Ref": "AWS::NoValue"}, 2]}, None),
        ([1, {"Ref": "AWS::NoValue"}], [1]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ({"Fn::Sub": ["${Own}-${Name}", {"Own": {"Ref": "AWS::Region"}}]}, "us-east-1-images"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-images"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Key", "Url"]}]}]}, Reference("Key", "Url")),
    ],
)
def test_an_intrinsic_function_is_evaluated(node: Any, value: object) -> None:
    assert TEMPLATE.resolve(node) == value


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ({"Fn::Base64": "a"}, "Fn::Base64 is not supported"),
        ({"Ref": "Nothing"}, "neither a resource nor a parameter"),
        ({"Ref": "Required"}, "neither a resource nor a parameter with a default"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error(node: Any, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        TEMPLATE.resolve(node)


def test_parameters_are_given_by_name() -> None:
    template = Template(
        {**DOCUMENT, "Parameters": {"Mode": {"Default": "a", "AllowedValues": ["a", "b"]}}}, {"Mode": "b"}
    )
    assert template.resolve({"Ref": "Mode"}) == "b"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"Mode": "c"}, "Mode=c is not allowed by the template; it must be one of a, b"),
        ({"Nothing": "c"}, "Nothing=c is not allowed by the template: there is no such parameter"),
    ],
)
def test_a_parameter_that_the_template_does_not_allow_is_an_error(given: dict[str, str], reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        Template({"Parameters": {"Mode": {"Default": "a", "AllowedValues": ["a", "b"]}}}, given)


def test_the_only_resource_of_a_type() -> None:
    assert TEMPLATE.only("AWS::S3::Bucket") == {"BucketName": "b"}
    with pytest.raises(TemplateError, match="has 2 resources of type AWS::KMS::Key; it must have exactly one"):
        TEMPLATE.only("AWS::KMS::Key")


def test_a_reference_must_be_to_a_resource_of_the_right_type() -> None:
    with pytest.raises(TemplateError, match="Bucket is of type AWS::S3::Bucket; it must be of type AWS::KMS::Key"):
        TEMPLATE.properties(Reference("Bucket"), "AWS::KMS::Key")
    with pytest.raises(TemplateError, match="expected a reference"):
        TEMPLATE.properties("bucket", "AWS::S3::Bucket")
