"""Templates edited by hand, and the part that takes over an existing bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.deploy.stack import find_stack
from infra.deploy.template import bucket_alone, template_with
from tests.infra.deploy.conftest import Deployment
from tests.machine import ROOT


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("Resources:\n", "Resources: [\n", "The template is invalid, so nothing was changed: "),
        ("AWS::S3::BucketPolicy", "AWS::S3::BucketPolice", "AWS::S3::BucketPolice"),
    ],
    ids=["yaml", "type"],
)
def test_a_template_edited_by_hand_is_refused(deployment: Deployment, before: str, after: str, sentence: str) -> None:
    deployment.template.write_text(deployment.template.read_text().replace(before, after))
    assert deployment.deploy() == 3
    assert sentence in deployment.err
    stack = find_stack(deployment.aws, deployment.stack)
    assert stack is None or not stack.is_deployed


def test_a_missing_template_is_named(deployment: Deployment) -> None:
    deployment.template.unlink()
    assert deployment.deploy() == 3
    assert "The template cannot be read: " in deployment.err


def test_a_missing_parameter_is_named(deployment: Deployment) -> None:
    text = deployment.template.read_text()
    deployment.template.write_text(text.replace("Parameters:\n", "Parameters:\n  Needed: {Type: String}\n", 1))
    assert deployment.deploy() == 3
    assert "Needed" in deployment.err
    assert "Nothing was changed." in deployment.err


def test_the_bucket_alone_has_only_what_it_refers_to() -> None:
    document = json.loads(bucket_alone(Path(ROOT / "infra/template.yaml")))
    assert list(document["Resources"]) == ["Bucket"]
    assert {"BucketName", "VariantDays"} <= document["Parameters"].keys()
    assert "ViewerRequestKey" not in document["Parameters"]
    assert "Outputs" not in document


def test_what_is_left_out_of_a_part_is_a_parameter_of_its_name() -> None:
    names = ["Logs", "GatewayRole", "Gateway", "GatewayUrl", "GatewayPermission", "VariantsPolicy"]
    document = json.loads(template_with(ROOT / "infra/template.yaml", names))
    assert document["Parameters"]["Distribution"] == {"Type": "String", "Default": ""}
    assert {"BucketRegion", "GatewayKey", "LogLevel", "OriginResponseRole"} <= document["Parameters"].keys()
    assert not {"CachePolicy", "ViewerRequestKey"} & document["Parameters"].keys()
    assert list(document["Outputs"]) == ["GatewayUrl"]
