"""A function in a thread: JSON in, JSON out, and every failure an `ExecutionError`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.function_runner import ExecutionError, InProcessRunner


def echo(event: dict[str, Any], context: Any) -> Any:
    return [event, context.function_name]


def fail(_event: dict[str, Any], _context: object) -> Any:
    raise RuntimeError("fails")


def sleep(_event: dict[str, Any], _context: object) -> Any:
    time.sleep(0.3)


def return_a_set(_event: dict[str, Any], _context: object) -> Any:
    return {1}


def invoke(name: str, event: dict[str, Any], timeout: float = 5) -> Any:
    function = LambdaFunction("Function", f"{__name__}.{name}", timeout, 128)

    async def run() -> Any:
        runner = InProcessRunner(function)
        await runner.start()
        try:
            return await runner.invoke(event)
        finally:
            await runner.close()

    return asyncio.run(run())


def test_a_handler_gets_the_event_as_json_and_a_context() -> None:
    assert invoke("echo", {"a": (1, 2)}) == [{"a": [1, 2]}, "Function"]


@pytest.mark.parametrize(
    ("name", "reason"), [("fail", r"RuntimeError\('fails'\)"), ("return_a_set", "not JSON serializable")]
)
def test_a_handler_that_fails_is_an_error(name: str, reason: str) -> None:
    with pytest.raises(ExecutionError, match=rf"^Function: .*{reason}"):
        invoke(name, {})


def test_a_handler_that_is_too_slow_is_an_error_in_lambdas_words() -> None:
    with pytest.raises(ExecutionError, match=r"^Function: Task timed out after 0\.05 seconds$"):
        invoke("sleep", {}, timeout=0.05)
