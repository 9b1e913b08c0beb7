"""The command that removes the stack, and says what stays."""

from __future__ import annotations

from functools import partial

from infra.deploy.aws import Aws
from infra.deploy.bucket_rules import Needs
from infra.deploy.code_bucket import bucket_region
from infra.deploy.console import Console
from infra.deploy.existing_bucket import BucketPlan, plan
from infra.deploy.follow import start_and_follow
from infra.deploy.messages import DeployError, ExitCode
from infra.deploy.stack import COMMAND, StackState, find_stack
from infra.edge_mode import EdgeMode

_EXPLANATION = """\
Visitors get no images from the moment the distribution is disabled. These stay:
  - the bucket {bucket} with all originals and variants; deploy again with BucketName={bucket}{shared} to use it
{functions}  - the code bucket {code} and Django's env file"""
_FUNCTIONS = """\
  - Lambda@Edge functions: CloudFront needs some hours to remove their replicas, and they cost nothing
"""
_KEYS = "  - the secret {stack}/signing-keys; deploy again with its ARN as SigningSecretArn to use it"


def destroy(aws: Aws, console: Console, name: str) -> None:
    """Raises `DeployError` if something could not be removed. Without a stack, there is nothing to do."""
    stack = find_stack(aws, name)
    if stack is None:
        console.say(f"There is no stack {name}, so there is nothing to remove.")
        return
    if stack.is_changing:
        message = f"The stack {name} is being changed ({stack.status}). Wait for it: {COMMAND} status --follow"
        raise DeployError(f"{message} --stack {name}")
    functions = "" if EdgeMode.of(stack.parameters).regional else _FUNCTIONS
    bucket, code = stack.outputs.get("BucketName", "(if created)"), stack.parameters.get("CodeBucket", "(if given)")
    rules = _rules_in_bucket(aws, stack)
    shared = " ExistingBucket=yes" if stack.parameters.get("ExistingBucket") == "yes" else ""
    console.say(_EXPLANATION.format(bucket=bucket, code=code, shared=shared, functions=functions))
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
    for region in stack.other_regions:
        _remove_part(console, region, name)
    console.say(f"The stack is removed. Kept: {', '.join(outcome.retained) or 'nothing'}.")
    if functions:
        console.say("Delete the functions after some hours with: aws lambda delete-function --function-name …")


def _rules_in_bucket(aws: Aws, stack: StackState) -> BucketPlan | None:
    """What to remove from a bucket that others use too; None from one that the stack created."""
    bucket = stack.parameters.get("BucketName", "")
    if stack.parameters.get("ExistingBucket") != "yes" or bucket_region(aws.s3, bucket) is None:
        return None
    return plan(aws.s3_in(stack.parameters["BucketRegion"]), Needs(stack.name, bucket, ""), removing=True)


def _remove_part(console: Console, region: str, name: str) -> None:
    aws = Aws(region)
    if part := find_stack(aws, name):
        console.say(f"Resources in {region}:")
        begin = partial(aws.cloudformation.delete_stack, StackName=part.id)
        outcome = start_and_follow(aws, console, name, part.id, begin)
        if outcome.stack.status != "DELETE_COMPLETE":
            message = f"{' '.join(outcome.failures)} Remove the cause, then delete the stack {name} in {region}."
            raise DeployError(message, ExitCode.ROLLED_BACK)
