"""Resources of the stack that somebody changed by hand, which the next deployment may not undo.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.deploy.aws import Aws
from infra.deploy.follow import kind_in_words, pauses
from infra.deploy.messages import DeployError
from infra.deploy.stack import StackState

_STATES = {"MODIFIED": "was changed by hand", "DELETED": "was deleted by hand"}


def find_drift(aws: Aws, stack: StackState) -> list[str]:
    """Return a sentence for each resource that differs from the template. Raises `DeployError` if that is unknown."""
    detection = aws.cloudformation.detect_stack_drift(StackName=stack.id)["StackDriftDetectionId"]
    for _ in pauses():
        found = aws.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break
    sentences = list(_drifts(aws, stack))
    if found["DetectionStatus"] == "DETECTION_FAILED" and not sentences:
        reason = found.get("DetectionStatusReason", "no reason given").rstrip(".")
        raise DeployError(f"CloudFormation cannot tell whether the stack was changed by hand: {reason}.")
    return sentences


def _drifts(aws: Aws, stack: StackState) -> Iterator[str]:
    options: dict[str, Any] = {"StackName": stack.id, "StackResourceDriftStatusFilters": list(_STATES)}
    while True:
        page = aws.cloudformation.describe_stack_resource_drifts(**options)
        yield from (_sentence(each, stack.place) for each in page["StackResourceDrifts"])
        if not (token := page.get("NextToken")):
            return
        options["NextToken"] = token


def _sentence(drift: Mapping[str, Any], place: str) -> str:
    name, kind = drift["LogicalResourceId"], kind_in_words(drift["ResourceType"])
    state = drift["StackResourceDriftStatus"]
    paths = ", ".join(each["PropertyPath"].lstrip("/") for each in drift.get("PropertyDifferences", []))
    return f"{name} ({kind}){place} {_STATES[state]}{f': {paths}' if paths else ''}."
