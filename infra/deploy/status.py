"""The command that shows the stack."""

from __future__ import annotations

from infra.deploy.aws import Aws
from infra.deploy.build import digest_of
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.console import Console
from infra.deploy.drift import find_drift
from infra.deploy.follow import follow, last_event
from infra.deploy.messages import DeployError
from infra.deploy.stack import StackState, find_stack, require_changeable, require_stack
from infra.edge_mode import EdgeMode
from infra.package import parameter_names


def status(aws: Aws, console: Console, name: str, *, wait: bool, drift: bool = False) -> None:
    """Show the stack; with ``wait``, follow a change of it first; with ``drift``, look for changes by hand.

    Raises `DeployError` if it needs help.
    """
    stack = require_stack(aws, name)
    if wait and stack.is_changing:
        console.if_interrupted = "CloudFormation continues by itself."
        stack = follow(aws, console, stack.id, last_event(aws, stack.id)).stack
    builds = CodeBucket(aws.s3, stack.parameters["CodeBucket"]).builds()
    console.facts |= {
        "stack": name,
        "status": stack.status,
        "outputs": dict(stack.outputs),
        "build": deployed_build(stack),
        "builds": builds,
    }
    console.say(f"{name}: {stack.status}{f' ({stack.reason})' if stack.reason else ''}")
    for key, value in stack.outputs.items():
        console.say(f"  {key:<24}{value}")
    console.say(f"  {'build':<24}{deployed_build(stack)}")
    console.say(f"  {'builds, newest first':<24}{', '.join(builds)}")
    for region in stack.other_regions:
        part = find_stack(Aws(region), name)
        console.say(f"  {f'in {region}':<24}{part.status if part else 'no resources'}")
    if not stack.is_changing and stack.status != "DELETE_COMPLETE":
        require_changeable(stack)
    if drift:
        _show_drift(aws, console, stack)


def _show_drift(aws: Aws, console: Console, stack: StackState) -> None:
    console.facts["drift"] = found = find_drift(aws, stack)
    for sentence in found:
        console.say(f"  {sentence}")
    if found:
        raise DeployError(
            "Change these back by hand, or put what you want into infra/template.yaml and deploy: a deployment changes "
            "only what differs between two templates."
        )
    console.say("Nothing was changed by hand.")


def deployed_build(stack: StackState) -> str:
    """Return the digest of the build that the stack has."""
    names = parameter_names(EdgeMode.of(stack.parameters))
    return digest_of({name: stack.parameters.get(name, "") for name in names})
