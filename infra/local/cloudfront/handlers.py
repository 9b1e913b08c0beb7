"""Lambda handlers: found by the dotted name in the template, called with Lambda's context object."""

from __future__ import annotations

import importlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.cloudfront.distribution import LambdaFunction

Handler = Callable[[dict[str, Any], "LambdaContext"], Any]


class HandlerMissingError(ImportError):
    """The template names a handler that cannot be imported."""


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    function_name: str
    memory_limit_in_mb: int
    deadline: float
    function_version: str = "1"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def of(cls, function: LambdaFunction) -> LambdaContext:
        return cls(function.name, function.memory, time.monotonic() + function.timeout)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def find_handler(function: LambdaFunction) -> Handler:
    """Import the callable that the template's ``Handler`` names. Raises `HandlerMissingError`."""
    module, _, name = function.handler.rpartition(".")
    try:
        handler: Handler = getattr(importlib.import_module(module), name)
    # ValueError: a name without a dot leaves the module's name empty.
    except (ImportError, AttributeError, ValueError) as error:
        raise HandlerMissingError(f"{function.name}: cannot import {function.handler}: {error}") from error
    return handler
