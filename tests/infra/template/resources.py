"""The template's resources, found by their type, and the template with other parameters."""

from __future__ import annotations

import copy
from typing import Any

from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE


def of_type(raw: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource for name, resource in raw["Resources"].items() if resource["Type"] == kind}


def only(raw: dict[str, Any], kind: str) -> dict[str, Any]:
    (resource,) = of_type(raw, kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def edge_functions(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The functions that CloudFront calls."""
    versions = of_type(raw, "AWS::Lambda::Version").values()
    names = {version["Properties"]["FunctionName"]["Ref"] for version in versions}
    return {name: each for name, each in of_type(raw, "AWS::Lambda::Function").items() if name in names}


def statements(raw: dict[str, Any]) -> list[dict[str, Any]]:
    policies = of_type(raw, "AWS::IAM::Policy").values()
    return [statement for policy in policies for statement in policy["Properties"]["PolicyDocument"]["Statement"]]


def behaviours(raw: dict[str, Any]) -> list[dict[str, Any]]:
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]


def with_parameters(**parameters: Any) -> Template:
    """The template with other defaults."""
    document = copy.deepcopy(dict(Template.read(TEMPLATE).document))
    for name, value in parameters.items():
        document["Parameters"][name]["Default"] = value
    return Template(document)


def distribution(**parameters: Any) -> dict[str, Any]:
    template = with_parameters(**parameters)
    resolved: dict[str, Any] = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    return resolved
