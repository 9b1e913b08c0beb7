"""What our own CloudFormation template asks for, as far as it costs money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.signing import KEEP_SECONDS
from infra.cost.errors import CostError
from infra.cost.resources import require_priced
from infra.local.cloudfront.cloudformation import Template, TemplateError

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
    try:
        resources = [each for path in sorted(folder.rglob("*.yaml")) for each in _resources(Template.read(path))]
        require_priced(each.kind for each in resources)
        viewer, renderer = _function(resources, VIEWER_HANDLER), _function(resources, RENDERER_HANDLER)
        return Deployment(
            viewer.memory_mb,
            renderer.memory_mb,
            viewer.writes_platform_logs,
            renderer.writes_platform_logs,
            sum(each.number_of("Rules") for each in resources if each.kind == "AWS::WAFv2::WebACL") or 1,
            *(sum(each.kind == f"AWS::{name}" for each in resources) for name in _COUNTED),
        )
    except TemplateError as error:
        raise CostError(f"The template cannot be priced: {error}.") from error


_COUNTED = ("CloudWatch::Dashboard", "CloudWatch::Alarm", "Logs::MetricFilter")


@dataclass(frozen=True, slots=True)
class _Resource:
    template: Template
    kind: str
    properties: Mapping[str, Any]

    def number_of(self, name: str) -> int:
        """How many items the list ``name`` has."""
        return len(self.template.resolve(self.properties[name]))

    @property
    def memory_mb(self) -> int:
        return int(self.template.resolve(self.properties["MemorySize"]))

    @property
    def writes_platform_logs(self) -> bool:
        """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"""
        config = self.properties.get("LoggingConfig", {})
        format_and_level = self.template.resolve([config.get("LogFormat"), config.get("SystemLogLevel")])
        return bool(format_and_level != ["JSON", "WARN"])


def _resources(template: Template) -> Iterator[_Resource]:
    for resource in template.document.get("Resources", {}).values():
        yield _Resource(template, resource["Type"], resource.get("Properties", {}))


def _function(resources: list[_Resource], handler: str) -> _Resource:
    for each in resources:
        if each.kind == "AWS::Lambda::Function" and each.properties.get("Handler") == handler:
            return each
    raise CostError(f"No template in infra/ has a function with the handler {handler}.")
