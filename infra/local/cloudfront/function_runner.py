"""Runs handlers as Lambda@Edge does: JSON in, JSON out, under the template's timeout.

viewer-request runs in this process, since every request calls it; origin-response runs in a `WorkerPool`.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.handlers import LambdaContext, find_handler


class ExecutionError(Exception):
    """The function raised, timed out or died. CloudFront answers with a 503.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html
    """


class FunctionRunner(Protocol):
    """Runs one function."""

    async def start(self) -> None:
        """Get ready for calls. Raises `HandlerMissingError`."""

    async def invoke(self, event: Event) -> Any:
        """Return what the handler returns for ``event``. Raises `ExecutionError`."""

    async def close(self) -> None:
        """Stop all calls and free what they use."""


class InProcessRunner:
    """Runs a function in threads of this process. A call that hangs blocks its own thread only."""

    def __init__(self, function: LambdaFunction) -> None:
        self._function = function
        self._handler = find_handler(function)
        self._threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix=function.name)

    async def start(self) -> None:
        """Does nothing: the constructor has imported the handler."""

    async def invoke(self, event: Event) -> Any:
        call = asyncio.get_running_loop().run_in_executor(self._threads, self._call, json.dumps(event))
        try:
            # The timeout ends the wait only: Python cannot stop a thread.
            return json.loads(await asyncio.wait_for(call, self._function.timeout))
        except TimeoutError:
            raise ExecutionError(timeout_message(self._function)) from None
        except Exception as error:
            raise ExecutionError(f"{self._function.name}: {error!r}") from error

    def _call(self, event: str) -> str:
        return json.dumps(self._handler(json.loads(event), LambdaContext.of(self._function)))

    async def close(self) -> None:
        # Without waiting: a call that hangs must not delay the shutdown.
        self._threads.shutdown(wait=False, cancel_futures=True)


def timeout_message(function: LambdaFunction) -> str:
    """The words that Lambda uses."""
    return f"{function.name}: Task timed out after {function.timeout:.2f} seconds"
