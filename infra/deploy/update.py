"""The commands that deploy code: ``deploy``, ``update`` and ``rollback``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from infra.deploy.aws import Aws
from infra.deploy.bucket_choice import choose_bucket, require_same_bucket, require_same_owner
from infra.deploy.build import Build, build_packages, read_packages, require_mode
from infra.deploy.change import change_stack
from infra.deploy.change_set import BUCKET, ChangeRequest
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.console import Console
from infra.deploy.env_file import settings_of, write_env
from infra.deploy.existing_bucket import refuse_foreign_rules
from infra.deploy.follow import start_and_follow
from infra.deploy.messages import DeployError
from infra.deploy.preflight import check_account, check_certificate, check_quotas
from infra.deploy.regional_part import parts_of
from infra.deploy.shared_bucket import SharedBucket
from infra.deploy.smoke import smoke_test
from infra.deploy.stack import StackState, find_stack, require_changeable, require_stack
from infra.deploy.template import UploadedTemplate, bucket_alone, read_template, upload_template
from infra.deploy.two_stacks import TwoStacks, roll_back_parts
from infra.edge_mode import EdgeMode
from infra.local.cloudfront.cloudformation_yaml import read_document


@dataclass(frozen=True)
class DeployOptions:
    """What the command line says. ``packages`` is a folder of `make package`; without it, they are built now."""

    stack: str
    parameters: Mapping[str, str]
    policy: Path
    template: Path
    env_file: Path
    packages: Path | None = None
    create_code_bucket: bool = False
    switch_bucket: bool = False
    smoke: bool = True


def deploy(aws: Aws, console: Console, options: DeployOptions) -> None:
    """Create the stack, or update it."""
    text = read_template(options.template)
    account = check_account(aws, console, options.stack)
    check_certificate(options.parameters)
    stack = _present(aws, options.stack)
    bucket = choose_bucket(aws, options.parameters, options.stack, account, stack)
    if not options.switch_bucket:
        require_same_bucket(aws, stack, options.stack, options.env_file, bucket.name)
        require_same_owner(stack, bucket)
    mode = EdgeMode.of({**(stack.parameters if stack else {}), **options.parameters})
    build = read_packages(options.packages, mode) if options.packages else build_packages(options.policy, mode)
    code = _code_bucket(aws, options, stack)
    code.require(options.create_code_bucket)
    template = upload_template(aws, code, text)
    given = {**options.parameters, **bucket.parameters, **build.parameters, "GatewayHost": ""}
    parameters = template.complete(given, stack.parameters if stack else {})
    _upload(console, code, build)
    kind = "UPDATE" if stack else "CREATE"
    if not stack:
        check_quotas(aws, console)
        if bucket.exists and not bucket.is_merged:
            _take_over(aws, console, options, bucket_alone(options.template), given, code)
            kind = "UPDATE"
    request = ChangeRequest(options.stack, kind, parameters, template.url)
    if bucket.is_merged:
        values = {**(stack.parameters if stack else {}), **given}
        sharing = SharedBucket(aws, console, bucket, account, options.stack)
        sharing.require_possible(values)
        found = tuple(parts_of(read_document(options.template), bucket, mode))
        stacks = TwoStacks(console, options.template, code, options.stack, bucket, found, values)
        stacks.require_code_buckets(options.create_code_bucket)

        def change(gateway: str) -> str:
            with_host = replace(request, parameters={**request.parameters, "GatewayHost": gateway})
            return sharing.deploy_with(with_host, stack, may_switch_bucket=options.switch_bucket)

        stacks.deploy_around(stack.outputs["DistributionId"] if stack else "", change)
    else:
        change_stack(aws, console, request, may_switch_bucket=options.switch_bucket)
    _finish(aws, console, options)


def rollback(aws: Aws, console: Console, options: DeployOptions, digest: str) -> None:
    """Deploy an earlier build with the stack's own template. Without ``digest``, continue a rollback that failed."""
    check_account(aws, console, options.stack)
    stack = require_stack(aws, options.stack)
    code = CodeBucket(aws.s3, stack.parameters["CodeBucket"])
    if not digest:
        _continue_rollback(aws, console, stack, code)
        return
    require_changeable(stack)
    require_same_bucket(aws, None, options.stack, options.env_file, stack.outputs.get("BucketName", ""))
    build = code.read_build(digest)
    require_mode(build, EdgeMode.of(stack.parameters), f"The build {digest}")
    console.facts["build"] = digest
    roll_back_parts(console, stack, code, build)
    parameters = {**dict.fromkeys(stack.parameters), **build}
    change_stack(aws, console, ChangeRequest(options.stack, "UPDATE", parameters))
    _finish(aws, console, options)


