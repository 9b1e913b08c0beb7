"""What belongs where variants are stored and rendered, if not in us-east-1: bucket, gateway, logs, alarms.

These are resources of infra/template.yaml, in a stack of the same name in that region, so that names are the same too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.deploy.aws import REGION
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.shield_regions import shield_region
from infra.edge_mode import EdgeMode

_KINDS_OF_LOGS = ("AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::Logs::QueryDefinition", "AWS::SNS::Topic")
_GATEWAY = ("GatewayRole", "GatewayLogsPolicy", "VariantsPolicy", "Gateway", "GatewayUrl")
#: They name the distribution, so they come after it.
GATEWAY_PERMISSIONS = ("GatewayUrlPermission", "GatewayPermission")


@dataclass(frozen=True)
class RegionalPart:
    """The resources of the template for one region."""

    region: str
    resources: tuple[str, ...]

    @property
    def has_gateway(self) -> bool:
        return "Gateway" in self.resources


def parts_of(document: Mapping[str, Any], bucket: BucketChoice, mode: EdgeMode) -> Iterator[RegionalPart]:
    """Yield the parts outside us-east-1: of the bucket, if it is the stack's, and of what renders.

    The gateway is where the bucket is, and Lambda@Edge renders where Origin Shield is.
    """
    names = {bucket.region: ["Bucket"]} if bucket.is_elsewhere else {}
    renders = names.setdefault(bucket.region if mode.regional else shield_region(bucket.region), [])
    renders.extend([*_logs(document["Resources"]), *(_GATEWAY if mode.regional else ())])
    yield from (RegionalPart(region, tuple(found)) for region, found in names.items() if region != REGION)


def _logs(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, each in resources.items():
        if each["Type"] in _KINDS_OF_LOGS:
            yield name
        # CloudFront's own metrics are in us-east-1.
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"]["Namespace"] != "AWS/CloudFront":
            yield name
