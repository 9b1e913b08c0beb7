"""Deploys a stack and its parts in other regions, in an order in which CloudFront always has something to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from infra.deploy.aws import Aws
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.change import change_stack
from infra.deploy.change_set import BUCKET, ChangeRequest
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.console import Console
from infra.deploy.existing_bucket import refuse_foreign_rules
from infra.deploy.messages import DeployError, ExitCode
from infra.deploy.preflight import check_concurrency
from infra.deploy.regional_part import GATEWAY_PERMISSIONS, RegionalPart
from infra.deploy.stack import COMMAND, StackState, find_stack, require_changeable, require_stack
from infra.deploy.template import template_with, upload_template


@dataclass(frozen=True)
class TwoStacks:
    """``values`` are the parameters of the stack in us-east-1."""

    console: Console
    template: Path
    code: CodeBucket
    stack: str
    bucket: BucketChoice
    parts: tuple[RegionalPart, ...]
    values: Mapping[str, str]

    def require_code_buckets(self, create: bool) -> None:
        """Raises `DeployError` if a gateway's code bucket is absent and shall not be created."""
        for part in self.parts:
            if part.has_gateway:
                self.code.in_region(part.region).require(create)

    def deploy_around(self, distribution: str, change: Callable[[str], str]) -> None:
        """Deploy what the stack needs; then ``change`` it; then what needs the stack, and what it needs no more.

        ``distribution`` is the stack's, empty before there is one. ``change`` gets the gateway's host name, empty if no
        part has it, and returns the distribution. Raises `DeployError`.
        """
        late = [part for part in self.parts if self._loses_gateway(part)]
        hosts = [self._deploy(part, distribution) for part in self.parts if part not in late]
        try:
            after = change("".join(hosts))
        except DeployError as error:
            if error.code is not ExitCode.ROLLED_BACK or not hosts:
                raise
            regions = ", ".join(part.region for part in self.parts if part not in late)
            back = f", or go back with: {COMMAND} rollback BUILD --stack {self.stack}" if distribution else "."
            what = f"What this command changed in {regions} stays. Repeat it when the cause is removed{back}"
            raise DeployError(f"{error} {what}", error.code) from error
        for part in self.parts:
            if part in late or (part.has_gateway and after != distribution):
                self._deploy(part, after)

    def _loses_gateway(self, part: RegionalPart) -> bool:
        found = find_stack(Aws(part.region), self.stack)
        return found is not None and "GatewayUrl" in found.outputs and not part.has_gateway

    def _deploy(self, part: RegionalPart, distribution: str) -> str:
        """Create or update the part. Return the gateway's host name, empty without one."""
        aws = Aws(part.region)
        found = find_stack(aws, self.stack)
        exists = found is not None and found.is_deployed
        if found and exists:
            require_changeable(found)
        values = {**self.values, **self.bucket.parameters, "GatewayHost": "", "Distribution": distribution}
        values["ExistingBucket"] = "no" if "Bucket" in part.resources else "yes"
        self.console.say(f"Resources in {part.region}:")
        if part.has_gateway and not exists:
            check_concurrency(aws, self.console)
        if part.has_gateway:
            code = self.code.in_region(part.region)
            code.copy_from(self.code, values["GatewayKey"])
            values["CodeBucket"] = code.name
            part = replace(part, resources=(*part.resources, *(GATEWAY_PERMISSIONS if distribution else ())))
        if not exists and "Bucket" in part.resources and self.bucket.exists:
            refuse_foreign_rules(aws.s3, self.bucket.name)
            self.console.say(f"The bucket {self.bucket.name} exists. The stack takes it over with its images.")
            self._change(aws, "IMPORT", replace(part, resources=("Bucket",)), values)
            exists = True
        self._change(aws, "UPDATE" if exists else "CREATE", part, values)
        return urlsplit(require_stack(aws, self.stack).outputs.get("GatewayUrl", "")).hostname or ""

    def _change(self, aws: Aws, kind: str, part: RegionalPart, values: Mapping[str, str]) -> None:
        template = upload_template(aws, self.code, template_with(self.template, part.resources))
        parameters = {name: value for name, value in values.items() if name in template.parameters}
        identifier = {"BucketName": values["BucketName"]}
        bucket = {"ResourceType": BUCKET, "LogicalResourceId": "Bucket", "ResourceIdentifier": identifier}
        imports = (bucket,) if kind == "IMPORT" else ()
        change_stack(aws, self.console, ChangeRequest(self.stack, kind, parameters, template.url, imports))


def roll_back_parts(console: Console, stack: StackState, code: CodeBucket, build: Mapping[str, str]) -> None:
    """Deploy the gateway of an earlier build with each part's own template. Raises `DeployError`."""
    for region in stack.other_regions:
        aws = Aws(region)
        part = find_stack(aws, stack.name)
        if part and part.is_deployed and "GatewayUrl" in part.outputs:
            require_changeable(part)
            console.say(f"Resources in {region}:")
            code.in_region(region).copy_from(code, build["GatewayKey"])
            parameters = {**dict.fromkeys(part.parameters), "GatewayKey": build["GatewayKey"]}
            change_stack(aws, console, ChangeRequest(stack.name, "UPDATE", parameters))
