"""A change set: what CloudFormation would change, in words, before it does."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.aws import Aws
from infra.deploy.follow import kind_in_words, pauses
from infra.deploy.messages import DeployError

BUCKET = "AWS::S3::Bucket"
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_VERBS = {"Add": "create", "Modify": "change", "Remove": "remove", "Import": "take over"}


@dataclass(frozen=True)
class Change:
    action: str
    name: str
    kind: str
    replaces: bool
    properties: tuple[str, ...]

    @property
    def replaces_bucket(self) -> bool:
        """Whether the stack would leave a bucket with its images for another one."""
        return self.kind == BUCKET and (
            self.action == "Remove" or (self.action == "Modify" and (self.replaces or "BucketName" in self.properties))
        )

    def __str__(self) -> str:
        verb = "replace" if self.replaces else _VERBS.get(self.action, self.action.lower())
        properties = f": {', '.join(self.properties)}" if self.properties else ""
        return f"{verb} {self.name} ({kind_in_words(self.kind)}){properties}"


@dataclass(frozen=True)
class ChangeSet:
    id: str
    stack_id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ChangeRequest:
    """``kind`` is CREATE, UPDATE or IMPORT. Without ``template_url``, the stack's own template is used again.

    A parameter of None keeps its value.
    """

    stack: str
    kind: str
    parameters: Mapping[str, str | None]
    template_url: str = ""
    imports: tuple[Mapping[str, Any], ...] = ()


@contextmanager
def change_set(aws: Aws, request: ChangeRequest) -> Iterator[ChangeSet]:
    """Prepare a change, to be executed afterwards. If it is empty or the block fails, nothing is left of it."""
    created = aws.cloudformation.create_change_set(
        StackName=request.stack,
        ChangeSetName=f"deploy-{uuid.uuid4().hex[:16]}",
        ChangeSetType=request.kind,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[_parameter(name, value) for name, value in request.parameters.items()],
        **({"TemplateURL": request.template_url} if request.template_url else {"UsePreviousTemplate": True}),
        **({"ResourcesToImport": list(request.imports)} if request.imports else {}),
        # Else a creation that failed leaves a stack that can only be deleted.
        **({"OnStackFailure": "DELETE"} if request.kind == "CREATE" else {}),
    )
    keep = False
    try:
        prepared = _described(aws, created["Id"], created["StackId"])
        yield prepared
        keep = bool(prepared.changes)
    finally:
        if not keep:
            _discard(aws, created["Id"], created["StackId"])


def execute(aws: Aws, prepared: ChangeSet) -> None:
    aws.cloudformation.execute_change_set(ChangeSetName=prepared.id)


def _parameter(name: str, value: str | None) -> Mapping[str, str | bool]:
    return {"ParameterKey": name, **({"UsePreviousValue": True} if value is None else {"ParameterValue": value})}


def _described(aws: Aws, id_: str, stack_id: str) -> ChangeSet:
    for _ in pauses():
        pages = list(aws.cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=id_))
        if not pages[0]["Status"].endswith(("PENDING", "IN_PROGRESS")):
            break
    reason = pages[0].get("StatusReason", "")
    if pages[0]["Status"] == "FAILED" and not any(text in reason for text in _NO_CHANGES):
        raise DeployError(f"CloudFormation cannot prepare this change: {reason}")
    return ChangeSet(id_, stack_id, tuple(_changes(page for page in pages)))


def _changes(pages: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
    for change in (each["ResourceChange"] for page in pages for each in page["Changes"]):
        targets = (detail["Target"] for detail in change.get("Details", []))
        properties = dict.fromkeys(target.get("Name") or target["Attribute"] for target in targets)
        replaces = change.get("Replacement") == "True"
        yield Change(change["Action"], change["LogicalResourceId"], change["ResourceType"], replaces, tuple(properties))


def _discard(aws: Aws, id_: str, stack_id: str) -> None:
    """Delete the change set, and the stack if it has nothing else. What cannot be deleted does no harm."""
    with suppress(BotoCoreError, ClientError):
        status = aws.cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        if status == "REVIEW_IN_PROGRESS":
            aws.cloudformation.delete_stack(StackName=stack_id)
        else:
            aws.cloudformation.delete_change_set(ChangeSetName=id_)
