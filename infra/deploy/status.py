"""The command that shows the stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra.deploy.aws import REGION, Aws
from infra.deploy.build import digest_of
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.console import Console
from infra.deploy.drift import find_drift
from infra.deploy.follow import follow, last_event
from infra.deploy.messages import DeployError
from infra.deploy.orphaned_parts import orphaned_parts
from infra.deploy.stack import COMMAND, StackState, find_stack, require_changeable, require_stack
from infra.edge_mode import EdgeMode
from infra.package import parameter_names


def status(aws: Aws, console: Console, name: str, *, wait: bool, drift: bool = False) -> None:
    """Show the stack; with ``wait``, follow a change of it first; with ``drift``, look for changes by hand.

    Raises `DeployError` if it needs help.
    """
    found = find_stack(aws, name)
    if found is None:
        _show_orphans(console, name, wait)
    stack = _at_rest(aws, console, found or require_stack(aws, name), wait)
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
    everywhere = [(aws, stack), *_parts(console, stack, wait)]
    for _, each in everywhere:
        if not each.is_changing and each.status != "DELETE_COMPLETE":
            require_changeable(each)
    if drift:
        _show_drift(console, everywhere)


def _parts(console: Console, stack: StackState, wait: bool) -> Iterator[tuple[Aws, StackState]]:
    """Show and yield what the stack has in other regions."""
    for aws in map(Aws, stack.other_regions):
        part = find_stack(aws, stack.name)
        part = part and _at_rest(aws, console, part, wait)
        console.say(f"  {f'in {aws.region}':<24}{part.status if part else 'no resources'}")
        if part and part.is_deployed:
            yield aws, part


def _at_rest(aws: Aws, console: Console, stack: StackState, wait: bool) -> StackState:
    """The stack after the change that is running, if ``wait``."""
    if not (wait and stack.is_changing):
        return stack
    console.if_interrupted = "CloudFormation continues by itself."
    return follow(aws, console, stack.id, last_event(aws, stack.id)).stack


def _show_orphans(console: Console, name: str, wait: bool) -> None:
    """Raises `DeployError` if there are resources in other regions, but no stack in us-east-1."""
    parts = [(aws.region, _at_rest(aws, console, part, wait)) for aws, part in orphaned_parts(name)]
    for region, part in parts:
        console.say(f"  {f'in {region}':<24}{part.status}")
    if parts:
        regions = ", ".join(region for region, _ in parts)
        raise DeployError(
            f"The stack {name} is not in {REGION} yet, only its resources in {regions}. "
            f"Deploy again to complete it, or remove it: {COMMAND} destroy --stack {name}"
        )


def _show_drift(console: Console, everywhere: Iterable[tuple[Aws, StackState]]) -> None:
    console.facts["drift"] = found = [each for aws, stack in everywhere for each in find_drift(aws, stack)]
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
