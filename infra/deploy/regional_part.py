"""What belongs where variants are stored and rendered, if that is not in us-east-1: the bucket, the logs, their alarms.

These are resources of infra/template.yaml, in a stack of the same name in that region, so that names are the same too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infra.deploy.aws import REGION, Aws
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.change import change_stack
from infra.deploy.change_set import BUCKET, ChangeRequest
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.console import Console
from infra.deploy.existing_bucket import refuse_foreign_rules
from infra.deploy.shield_regions import shield_region
from infra.deploy.stack import find_stack, require_changeable
from infra.deploy.template import template_with, upload_template

_KINDS_OF_LOGS = ("AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::Logs::QueryDefinition", "AWS::SNS::Topic")


@dataclass(frozen=True)
class RegionalPart:
    """The resources of the template for one region."""

    region: str
    resources: tuple[str, ...]


def parts_of(document: Mapping[str, Any], bucket: BucketChoice) -> Iterator[RegionalPart]:
    """Yield the parts outside us-east-1: of the bucket, if it is the stack's, and of Origin Shield, which renders."""
    names = {bucket.region: ["Bucket"]} if bucket.is_elsewhere else {}
    names.setdefault(shield_region(bucket.region), []).extend(_logs(document["Resources"]))
    yield from (RegionalPart(region, tuple(found)) for region, found in names.items() if region != REGION)


def _logs(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, each in resources.items():
        if each["Type"] in _KINDS_OF_LOGS:
            yield name
        # CloudFront's own metrics are in us-east-1.
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"]["Namespace"] != "AWS/CloudFront":
            yield name


@dataclass(frozen=True)
class RegionalParts:
    """Deploys the parts before the stack, and removes them after it."""

    console: Console
    template: Path
    code: CodeBucket
    stack: str

    def deploy(self, part: RegionalPart, values: Mapping[str, str], bucket: BucketChoice) -> None:
        """Create or update the part. Raises `DeployError` if it was refused, declined or undone."""
        aws = Aws(part.region)
        found = find_stack(aws, self.stack)
        exists = found is not None and found.is_deployed
        if found and exists:
            require_changeable(found)
        values = {**values, **bucket.parameters, "ExistingBucket": "no" if "Bucket" in part.resources else "yes"}
        self.console.say(f"Resources in {part.region}:")
        if not exists and "Bucket" in part.resources and bucket.exists:
            refuse_foreign_rules(aws.s3, bucket.name)
            self.console.say(f"The bucket {bucket.name} exists. The stack takes it over with its images.")
            self._change(aws, "IMPORT", replace(part, resources=("Bucket",)), values)
            exists = True
        self._change(aws, "UPDATE" if exists else "CREATE", part, values)

    def _change(self, aws: Aws, kind: str, part: RegionalPart, values: Mapping[str, str]) -> None:
        template = upload_template(aws, self.code, template_with(self.template, part.resources))
        parameters = {name: value for name, value in values.items() if name in template.parameters}
        identifier = {"BucketName": values["BucketName"]}
        bucket = {"ResourceType": BUCKET, "LogicalResourceId": "Bucket", "ResourceIdentifier": identifier}
        imports = (bucket,) if kind == "IMPORT" else ()
        change_stack(aws, self.console, ChangeRequest(self.stack, kind, parameters, template.url, imports))
