"""Follows a change of the stack until CloudFormation is done with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat, takewhile
from typing import Any

from infra.deploy.aws import REGION, Aws
from infra.deploy.console import Console
from infra.deploy.stack import COMMAND, StackState, require_stack

#: Seconds between two questions: short ones at first, since some changes take no time.
PAUSES = (0.1, 0.2, 0.5, 1, 2)
_LAST_PAUSE = 4.0


@dataclass(frozen=True)
class Outcome:
    """How a change ended. ``failures`` are sentences; ``retained`` names the resources that a deletion kept."""

    stack: StackState
    failures: tuple[str, ...]
    retained: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the stack has what was asked for. A creation that failed ends with DELETE_COMPLETE."""
        return self.stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def pauses() -> Iterator[None]:
    """Wait before each further step, a little longer each time."""
    yield
    for seconds in chain(PAUSES, repeat(_LAST_PAUSE)):
        time.sleep(seconds)
        yield


def start_and_follow(aws: Aws, console: Console, stack: str, stack_id: str, start: Callable[[], object]) -> Outcome:
    """Follow the change that ``start`` begins."""
    after = last_event(aws, stack_id)
    what = "CloudFormation" if aws.region == REGION else f"CloudFormation in {aws.region}"
    console.if_interrupted = f"{what} continues by itself. Follow it with: {COMMAND} status --follow --stack {stack}"
    start()
    return follow(aws, console, stack_id, after)


def last_event(aws: Aws, stack_id: str) -> str:
    """Return the id of the newest event, after which `follow` begins; empty if there is none."""
    events = aws.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return events[0]["EventId"] if events else ""


def follow(aws: Aws, console: Console, stack_id: str, after: str) -> Outcome:
    """Print the events after the event ``after`` as they come, until the stack is at rest."""
    seen: list[Mapping[str, Any]] = []
    for _ in pauses():
        # In this order, so that the events of the last step are printed too.
        stack = require_stack(aws, stack_id)
        for event in reversed(list(_events_after(aws, stack_id, seen[-1]["EventId"] if seen else after))):
            seen.append(event)
            console.say(_as_line(event))
        if not stack.is_changing:
            break
    failures = (_failure(event) for event in seen if event["ResourceStatus"].endswith("_FAILED"))
    retained = (e["PhysicalResourceId"] for e in seen if e["ResourceStatus"] == "DELETE_SKIPPED")
    return Outcome(stack, tuple(filter(None, failures)), tuple(dict.fromkeys(retained)))


def _events_after(aws: Aws, stack_id: str, event_id: str) -> Iterator[Mapping[str, Any]]:
    """The events since then, the newest first."""
    pages = aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    events = (event for page in pages for event in page["StackEvents"])
    return takewhile(lambda event: event["EventId"] != event_id, events)


def _as_line(event: Mapping[str, Any]) -> str:
    status = event["ResourceStatus"].replace("_", " ").lower()
    reason = event.get("ResourceStatusReason", "")
    return f"{event['Timestamp']:%H:%M:%S}  {status:<28} {event['LogicalResourceId']}{f': {reason}' if reason else ''}"


def _failure(event: Mapping[str, Any]) -> str:
    """A sentence about a resource that failed by itself. Others are cancelled because of it, and are left out."""
    reason = event.get("ResourceStatusReason", "")
    if "cancelled" in reason.lower() or event["ResourceType"] == "AWS::CloudFormation::Stack":
        return ""
    verb = {"CREATE": "created", "DELETE": "deleted"}.get(event["ResourceStatus"].partition("_")[0], "changed")
    kind = kind_in_words(event["ResourceType"])
    return f"{event['LogicalResourceId']} ({kind}) could not be {verb}: {reason.rstrip('.')}."


def kind_in_words(kind: str) -> str:
    """``AWS::Lambda::Function`` is a Lambda Function."""
    return " ".join(kind.split("::")[1:])
