"""IAM's decision about a call, for the parts of its language that our policies use. Everything else is an error.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

Statement = Mapping[str, Any]


def is_allowed(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str] | None = None
) -> bool:
    """Whether a statement allows the action on the resource, and none denies it."""
    found = [each for each in statements if _concerns(each, action, resource, context or {})]
    return any(each["Effect"] == "Allow" for each in found) and all(each["Effect"] == "Allow" for each in found)


def _concerns(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    return (
        any(_like(action.lower(), each.lower()) for each in _list(statement["Action"]))
        and any(_like(resource, each) for each in _list(statement["Resource"]))
        and all(_holds(name, test, context) for name, test in statement.get("Condition", {}).items())
    )


def _holds(operator: str, test: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    name = operator.removesuffix("IfExists")
    if name not in ("StringEquals", "StringLike"):
        raise NotImplementedError(operator)
    for key, values in test.items():
        if key not in context:
            if name == operator:
                return False
        elif not any(
            _like(context[key], each) if name == "StringLike" else context[key] == each for each in _list(values)
        ):
            return False
    return True


def _like(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