def _present(aws: Aws, name: str) -> StackState | None:
    """The stack if it has resources. Raises `DeployError` if it cannot be changed now."""
    stack = find_stack(aws, name)
    if stack is None or not stack.is_deployed:
        return None
    require_changeable(stack)
    return stack


def _code_bucket(aws: Aws, options: DeployOptions, stack: StackState | None) -> CodeBucket:
    name = options.parameters.get("CodeBucket") or (stack.parameters.get("CodeBucket") if stack else "")
    if not name:
        raise DeployError("Name the bucket for the code: CodeBucket=…, with --create-code-bucket if it does not exist.")
    return CodeBucket(aws.s3, name)


def _upload(console: Console, code: CodeBucket, build: Build) -> None:
    uploaded = code.upload(build)
    console.facts["build"] = build.digest
    console.say(f"Build {build.digest}: {uploaded} of {len(build.zips)} packages were new in {code.name}.")


def _take_over(
    aws: Aws, console: Console, options: DeployOptions, text: str, given: Mapping[str, str], code: CodeBucket
) -> None:
    """Create the stack with the bucket alone, since CloudFormation cannot import and create in one step."""
    refuse_foreign_rules(aws.s3, given["BucketName"])
    console.say(f"The bucket {given['BucketName']} exists. The stack takes it over with its images.")
    template: UploadedTemplate = upload_template(aws, code, text)
    parameters: dict[str, str | None] = {name: value for name, value in given.items() if name in template.parameters}
    identifier = {"BucketName": given["BucketName"]}
    bucket = {"ResourceType": BUCKET, "LogicalResourceId": "Bucket", "ResourceIdentifier": identifier}
    change_stack(aws, console, ChangeRequest(options.stack, "IMPORT", parameters, template.url, (bucket,)))


def _continue_rollback(aws: Aws, console: Console, stack: StackState, code: CodeBucket) -> None:
    everywhere = [(aws, stack), *((each, find_stack(each, stack.name)) for each in map(Aws, stack.other_regions))]
    stuck = [(there, found) for there, found in everywhere if found and found.status == "UPDATE_ROLLBACK_FAILED"]
    if not stuck:
        known = ", ".join(code.builds()) or "none"
        raise DeployError(f"Name the build to go back to. The code bucket {code.name} has, the newest first: {known}.")
    for there, found in stuck:
        console.confirm("Continue the rollback?" if there is aws else f"Continue the rollback in {there.region}?")
        begin = partial(there.cloudformation.continue_update_rollback, StackName=found.id)
        require_changeable(start_and_follow(there, console, found.name, found.id, begin).stack)
    console.say("The stack is as it was before the failed update.")


def _finish(aws: Aws, console: Console, options: DeployOptions) -> None:
    stack = require_stack(aws, options.stack)
    settings = settings_of(stack.outputs)
    write_env(options.env_file, settings)
    console.facts |= {"status": stack.status, "outputs": dict(stack.outputs), "env_file": str(options.env_file)}
    console.say(f"The settings for Django are in {options.env_file}:")
    for name, value in settings.items():
        console.say(f"  {name}={value}")
    if options.smoke:
        smoke_test(console, options.stack, options.policy)
