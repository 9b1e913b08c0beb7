"""The command that removes the stack, and says what stays."""

from __future__ import annotations

from functools import partial

from infra.deploy.aws import Aws
from infra.deploy.console import Console
from infra.deploy.follow import start_and_follow
from infra.deploy.messages import DeployError, ExitCode
from infra.deploy.stack import COMMAND, find_stack

_EXPLANATION = """\
Visitors get no images from the moment the distribution is disabled. These stay:
  - the bucket {bucket} with all originals and variants; deploy again with BucketName={bucket} to use it
  - both Lambda functions: CloudFront needs some hours to remove their replicas, and they cost nothing
  - the code bucket {code} and Django's env file"""
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
    bucket, code = stack.outputs.get("BucketName", "(if created)"), stack.parameters.get("CodeBucket", "(if given)")
    console.say(_EXPLANATION.format(bucket=bucket, code=code))
    if stack.parameters.get("CreateSigningSecret") == "yes":
        console.say(_KEYS.format(stack=name))
    console.confirm(f"Remove the stack {name}?")
    begin = partial(aws.cloudformation.delete_stack, StackName=stack.id)
    outcome = start_and_follow(aws, console, name, stack.id, begin)
    console.facts |= {"status": outcome.stack.status, "kept": list(outcome.retained)}
    if outcome.stack.status != "DELETE_COMPLETE":
        causes = " ".join(outcome.failures)
        message = f"{causes} Remove the cause, then repeat the command: {COMMAND} destroy --stack {name}"
        raise DeployError(message, ExitCode.ROLLED_BACK)
    console.say(f"The stack is removed. Kept: {', '.join(outcome.retained) or 'nothing'}.")
    console.say("Delete the functions after some hours with: aws lambda delete-function --function-name …")
