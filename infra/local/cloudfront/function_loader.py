"""Reads the functions of a template: Lambda functions and CloudFront Functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.cloudformation import Reference, Template
from infra.local.cloudfront.distribution import CloudFrontFunction, LambdaFunction
from infra.local.cloudfront.known_properties import require_properties, unsupported

_RUNTIME = "cloudfront-js-2.0"


def read_lambda_functions(template: Template, behaviour: Mapping[str, Any]) -> dict[str, LambdaFunction]:
    """Return the Lambda@Edge functions of a behaviour by their event. Raises `TemplateError`."""
    functions = {}
    for association in behaviour.get("LambdaFunctionAssociations", []):
        event = association["EventType"]
        if event not in ("viewer-request", "origin-response"):
            raise unsupported(f"a function on {event}")
        version = template.properties(association["LambdaFunctionARN"], "AWS::Lambda::Version")
        functions[event] = read_function(template, template.resolve(version["FunctionName"]))
    return functions


def read_function(template: Template, reference: Reference) -> LambdaFunction:
    """Return the Lambda function that ``reference`` names. Raises `TemplateError`."""
    properties = template.properties(reference, "AWS::Lambda::Function")
    variables = (template.resolve(properties.get("Environment")) or {}).get("Variables", {})
    # Lambda's own defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    return LambdaFunction(
        reference.logical_id,
        template.resolve(properties["Handler"]),
        float(template.resolve(properties.get("Timeout", 3))),
        int(template.resolve(properties.get("MemorySize", 128))),
        tuple(sorted((name, str(value)) for name, value in variables.items())),
    )


def read_cloudfront_function(template: Template, behaviour: Mapping[str, Any]) -> CloudFrontFunction | None:
    """Return the CloudFront Function of a behaviour, or None if it has none. Raises `TemplateError`."""
    associations = behaviour.get("FunctionAssociations", [])
    if not associations:
        return None
    (association,) = associations
    if association["EventType"] != "viewer-request":
        raise unsupported(f"a CloudFront Function on {association['EventType']}")
    arn = association["FunctionARN"]
    reference = Reference(arn.logical_id) if isinstance(arn, Reference) else arn
    properties = template.resolve(template.properties(reference, "AWS::CloudFront::Function"))
    require_properties(properties, ("Name", "AutoPublish", "FunctionCode", "FunctionConfig"), f"{reference}'s")
    config = properties["FunctionConfig"]
    require_properties(config, ("Comment", "Runtime", "KeyValueStoreAssociations"), f"{reference}'s")
    if config["Runtime"] != _RUNTIME:
        raise unsupported(f"the runtime {config['Runtime']}")
    stores = config.get("KeyValueStoreAssociations", [])
    return CloudFrontFunction(reference.logical_id, properties["FunctionCode"], bool(stores))
