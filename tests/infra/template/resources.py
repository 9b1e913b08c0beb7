"""The template's resources, found by their type, and the template with other parameters."""

from __future__ import annotations

from typing import Any

from infra.local.cloudfront.cloudformation import Reference, Template
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
    """All statements of roles, also those that stand in an Fn::If."""
    policies = of_type(raw, "AWS::IAM::Policy").values()
    found = [statement for policy in policies for statement in policy["Properties"]["PolicyDocument"]["Statement"]]
    chosen = [each.get("Fn::If", ["", each])[1:] for each in found]
    return [each for choices in chosen for each in choices if "Action" in each]


def behaviours(raw: dict[str, Any]) -> list[dict[str, Any]]:
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]


def with_parameters(**parameters: Any) -> Template:
    """The template with these parameters, and the others at their defaults."""
    return Template.read(TEMPLATE, parameters)


def created(**parameters: Any) -> dict[str, dict[str, Any]]:
    """The resources whose condition holds, resolved. A `Reference` to one whose condition does not hold is an error."""
    template = with_parameters(CodeBucket="code", **parameters)
    conditions = template.document["Conditions"]
    found = {
        name: template.resolve(each.get("Properties", {}))
        for name, each in template.document["Resources"].items()
        if "Condition" not in each or template.resolve(conditions[each["Condition"]])
    }
    for name, properties in found.items():
        assert not references(properties) - found.keys(), name
    return found


def references(node: Any) -> set[str]:
    """The resources that a resolved property names."""
    if isinstance(node, Reference):
        return {node.logical_id}
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return {name for part in parts for name in references(part)}


def distribution(**parameters: Any) -> dict[str, Any]:
    template = with_parameters(**parameters)
    resolved: dict[str, Any] = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    return resolved
