"""What our own CloudFormation template asks for, as far as it costs money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.signing import KEEP_SECONDS
from infra.cost.errors import CostError
from infra.local.cloudfront.cloudformation_yaml import TemplateError, read_document

INFRA = Path(__file__).parents[1]
VIEWER_HANDLER, RENDERER_HANDLER = "edge.viewer_request.handler", "edge.origin_response.handler"


@dataclass(frozen=True, slots=True)
class Deployment:
    """``…_logs``: whether Lambda writes its START, END and REPORT lines for each call of a function.

    ``dashboards``, ``alarms`` and ``metrics`` are the optional monitoring.

    ``key_readers``: how many processes of viewer-request keep the signing keys at a time. This is an assumption: about
    four in each of the regions that serve the United States and Europe, and some to spare.
    """

    viewer_memory_mb: int = 128
    renderer_memory_mb: int = 2048
    viewer_logs: bool = True
    renderer_logs: bool = True
    waf_rules: int = 1
    dashboards: int = 0
    alarms: int = 0
    metrics: int = 0
    key_poll_seconds: float = KEEP_SECONDS
    key_readers: int = 60

    def __post_init__(self) -> None:
        for memory in (self.viewer_memory_mb, self.renderer_memory_mb):
            if not 128 <= memory <= 10_240:
                raise CostError(f"Lambda has functions of 128 to 10,240 MB, not of {memory:,} MB.")
        if not 1 <= self.key_poll_seconds < 1e9:
            raise CostError(f"Signing keys are read again after 1 second or more, not after {self.key_poll_seconds:g}.")


def from_templates(folder: Path = INFRA) -> Deployment:
    """Reads every template in ``folder``; parameters have their defaults. Raises `CostError`."""
    resources = list(_resources(folder))
    viewer, renderer = _function(resources, VIEWER_HANDLER), _function(resources, RENDERER_HANDLER)
    acls = [properties for kind, properties in resources if kind == "AWS::WAFv2::WebACL"]
    return Deployment(
        int(viewer["MemorySize"]),
        int(renderer["MemorySize"]),
        _writes_platform_logs(viewer),
        _writes_platform_logs(renderer),
        sum("Name" in rule for acl in acls for rule in acl["Rules"]) or 1,  # the others depend on a parameter
        *(sum(kind == f"AWS::{name}" for kind, _ in resources) for name in _COUNTED),
    )


_COUNTED = ("CloudWatch::Dashboard", "CloudWatch::Alarm", "Logs::MetricFilter")


def _resources(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        for path in sorted(folder.rglob("*.yaml")):
            document = read_document(path)
            defaults = {name: each.get("Default") for name, each in (document.get("Parameters") or {}).items()}
            for resource in (document.get("Resources") or {}).values():
                yield resource["Type"], _with_defaults(resource.get("Properties") or {}, defaults)
    except TemplateError as error:
        raise CostError(f"The template cannot be priced: {error}.") from error


def _with_defaults(value: Any, defaults: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_with_defaults(each, defaults) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in defaults:
        return defaults[value["Ref"]]
    return {name: _with_defaults(each, defaults) for name, each in value.items()}


def _function(resources: list[tuple[str, Mapping[str, Any]]], handler: str) -> Mapping[str, Any]:
    for kind, properties in resources:
        if kind == "AWS::Lambda::Function" and properties.get("Handler") == handler:
            return properties
    raise CostError(f"No template in infra/ has a function with the handler {handler}.")


def _writes_platform_logs(function: Mapping[str, Any]) -> bool:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"""
    config = function.get("LoggingConfig") or {}
    return config.get("LogFormat") != "JSON" or config.get("SystemLogLevel") != "WARN"
