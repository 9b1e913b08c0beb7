"""The stack as CloudFormation has it, and whether it can be changed now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from infra.deploy.aws import REGION, Aws
from infra.deploy.messages import DeployError

COMMAND = "python -m infra.deploy"


@dataclass(frozen=True)
class StackState:
    """``id`` also finds a stack that was deleted; its name does not."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def is_deployed(self) -> bool:
        """Whether it has resources: a change set that was never executed leaves an empty stack."""
        return self.status not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")

    @property
    def is_changing(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.is_deployed

    @property
    def place(self) -> str:
        """Where it is, to be put behind its name; empty in us-east-1."""
        region = self.id.split(":")[3]
        return "" if region == REGION else f" in {region}"

    @property
    def other_regions(self) -> list[str]:
        """Where it may have a part besides us-east-1: the regions of its bucket, and of Origin Shield."""
        found = (self.parameters.get(name, REGION) for name in ("BucketRegion", "ShieldRegion"))
        return sorted(set(found) - {REGION})


def find_stack(aws: Aws, name: str) -> StackState | None:
    """Return the stack of this name or id, or None if absent."""
    try:
        found = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return StackState(
        found["StackName"],
        found["StackId"],
        found["StackStatus"],
        found.get("StackStatusReason", ""),
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
    )


def require_stack(aws: Aws, name: str) -> StackState:
    """Return the stack of this name or id. Raises `DeployError` if absent."""
    stack = find_stack(aws, name)
    if stack is None:
        raise DeployError(f"There is no stack {name}. Create it with: {COMMAND} deploy --stack {name}")
    return stack


def require_changeable(stack: StackState) -> None:
    """Raises `DeployError` if CloudFormation would refuse to update the stack in its present state."""
    name, status = stack.name, stack.status
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        what = "was not deleted completely" if status == "DELETE_FAILED" else "was never created completely"
        raise DeployError(
            f"The stack {name}{stack.place} {what} ({status}), so it cannot be updated. "
            f"Remove what is left of it, then deploy again: {COMMAND} destroy --stack {name}"
        )
    if status == "UPDATE_ROLLBACK_FAILED":
        raise DeployError(
            f"The last update of the stack {name}{stack.place} failed, and so did the return to the state before it "
            f"({status}: {stack.reason}). Remove that cause, then continue: {COMMAND} rollback --stack {name}"
        )
    if stack.is_changing:
        raise DeployError(
            f"The stack {name}{stack.place} is being changed already ({status}). "
            f"Follow it, then repeat the command: {COMMAND} status --follow --stack {name}"
        )
