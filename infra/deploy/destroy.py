"""The command that removes the stack, and says what stays."""

from __future__ import annotations

from functools import partial

from infra.deploy.aws import REGION, Aws
from infra.deploy.bucket_rules import Needs
from infra.deploy.code_bucket import bucket_region
from infra.deploy.console import Console
from infra.deploy.existing_bucket import BucketPlan, plan
from infra.deploy.follow import start_and_follow
from infra.deploy.messages import DeployError, ExitCode
from infra.deploy.orphaned_parts import orphaned_parts
from infra.deploy.stack import COMMAND, StackState, find_stack
from infra.edge_mode import EdgeMode

_EXPLANATION = """\
Visitors get no images from the moment the distribution is disabled. These stay:
  - the bucket {bucket} with all originals and variants; deploy again with BucketName={bucket}{shared} to use it
{functions}  - the code bucket {code}{other_code} and Django's env file"""
_FUNCTIONS = """\
  - Lambda@Edge functions: CloudFront needs some hours to remove their replicas, and they cost nothing
"""
_KEYS = "  - the secret {stack}/signing-keys; deploy again with its ARN as SigningSecretArn to use it"


def destroy(aws: Aws, console: Console, name: str) -> None:
    """Raises `DeployError` if something could not be removed. Without a stack, there is nothing to do."""
    stack = find_stack(aws, name)
    if stack is None:
        _destroy_orphans(console, name)
        return
    _require_at_rest(stack)
    functions = "" if EdgeMode.of(stack.parameters).regional else _FUNCTIONS
    bucket, code = stack.outputs.get("BucketName", "(if created)"), stack.parameters.get("CodeBucket", "(if given)")
    rules = _rules_in_bucket(aws, stack)
    shared = " ExistingBucket=yes" if stack.parameters.get("ExistingBucket") == "yes" else ""
    other_code = f", {code}-{stack.parameters['BucketRegion']}" if stack.parameters.get("GatewayHost") else ""
    console.say(
        _EXPLANATION.format(bucket=bucket, code=code, other_code=other_code, shared=shared, functions=functions)
    )
    if stack.parameters.get("CreateSigningSecret") == "yes":
        console.say(_KEYS.format(stack=name))
    if rules and rules.lines:
        console.say(f"In the bucket {bucket}, this command would:")
        console.say("\n".join(f"  {line}" for line in rules.lines))
    console.confirm(f"Remove the stack {name}?")
    if rules:
        # First, since the stack says which ones they are.
        rules.apply(aws.s3_in(stack.parameters["BucketRegion"]), console)
    begin = partial(aws.cloudformation.delete_stack, StackName=stack.id)
    outcome = start_and_follow(aws, console, name, stack.id, begin)
    console.facts |= {"status": outcome.stack.status, "kept": list(outcome.retained)}
    if outcome.stack.status != "DELETE_COMPLETE":
        causes = " ".join(outcome.failures)
        message = f"{causes} Remove the cause, then repeat the command: {COMMAND} destroy --stack {name}"
        raise DeployError(message, ExitCode.ROLLED_BACK)
    elsewhere = (each for region in stack.other_regions for each in _remove_part(console, region, name))
    kept = [*outcome.retained, *elsewhere]
    console.facts["kept"] = kept
    console.say(f"The stack is removed. Kept: {', '.join(kept) or 'nothing'}.")
    if functions:
        console.say("Delete the functions after some hours with: aws lambda delete-function --function-name …")


def _rules_in_bucket(aws: Aws, stack: StackState) -> BucketPlan | None:
    """What to remove from a bucket that others use too; None from one that the stack created."""
    bucket = stack.parameters.get("BucketName", "")
    if stack.parameters.get("ExistingBucket") != "yes" or bucket_region(aws.s3, bucket) is None:
        return None
    return plan(aws.s3_in(stack.parameters["BucketRegion"]), Needs(stack.name, bucket, ""), removing=True)


def _require_at_rest(stack: StackState) -> None:
    if stack.is_changing:
        message = f"The stack {stack.name}{stack.place} is being changed ({stack.status}). Wait for it:"
        raise DeployError(f"{message} {COMMAND} status --follow --stack {stack.name}")


def _destroy_orphans(console: Console, name: str) -> None:
    """Remove what is in other regions, for instance because the creation of the stack in us-east-1 failed."""
    console.say(f"There is no stack {name} in {REGION}. Looking for its resources in other regions …")
    parts = list(orphaned_parts(name))
    if not parts:
        console.say(f"There is no stack {name}, so there is nothing to remove.")
        return
    for aws, part in parts:
        _require_at_rest(part)
        bucket = part.parameters.get("BucketName", "")
        console.say(f"There is one in {aws.region}. Its bucket {bucket} stays, with all originals and variants.")
    regions = ", ".join(aws.region for aws, _ in parts)
    console.confirm(f"Remove the stack {name} in {regions}?")
    kept = [each for aws, _ in parts for each in _remove_part(console, aws.region, name)]
    console.facts |= {"status": "DELETE_COMPLETE", "kept": kept}
    console.say(f"The stack in {regions} is removed. Kept: {', '.join(kept) or 'nothing'}.")


def _remove_part(console: Console, region: str, name: str) -> tuple[str, ...]:
    """Return what is kept."""
    aws = Aws(region)
    part = find_stack(aws, name)
    if part is None:
        return ()
    console.say(f"Resources in {region}:")
    begin = partial(aws.cloudformation.delete_stack, StackName=part.id)
    outcome = start_and_follow(aws, console, name, part.id, begin)
    if outcome.stack.status != "DELETE_COMPLETE":
        causes = " ".join(outcome.failures)
        message = f"{causes} Remove the cause in {region}, then repeat the command: {COMMAND} destroy --stack {name}"
        raise DeployError(message, ExitCode.ROLLED_BACK)
    return outcome.retained
