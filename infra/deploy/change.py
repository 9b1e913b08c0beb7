"""One change of the stack: prepared, shown, confirmed, executed and followed to its end."""

from __future__ import annotations

from collections.abc import Sequence

from infra.deploy.aws import Aws
from infra.deploy.change_set import ChangeRequest, ChangeSet, change_set, execute
from infra.deploy.console import Console
from infra.deploy.follow import Outcome, start_and_follow
from infra.deploy.messages import DeployError, ExitCode
from infra.deploy.stack import require_changeable


def change_stack(
    aws: Aws,
    console: Console,
    request: ChangeRequest,
    *,
    may_switch_bucket: bool = False,
    besides: Sequence[str] = (),
) -> bool:
    """Whether the stack was changed. ``besides`` says what the caller changes afterwards, which is asked for too.

    Raises `DeployError` if it was refused, declined or undone.
    """
    with change_set(aws, request) as prepared:
        console.facts["changes"] = [*(str(change) for change in prepared.changes), *besides]
        if not prepared.changes:
            _confirm_alone(console, request.stack, besides)
            return False
        _show(console, request, prepared, besides)
        if any(change.replaces_bucket for change in prepared.changes) and not may_switch_bucket:
            raise DeployError(
                "This change would remove the bucket from the stack, or replace it by an empty one. "
                "Leave BucketName and ExistingBucket as they are, or copy the objects and add --switch-bucket."
            )
        console.confirm("Change the stack?" if request.kind == "UPDATE" else "Create the stack?")
    outcome = start_and_follow(aws, console, request.stack, prepared.stack_id, lambda: execute(aws, prepared))
    _require_success(console, outcome)
    return True


def _confirm_alone(console: Console, stack: str, besides: Sequence[str]) -> None:
    console.say(
        f"The stack{f' {stack}' if besides else ''} is up to date: nothing to change{' in it' if besides else ''}."
    )
    if besides:
        _show_besides(console, besides)
        console.confirm("Change the bucket?")


def _show_besides(console: Console, besides: Sequence[str]) -> None:
    console.say("In the bucket, this command would:")
    for line in besides:
        console.say(f"  {line}")


def _show(console: Console, request: ChangeRequest, prepared: ChangeSet, besides: Sequence[str]) -> None:
    console.say(f"CloudFormation would make {len(prepared.changes)} changes to {request.stack}:")
    for change in prepared.changes:
        console.say(f"  {change}")
    if besides:
        _show_besides(console, besides)


def _require_success(console: Console, outcome: Outcome) -> None:
    status = outcome.stack.status
    console.facts |= {"status": status, "failures": list(outcome.failures)}
    name = f"{outcome.stack.name}{outcome.stack.place}"
    console.if_interrupted = f"The stack {name} is complete; what was to follow was left out."
    if outcome.succeeded:
        return
    if status == "DELETE_COMPLETE":
        kept = f" It kept: {', '.join(outcome.retained)}." if outcome.retained else ""
        what = f"The stack was not created; CloudFormation removed what it had created.{kept}"
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        what = "The stack was not changed; CloudFormation went back to the state before."
    else:
        require_changeable(outcome.stack)
        what = f"The stack is {status}: {outcome.stack.reason}"
    causes = " ".join(outcome.failures)
    raise DeployError(f"{what} {causes}".strip(), ExitCode.ROLLED_BACK)
